// A setting that is wrong is one sentence that names it, and no stack.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ConfigError, readConfig, withSecrets } from '#config.ts';

it.each([
  ['FILES_S3_URL', 'garbage'],
  ['FILES_S3_URL', 'https://host/bucket'],
  ['FILES_S3_URL', 'ftp://key:secret@host/bucket'],
  ['PUBLIC_URL', 'mailto:repairs@example.com'],
  ['CARRIER_URLS', 'some-carrier'],
  ['PORT', 'eighty'],
  ['SECRETS', 'too short'],
  ['SECRETS', `${'a'.repeat(32)} ${'b'.repeat(32)}`],
  ['SECRETS', ' , '],
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

it('reads secrets the same from the setting and from the file, and blanks in a passphrase as part of it', () => {
  const [old, phrase] = ['0123456789abcdef'.repeat(2), 'for tests only and long enough for the check'];
  const folder = mkdtempSync(path.join(tmpdir(), 'glassbench-secrets-'));
  try {
    for (const [n, text] of [`${old},${phrase}`, ` ${old} , ${phrase} \n`, `${old}\n${phrase}\n`, `${old}\r\n\t${phrase}`].entries()) {
      expect(readConfig({ SECRETS: text }).SECRETS).toBe(`${old},${phrase}`);
      const file = path.join(folder, String(n));
      writeFileSync(file, text);
      expect(withSecrets(readConfig({ SECRETS_FILE: file })).SECRETS).toBe(`${old},${phrase}`);
    }
    const doubtful = path.join(folder, 'doubtful');
    writeFileSync(doubtful, `${old} ${old}`);
    expect(() => withSecrets(readConfig({ SECRETS_FILE: doubtful }))).toThrow(/is wrong: it holds secrets of at least 32 characters/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('takes an address with or without a slash behind it: paths are put there', () => {
  for (const given of ['https://repair.example', 'https://repair.example/', 'https://repair.example//'])
    expect(readConfig({ PUBLIC_URL: given }).PUBLIC_URL).toBe('https://repair.example');
});

it('takes what is right, and nothing as nothing', () => {
  expect(readConfig({ FILES_S3_URL: 'https://key:secret@host/bucket?region=eu', PORT: '' })).toMatchObject({ PORT: 8080 });
});
