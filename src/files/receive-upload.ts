// Takes in a multipart form with one file: streamed to the disk and hashed on the way, cut off where it is too large, never whole in memory.
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Multipart, MultipartFile } from '@fastify/multipart';
import { Problem } from '#problems.ts';
import { declaredType, HEAD_BYTES } from './file-types.ts';

/** Uploads in progress at most, over all callers and for one of them: what bounds the memory and the disk that they take. */
const AT_ONCE = { all: 24, caller: 8 };

/** Bounds of a form beside its file. */
export const formLimits = {
  fields: 10,
  parts: 12,
  files: 2,
  fieldSize: 4_096,
  fieldNameSize: 100,
  headerPairs: 20,
  fileSize: Number.MAX_SAFE_INTEGER,
};

/** A file that has arrived, under a name of its own until `discard`. */
export interface Received {
  path: string;
  /** Its first bytes, to tell what it is. */
  head: Buffer;
  bytes: number;
  sha256: Buffer;
  /** The type its sender gave it; null where none. */
  declared: string | null;
  /** The form's other fields, as they came. */
  fields: Record<string, unknown>;
  /** Call it once: the file goes, and the caller may send another. */
  discard(): Promise<void>;
}

/** Where uploads arrive. */
export interface Reception {
  /** `known`: the names of the form's fields. Problems: file_too_large, validation_failed (no file, an empty one, two, another field), malformed_request, overloaded, unavailable. */
  receive(caller: string, form: AsyncIterable<Multipart>, known: ReadonlySet<string>): Promise<Received>;
}

/** `field`: its name, or none where the whole form is meant. */
const misfit = (field: string, code: string, detail: string): Problem =>
  new Problem('validation_failed', 'The body of the request does not fit: see errors for what and where.', {
    errors: [{ in: 'body', pointer: field === '' ? '' : `/${field}`, code, detail }],
  });

/** What went wrong while the form was read: with the disk, or, everything else, with the form. */
function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if ((error as NodeJS.ErrnoException).syscall !== undefined) {
    return new Problem('unavailable', 'Files cannot be taken just now. Try again; with the same Idempotency-Key it is safe.');
  }
  return new Problem('malformed_request', 'The form is not well-formed multipart/form-data, has too many parts, or ends before its last boundary.');
}

/** What the bytes were, told while they pass. */
class Measure extends Transform {
  bytes = 0;
  head = Buffer.alloc(0);
  readonly #hash = createHash('sha256');
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    super();
    this.#maxBytes = maxBytes;
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: (error: Error | null, chunk?: Buffer) => void): void {
    this.bytes += chunk.length;
    if (this.bytes > this.#maxBytes) return done(tooLarge(this.#maxBytes));
    if (this.head.length < HEAD_BYTES) this.head = Buffer.concat([this.head, chunk.subarray(0, HEAD_BYTES)]).subarray(0, HEAD_BYTES);
    this.#hash.update(chunk);
    done(null, chunk);
  }

  sha256(): Buffer {
    return this.#hash.digest();
  }
}

/** The refusal of a file beyond the bound. */
export const tooLarge = (maxBytes: number): Problem => new Problem('file_too_large', `Send at most ${maxBytes} bytes in one file.`);

type Arrived = Omit<Received, 'fields' | 'discard'>;

async function take(part: MultipartFile, at: string, maxBytes: number): Promise<Arrived> {
  const measure = new Measure(maxBytes);
  await pipeline(part.file, measure, createWriteStream(at, { flags: 'wx', mode: 0o600 }));
  if (measure.bytes === 0) throw misfit('file', 'too_small', 'The file is empty.');
  return { path: at, head: measure.head, bytes: measure.bytes, sha256: measure.sha256(), declared: declaredType(part.mimetype) };
}

async function readForm(
  form: AsyncIterable<Multipart>,
  known: ReadonlySet<string>,
  at: string,
  maxBytes: number,
): Promise<Omit<Received, 'discard'>> {
  // A name that is not the contract's may be a person's: it is not repeated.
  const placeOf = (name: string): string => (known.has(name) ? name : '');
  const fields: Record<string, unknown> = {};
  let arrived: Arrived | null = null;
  for await (const part of form) {
    if (part.type === 'field') {
      if (part.fieldname === 'file') throw misfit('file', 'invalid_type', 'Send it as a file, with a filename.');
      if (Object.hasOwn(fields, part.fieldname)) throw misfit(placeOf(part.fieldname), 'too_many', 'Send each field once.');
      if (part.valueTruncated === true) throw misfit(placeOf(part.fieldname), 'too_big', `Send at most ${formLimits.fieldSize} bytes in a field.`);
      fields[part.fieldname] = part.value;
      continue;
    }
    if (part.fieldname !== 'file') throw misfit('', 'unknown_field', 'There is a file in a field that is not known: the one file is called file.');
    if (arrived !== null) throw misfit('file', 'too_many', 'Send one file in a call.');
    arrived = await take(part, at, maxBytes);
  }
  if (arrived === null) throw misfit('file', 'required', 'Send one file, in the field file.');
  return { ...arrived, fields };
}

/** Counts who is uploading; answers how to stop counting. Problem: overloaded. */
function openDoor(): (caller: string) => () => void {
  const inProgress = new Map<string, number>();
  let all = 0;
  return (caller) => {
    const own = inProgress.get(caller) ?? 0;
    if (all >= AT_ONCE.all || own >= AT_ONCE.caller) {
      throw new Problem('overloaded', `Send at most ${AT_ONCE.caller} files at once. Try again shortly.`, { headers: { 'retry-after': '2' } });
    }
    all += 1;
    inProgress.set(caller, own + 1);
    return () => {
      all -= 1;
      const left = (inProgress.get(caller) ?? 1) - 1;
      if (left === 0) inProgress.delete(caller);
      else inProgress.set(caller, left);
    };
  };
}

/** Opens the folder in which uploads arrive; it is made with the first. */
export function openReception(folder: string, maxBytes: number): Reception {
  const enter = openDoor();
  return {
    async receive(caller, form, known) {
      const leave = enter(caller);
      const at = path.join(folder, randomUUID());
      const discard = async (): Promise<void> => {
        leave();
        await Promise.all([rm(at, { force: true }), rm(cleanedPath(at), { force: true })]);
      };
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        return { ...(await readForm(form, known, at, maxBytes)), discard };
      } catch (error) {
        await discard();
        throw asProblem(error);
      }
    },
  };
}

/** Where the cleaned copy of a picture lies until it is kept. */
export const cleanedPath = (at: string): string => `${at}.clean`;
