// Does the release before this one run on the new schema? Its code, its processes and its acceptance stories, with the migrations of today.
// `npm run upgrade-check [-- commit]`; takes the history of the repository, and the packages that are installed here.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { previousRelease } from '../test/support/previous-release.ts';

const root = path.resolve(import.meta.dirname, '..');
const commit = process.argv[2] ?? previousRelease.commit;

function git(...args: string[]): Buffer {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: root, maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`git ${args[0]}: ${stderr.toString().trim()}`);
  return stdout;
}

/** The tree of that commit, with the packages of this one and the migrations of today. */
function lay(folder: string): void {
  const unpacked = spawnSync('tar', ['-x', '-C', folder], { input: git('archive', '--format=tar', commit) });
  if (unpacked.status !== 0) throw new Error(`tar: ${unpacked.stderr.toString()}`);
  rmSync(path.join(folder, 'migrations'), { recursive: true });
  cpSync(path.join(root, 'migrations'), path.join(folder, 'migrations'), { recursive: true });
  for (const packages of ['node_modules', 'test/client/node_modules']) {
    if (existsSync(path.join(root, packages))) symlinkSync(path.join(root, packages), path.join(folder, packages));
  }
}

if (spawnSync('git', ['rev-parse', '--verify', '--quiet', `${commit}^{commit}`], { cwd: root }).status !== 0) {
  console.error(`${commit} is not in this clone: fetch the history (git fetch --unshallow), or name another commit.`);
  process.exit(2);
}
const folder = mkdtempSync(path.join(tmpdir(), 'glassbench-upgrade-'));
try {
  lay(folder);
  const what = git('log', '-1', '--format=%h of %cs', commit).toString().trim();
  console.log(`the code of ${what} on the schema of today; its acceptance stories:`);
  const stories = ['vitest/vitest.mjs', 'run', '--project', 'acceptance', ...process.argv.slice(3)];
  const [program = '', ...args] = stories;
  const { status } = spawnSync(process.execPath, [path.join(root, 'node_modules', program), ...args], { cwd: folder, stdio: 'inherit' });
  console.log(
    status === 0 ? 'they all hold: it can go on running while this release is brought in' : 'not all hold: this schema breaks what is running',
  );
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
