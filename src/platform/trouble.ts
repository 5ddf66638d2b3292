// What keeps a process from starting, in one sentence for whoever started it.

/** Its message is shown alone, without a stack: say what is wrong and what to change. */
export class Trouble extends Error {}

interface SystemError {
  code?: string;
  message?: string;
  errors?: unknown[];
}

const unreachable = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ECONNRESET|EPIPE)$/;

/** Puts a failure to reach or use PostgreSQL into one sentence; other errors come back as they are. */
export function databaseTrouble(error: unknown, url: string, setting: string): unknown {
  const { code = '', message = '', errors } = error as SystemError;
  const first = (errors?.[0] as SystemError | undefined)?.code ?? code;
  const { host, pathname, username } = new URL(url);
  if (code === '55P03')
    return new Trouble(`Somebody else has held what this needs in the database at ${host} for too long: try again when they are done.`);
  if (code === '57014') return new Trouble(`The database at ${host} broke off a statement that took too long: try again when it has less to do.`);
  // What the driver says itself has no SQLSTATE.
  if (unreachable.test(first) || (code === '' && /timeout|terminated unexpectedly/i.test(message))) {
    return new Trouble(`The database at ${host} does not answer (${first || 'timeout'}): start it, or correct ${setting}.`);
  }
  if (code === '28P01' || code === '28000') return new Trouble(`The database at ${host} refuses the login ${username}: correct ${setting}.`);
  if (code === '3D000') return new Trouble(`The server at ${host} has no database ${pathname.slice(1)}: create it, or correct ${setting}.`);
  if (/^57P0[123]$/.test(code)) return new Trouble(`The database at ${host} is starting up or shutting down: try again in a moment.`);
  if (code === '42P01' || (code === '22023' && /"role"/.test(message))) {
    return new Trouble(`The database at ${host} has not been brought to this release: run npm run migrate first.`);
  }
  if (code === '42501') return new Trouble(`The login ${username} may not do this (${message}): MIGRATION_URL names the login that owns the tables.`);
  return error;
}

/** Where a process was to listen, and the settings that say so. */
interface Listening {
  host: string;
  port: number;
  settings: { host: string; port: string };
}

/** Puts a failure to listen into one sentence that names the setting. */
export function listenTrouble(error: unknown, { host, port, settings }: Listening): unknown {
  const { code } = error as SystemError;
  if (code === 'EADDRINUSE') return new Trouble(`Port ${port} is in use: stop what listens there, or set ${settings.port} to another port.`);
  if (code === 'EACCES') return new Trouble(`Port ${port} may not be used by this user: set ${settings.port} to 1024 or above.`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return new Trouble(`This machine has no address ${host}: correct ${settings.host}.`);
  return error;
}

/** Runs the entry of a process. What it cannot do is one sentence on stderr and exit code 1; a bug shows its stack. */
export async function begin(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    const known = error instanceof Trouble || (error instanceof Error && error.name === 'ConfigError');
    process.stderr.write(`${known ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  }
}
