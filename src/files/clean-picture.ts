// Cleans a picture in a process of its own, one after the other: the API stays small, and a picture that breaks the decoder breaks nothing else.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { inTurn, type Patience } from '#platform/line.ts';
import { int4 } from '#platform/schema.ts';
import { Problem } from '#problems.ts';
import type { MediaType } from './file-types.ts';

/** Pixels of a picture at most: the largest that phones take in their usual modes have 48.8 million. */
const MAX_PIXELS = 50_000_000;
/** From start to end; the process stops itself a little earlier. */
const KILL_MS = 70_000;

const run = promisify(execFile);
const program = path.join(import.meta.dirname, 'picture-process.ts');

const Report = z.union([
  z.strictObject({ width: int4(1), height: int4(1) }),
  z.strictObject({ problem: z.literal('pixels'), width: int4(1), height: int4(1) }),
  z.strictObject({ problem: z.enum(['differs', 'unreadable', 'disk']) }),
]);
type Report = z.infer<typeof Report>;

/** Pixels, upright. */
export interface Size {
  width: number;
  height: number;
}

/** Of a picture that has arrived, for its turn: two or three of the largest before it are read within this. */
const WAIT_MS = 10_000;

/** One at a time: 12 million pixels take 120 MiB and half a second, 48 million 240 MiB (460 as WebP) and one to five. */
const oneByOne: Patience = {
  waitMs: WAIT_MS,
  late: () => new Problem('overloaded', 'Many pictures are being read just now. Send the file again shortly.', { headers: { 'retry-after': '5' } }),
};

async function report(from: string, to: string, type: MediaType, within: Size | null): Promise<Report> {
  const args = [
    '--max-old-space-size=64',
    '--disable-warning=ExperimentalWarning',
    program,
    from,
    to,
    type.slice('image/'.length),
    String(MAX_PIXELS),
    ...(within === null ? [] : [String(within.width), String(within.height)]),
  ];
  try {
    // None of our environment: whoever takes over a decoder finds no secrets in it.
    const { stdout } = await run(process.execPath, args, {
      env: { MALLOC_ARENA_MAX: '1' },
      timeout: KILL_MS,
      killSignal: 'SIGKILL',
      maxBuffer: 4_096,
    });
    return Report.parse(JSON.parse(stdout));
  } catch (error) {
    const { killed, signal } = error as { killed?: boolean; signal?: string | null };
    // It ran out of time or memory, or fell over: no picture of this size does.
    if (killed === true || (signal ?? null) !== null) return { problem: 'unreadable' };
    throw error;
  }
}

/**
 * Writes the picture at `from` to `to`, upright and without metadata; with `within` no larger than that.
 * Problems: file_type_differs, file_unreadable, picture_too_large, overloaded, unavailable.
 */
export async function cleanPicture(from: string, to: string, type: MediaType, within: Size | null = null): Promise<Size> {
  const result = await inTurn('pictures', oneByOne, () => report(from, to, type, within));
  if (!('problem' in result)) return result;
  switch (result.problem) {
    case 'pixels':
      throw new Problem('picture_too_large', `The picture has ${result.width} × ${result.height} pixels. Send at most ${MAX_PIXELS} pixels.`);
    case 'differs':
      throw new Problem('file_type_differs', `The file begins like ${type} and is something else.`);
    case 'unreadable':
      throw new Problem('file_unreadable', 'The picture is damaged, cut short or takes too long to read. Send it again, or a new one.');
    case 'disk':
      throw new Problem('unavailable', 'Files cannot be taken just now. Try again; with the same Idempotency-Key it is safe.');
  }
}
