// Two ways to a backup and back: the files of a running server, copied between two statements, and a dump by PostgreSQL's own programs.
import { spawnSync } from 'node:child_process';
import { chownSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { APP_ROLE } from '#platform/db/connect.ts';
import { type EmbeddedPostgres, startEmbedded } from '#platform/db/embedded.ts';

/** Left out: the new server makes its own, and the log is copied after the rest. */
const left = new Set(['pg_wal', 'postmaster.pid', 'postmaster.opts', 'pg_stat_tmp', 'pg_replslot']);
const emptied = ['pg_stat_tmp', 'pg_replslot'];

/** With owners and modes; what a running server has removed meanwhile is not missed. */
function copy(from: string, to: string): void {
  const { status, stderr } = spawnSync('cp', ['-a', from, to]);
  const errors = stderr
    .toString()
    .split('\n')
    .filter((line) => line !== '' && !line.includes('No such file'));
  if (status !== 0 && errors.length > 0) throw new Error(`cp: ${errors[0]}`);
}

/** A folder of the same owner and mode. */
function folderLike(model: string, folder: string): void {
  const { uid, gid, mode } = lstatSync(model);
  mkdirSync(folder, { mode });
  own(folder, uid, gid);
}

/** PostgreSQL does not run as root, and must own what it reads. */
function own(what: string, uid: number, gid: number): void {
  if (process.getuid?.() === 0) chownSync(what, uid, gid);
}

/**
 * Copies the files of a running server on this machine. The server is told before and after, and goes on working; the login of `url` is
 * a superuser of it.
 */
export async function copyServer(url: string, target: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ folder: string }>(`select current_setting('data_directory') as folder`);
    const source = rows[0]?.folder ?? '';
    await client.query(`select pg_backup_start('restore drill', true)`);
    folderLike(source, target);
    for (const entry of readdirSync(source)) if (!left.has(entry)) copy(path.join(source, entry), path.join(target, entry));
    const { rows: stopped } = await client.query<{ label: string }>(`select labelfile as label from pg_backup_stop(wait_for_archive => false)`);
    copy(path.join(source, 'pg_wal'), path.join(target, 'pg_wal'));
    for (const folder of emptied) folderLike(path.join(source, 'pg_wal'), path.join(target, folder));
    // Without it the server would believe that it had crashed, and not know from where to read its log.
    const label = path.join(target, 'backup_label');
    writeFileSync(label, stopped[0]?.label ?? '', { mode: 0o600 });
    const { uid, gid } = lstatSync(source);
    own(label, uid, gid);
  } finally {
    await client.end();
  }
}

/** Starts a server over files that were copied; it reads the log up to the end of the backup first. */
export const startCopy = (dataDir: string): Promise<EmbeddedPostgres> => startEmbedded({ dataDir, durable: true });

/** Restores a dump (`pg_dump -Fc`) into a server of its own; takes pg_restore. */
export async function startDump(file: string, dataDir: string): Promise<EmbeddedPostgres> {
  const server = await startEmbedded({ dataDir, durable: true });
  try {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    // Roles belong to a server, not to a database: no dump has them.
    await client.query(`create role ${APP_ROLE} nologin; grant ${APP_ROLE} to current_user`);
    await client.end();
    const { status, stderr, error } = spawnSync('pg_restore', ['--no-owner', '--exit-on-error', '-d', server.url, file]);
    if (status !== 0) throw new Error(`pg_restore: ${error?.message ?? stderr.toString().trim()}`);
    return server;
  } catch (cause) {
    await server.stop();
    throw cause;
  }
}
