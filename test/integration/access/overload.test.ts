// The short form of bench/overload.ts (R13): what holds however busy the machine is. The bounds on time are for the long one.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commonHeaders } from '#platform/http/error-handler.ts';
import { newId } from '#platform/id.ts';
import { complaintOf } from '../../client/contract.ts';
import { SECRET, startApp, type TestApp } from '../../support/app.ts';
import { playOverload } from '../../support/gates/overload.ts';
import type { Flooded } from '../../support/overload/flood.ts';
import { freePort } from '../../support/process.ts';
import { type Running, startEntry } from '../../support/processes.ts';
import type { Ask } from '../../support/storms.ts';
import { residentMiB, starvedMs } from '../../support/taken-by.ts';
import { until } from '../../support/until.ts';

const MEMORY_MIB = 400;

/** Where each kind of call goes, for the contract. */
const routes = {
  lookup: { method: 'GET', url: '/v1/lookup/FLOOD000000' },
  read: { method: 'GET', url: `/v1/tickets/${newId('ticket')}` },
  step: { method: 'POST', url: `/v1/tickets/${newId('ticket')}/transitions` },
};

/** What of a refusal is not as every other problem of the API is; null: nothing. */
function faultOf(refusal: Flooded['refusal']): string | null {
  if (refusal === null) return 'there is none';
  const [head = '', body = ''] = refusal.text.split('\r\n\r\n');
  const { requestId, instance } = JSON.parse(body) as { requestId: string; instance: string };
  if (instance !== `urn:uuid:${requestId}`) return `it is ${instance} and ${requestId}`;
  const missing = Object.entries(commonHeaders).filter(([name, value]) => !head.toLowerCase().includes(`\r\n${name}: ${value}`));
  if (missing.length > 0) return `${missing.join(', ')} is missing`;
  const contentType = /^content-type: (.*)$/im.exec(head)?.[1] ?? null;
  return complaintOf({ ...routes[refusal.kind], status: 503, contentType, body });
}

let t: TestApp;
let api: Running;
let port: number;

beforeAll(async () => {
  t = await startApp();
  port = await freePort();
  const settings = { DATABASE_URL: t.databaseUrl, SECRETS: SECRET, LOG_LEVEL: 'info', RATE_LIMITS: 'false', DRAIN_SECONDS: '0', OPS_PORT: '0' };
  api = await startEntry('api.ts', { ...settings, PORT: String(port) }, `http://127.0.0.1:${port}/readyz`);
}, 120_000);
afterAll(async () => {
  await api?.stop();
  await t?.close();
});

it('an API that is offered ten times what it carries refuses in clear words, loses nothing, stays small and comes back', {
  timeout: 120_000,
}, async () => {
  const ask: Ask = async ({ method, url, headers = {}, body }) => {
    const answer = await t.call(t.keys.center, { method, url, headers, ...(body === undefined ? {} : { payload: body }) });
    return { status: answer.statusCode, etag: null, replayed: false, body: answer.body };
  };
  const figures = await playOverload(
    { port, owner: t.owner, brandId: t.brandId, key: t.keys.center, ask, rss: () => residentMiB(api.pid), starvedMs: () => starvedMs(api.pid) },
    { tickets: 80, times: 10, warmSeconds: 1, capacitySeconds: 1, floodSeconds: 3, lightSeconds: 1, tell: () => undefined },
  );
  const { flood, rates, memory, lost } = figures;
  const told = JSON.stringify({ ...figures, flood: { ...flood, refusal: null, targets: [] }, carried: null, before: null, after: null });
  // A database that a busy machine gives no turn may also be unavailable, which has the same form.
  expect(
    Object.keys(flood.others).filter((name) => name !== '503 unavailable'),
    told,
  ).toEqual([]);
  expect(rates.served, told).toBeGreaterThan(0);
  expect(rates.refused, told).toBeGreaterThan(0);
  expect(lost, told).toEqual([]);
  expect(faultOf(flood.refusal), told).toBeNull();
  expect(Math.max(memory.firstHalf, memory.secondHalf), told).toBeLessThan(MEMORY_MIB);

  // As ever afterwards: twenty calls in a row.
  const served = async (): Promise<boolean> =>
    (await fetch(`http://127.0.0.1:${port}/v1/service-centers`, { headers: { authorization: `Bearer ${t.keys.center}` } })).status === 200;
  let inARow = 0;
  await until(async () => {
    inARow = (await served()) ? inARow + 1 : 0;
    return inARow >= 20;
  }, 20_000);
  expect(api.log()).toContain('calls refused');
});
