// Tells apart what PostgreSQL failures mean for the caller: try the transaction again, come back later, or our own mistake.

interface Coded {
  code?: unknown;
  message?: unknown;
}

const unreachable = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);
// pg reports these without a code.
const lost =
  /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Query read timeout|Client was closed|Cannot use a pool after)/;
// 25006 read-only (failed over), 25P03 idle in transaction, 53xxx out of resources, 55P03 lock timeout, 57xxx canceled or shutting down.
const serverBusy = /^(08...|25006|25P03|53...|55P03|57014|57P0[1-5])$/;

const codeOf = (error: unknown): string | null => {
  const code = typeof error === 'object' && error !== null ? (error as Coded).code : undefined;
  return typeof code === 'string' ? code : null;
};

/** Serialization failure or deadlock: the whole transaction may be tried again. */
export const isRetryable = (error: unknown): boolean => ['40001', '40P01'].includes(codeOf(error) ?? '');

/** The database cannot be reached, gave up on the statement, or is at its limit. The effect of a lost COMMIT is unknown. */
export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== null && (unreachable.has(code) || serverBusy.test(code))) return true;
  if (error instanceof AggregateError) return error.errors.some((inner) => isUnavailable(inner));
  return error instanceof Error && lost.test(error.message);
}

/** True for a violation of the named constraint; stores turn it into the problem it means. */
export const violates = (error: unknown, constraint: string): boolean =>
  typeof error === 'object' && error !== null && 'constraint' in error && error.constraint === constraint;
