// Secrets that an installation makes for itself: a file only its owner can read, shared by the processes that name it.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Trouble } from './trouble.ts';

const LEAST = 32;

/**
 * The secrets in a text, oldest first, whether it is SECRETS or the file: between commas or line breaks, without the white space around them,
 * which a shell or a secret store adds. Null where one is too short, or where blanks part what could be two: whoever reads one secret where
 * two were meant can open nothing.
 */
export function secretsOf(text: string): string[] | null {
  const secrets = text
    .split(/[,\r\n]+/)
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '');
  const doubtful = secrets.some((secret) => {
    const words = secret.split(/\s+/);
    return words.length > 1 && words.every((word) => word.length >= LEAST);
  });
  return secrets.length === 0 || doubtful || secrets.some((secret) => secret.length < LEAST) ? null : secrets;
}

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
  return secretsKeptIn(file);
}

/** The same of a file that is there: what is to be read with these secrets is read with no others. */
export function secretsKeptIn(file: string): string {
  const secrets = secretsOf(read(file));
  if (secrets === null) {
    throw new Trouble(`The file of secrets ${file} is wrong: it holds secrets of at least 32 characters, oldest first, one a line.`);
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
