// What callers are told when the place for files cannot be reached: it is our trouble, and trying again is safe.
import { Problem } from '#problems.ts';
import { StoreTrouble } from './stores/contract.ts';

/** Passes on what `work` answers. Problem: unavailable, where the place for files does not answer. */
export async function reached<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StoreTrouble)) throw error;
    const problem = new Problem('unavailable', 'Files cannot be reached just now. Try again; with the same Idempotency-Key it is safe.');
    problem.cause = error;
    throw problem;
  }
}
