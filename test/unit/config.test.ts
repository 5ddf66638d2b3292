// A setting that is wrong is one sentence that names it, and no stack.
import { expect, it } from 'vitest';
import { ConfigError, readConfig } from '#config.ts';

it.each([
  ['FILES_S3_URL', 'garbage'],
  ['FILES_S3_URL', 'https://host/bucket'],
  ['FILES_S3_URL', 'ftp://key:secret@host/bucket'],
  ['PUBLIC_URL', 'mailto:repairs@example.com'],
  ['CARRIER_URLS', 'some-carrier'],
  ['PORT', 'eighty'],
  ['SECRETS', 'too short'],
])('%s does not take %s, and says so', (name, value) => {
  let thrown: unknown;
  try {
    readConfig({ [name]: value });
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ConfigError);
  expect((thrown as ConfigError).message).toMatch(new RegExp(`^The setting ${name} is wrong: .+\\.$`));
  expect((thrown as ConfigError).message).not.toContain(value);
});

it('takes what is right, and nothing as nothing', () => {
  expect(readConfig({ FILES_S3_URL: 'https://key:secret@host/bucket?region=eu', PORT: '' })).toMatchObject({ PORT: 8080 });
});
