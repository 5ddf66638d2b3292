// The dashboard and the alert rules ask for metrics that exist, and send people to sections that are there.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const sources = globSync('src/**/*.ts', { cwd: root }).map(read).join('\n');
const rules = read('ops/alerts.yml');

test('every metric that is asked for is one of ours', () => {
  const asked = [...`${rules}${read('ops/dashboard.json')}`.matchAll(/\b(glassbench_[a-z_]+|http_request_[a-z_]+)/g)].map(([name]) => name);
  const names = new Set(asked.map((name) => name.replace(/_(bucket|count|sum)$/, '')));
  expect(names.size).toBeGreaterThan(6);
  expect([...names].filter((name) => !sources.includes(`'${name}'`))).toEqual([]);
});

test('nobody is woken because a partner’s endpoint is down', () => {
  const pages = rules.split('- alert: ').filter((rule) => rule.includes('severity: page') && rule.includes('glassbench_oldest_due_seconds'));
  expect(pages.length).toBe(1);
  for (const rule of pages) expect(rule).toContain('glassbench_oldest_due_seconds{channel!="webhook"}');
});

test('what has not happened yet counts as none: with a series that is missing no alert would ring', () => {
  const rule = (name: string): string => rules.split('- alert: ').find((text) => text.startsWith(`${name}\n`)) ?? '';
  const rates = [...rule('GlassbenchSheds').matchAll(/sum\(rate\((\w+)(\{[^}]*\})?\[5m\]\)\)( or vector\(0\))?/g)];
  expect(rates.map(([, metric, labels, guarded]) => [metric, labels, guarded !== undefined])).toEqual([
    ['http_request_duration_seconds_count', '{status="503"}', true],
    ['glassbench_calls_refused_total', undefined, true],
    ['http_request_duration_seconds_count', undefined, false],
    ['glassbench_calls_refused_total', undefined, true],
  ]);
  // A series begins at 1, which is no increase: a code that came once is the one to hear of.
  expect(rule('GlassbenchUnmappedCarrierCodes')).toContain('unless sum by (carrier, code) (glassbench_carrier_unmapped_codes_total offset 1d)');
  expect(rule('GlassbenchDeliveriesFail')).toContain('or 0 * sum by (channel)');
  // One 5xx is one too many, and is over before five minutes are.
  expect(rule('GlassbenchServerErrors')).toContain('unless http_request_duration_seconds_count{status=~"5..",status!="503"} offset 15m');
  expect(rule('GlassbenchServerErrors')).not.toContain('for:');
});

test('the runbook calls programs by npm, which brings a Node that runs them and the settings of .env', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const runbook = read('docs/runbook.md');
  const called = [...runbook.matchAll(/npm run ([a-z-]+)/g)].map(([, name = '']) => name);
  expect(called).toContain('restore-drill');
  expect(called.filter((name) => scripts[name] === undefined)).toEqual([]);
  expect(runbook).not.toMatch(/\bnode \S+\.ts\b/);
  const withSettings = Object.entries(scripts).filter(([name, words]) => words.includes(' src/') || name === 'restore-drill');
  expect(withSettings.length).toBeGreaterThan(5);
  expect(withSettings.filter(([, words]) => !words.includes('--env-file-if-exists=.env '))).toEqual([]);
});

test('every alert says where to read on', () => {
  const sections = [...rules.matchAll(/See "([^"]+)" in docs\/runbook\.md/g)].map(([, name]) => name);
  expect(sections.length).toBeGreaterThan(2);
  for (const name of sections) expect(read('docs/runbook.md')).toContain(`## ${name}\n`);
  const pages = rules.split('- alert: ').filter((rule) => rule.includes('severity: page'));
  expect(pages.filter((rule) => !rule.includes('in docs/runbook.md')).map((rule) => rule.split('\n')[0])).toEqual([]);
});

// Prometheus's own checker comes by no package of npm: where it is not installed (`apt-get install prometheus`), the rules are not played.
const promtool = (...args: string[]) => spawnSync('promtool', args, { cwd: import.meta.dirname, encoding: 'utf8' });
test.skipIf(promtool('--version').status !== 0)('the rules ring in the stories they are made for, and in no other', { timeout: 120_000 }, () => {
  const played = promtool('test', 'rules', 'alerts.promtool.yml');
  expect([played.status, played.stderr]).toEqual([0, '']);
});
