// Secrets that an installation makes for itself: a file only its owner can read, shared by the processes that name it.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Trouble } from './trouble.ts';

/** The secrets in the file, as SECRETS would hold them. Makes the file with one random secret where there is none. */
export function secretsIn(file: string): string {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    // wx: of two processes that start together one makes the file, the other reads it.
    writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new Trouble(`The file of secrets ${file} cannot be made (${(error as NodeJS.ErrnoException).code}): correct SECRETS_FILE or DATA_DIR.`);
    }
  }
  const secrets = read(file)
    .split(/[\s,]+/)
    .filter((secret) => secret !== '');
  if (secrets.length === 0 || secrets.some((secret) => secret.length < 32)) {
    throw new Trouble(`The file of secrets ${file} is wrong: it holds secrets of at least 32 characters, oldest first.`);
  }
  return secrets.join(',');
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Trouble(`The file of secrets ${file} cannot be read (${(error as NodeJS.ErrnoException).code}): correct its permissions.`);
  }
}
