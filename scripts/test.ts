// The whole proof in one command: the checks, then every suite. Ends with a plain line that counts what passed and failed.
import { spawnSync } from 'node:child_process';
import { startVitest } from 'vitest/node';
import { check } from './check.ts';

let failedChecks = await check();

// A developer without Redis or a browser tests the part that runs; the build machine must not let the others slip away unseen.
const absent = (...names: string[]): boolean => names.every((name) => spawnSync(name, ['--version']).status !== 0);
if (process.env.CI === 'true') {
  const parts = [
    absent('redis-server', 'valkey-server') && 'the suites on Redis cannot run: there is no redis-server on this build machine',
    absent('chromium') && 'the pages cannot be opened in a browser: there is no chromium on this build machine',
  ].filter((part) => part !== false);
  for (const part of parts) console.log(`FAILED ${part}`);
  failedChecks += parts.length;
}

// Arguments go to vitest as filters: npm test -- tickets
const vitest = await startVitest('test', process.argv.slice(2), { watch: false, reporters: ['default'] });
const modules = vitest.state.getTestModules();
let passed = 0;
let failed = 0;
let skipped = 0;
for (const module of modules) {
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed') passed += 1;
    else if (state === 'failed') failed += 1;
    else skipped += 1;
  }
}
const brokenFiles = modules.filter((module) => module.errors().length > 0).length;
const loose = vitest.state.getUnhandledErrors().length;
await vitest.close();

const notes = [
  skipped > 0 ? `${skipped} skipped` : '',
  brokenFiles > 0 ? `${brokenFiles} files could not run` : '',
  loose > 0 ? `${loose} errors outside any test` : '',
  failedChecks > 0 ? `${failedChecks} checks failed` : '',
].filter((note) => note !== '');
const bad = failed + brokenFiles + loose + failedChecks > 0 || passed === 0;
console.log(`${passed} passed, ${failed} failed${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`);
process.exit(bad ? 1 : 0);
