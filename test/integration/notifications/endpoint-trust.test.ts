// A partner's endpoint has to prove that it wants to be called, keeps its old address until a new one has, and is given up after five failing days.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mindEndpoints } from '#notifications/mind-endpoints.ts';
import { startWork, type Work } from '#work.ts';
import { type MailSink, startMailSink } from '../../support/mail-sink.ts';
import { eventually, firstSweepsOver, numbersOf, type Outgoing, openOutgoing } from '../../support/outgoing.ts';
import { ANOTHER_HOUR, type Answer, status } from '../../support/webhook-receiver.ts';

interface Shown {
  id: string;
  state: string;
  url: string;
  pendingUrl: string | null;
  failingSince: string | null;
  disabledReason: string | null;
}

const url = '/v1/webhook-endpoints';
let out: Outgoing;
let work: Work;
let sink: MailSink;

const open = async (path: string, more: object = {}): Promise<string> => {
  const payload = { url: `${out.receiver.url}${path}`, events: ['ticket.advanced'], ...more };
  const answer = await out.app.call(out.app.keys.brand, { method: 'POST', url, payload });
  expect(answer.json()).toMatchObject({ state: 'pending', pendingUrl: null });
  return answer.json<Shown>().id;
};
const shown = async (id: string): Promise<Shown> => (await out.app.call(out.app.keys.brand, { method: 'GET', url: `${url}/${id}` })).json<Shown>();
const ask = (id: string, what: 'ping' | 'challenge') => out.app.call(out.app.keys.brand, { method: 'POST', url: `${url}/${id}/${what}` });
const change = (id: string, payload: object) => out.app.call(out.app.keys.brand, { method: 'PATCH', url: `${url}/${id}`, payload });
const became = (id: string, expected: Partial<Shown>): Promise<void> => eventually(async () => expect(await shown(id)).toMatchObject(expected));
const says =
  (body: (challenge: string, whole: string) => string, code = 200): Answer =>
  (call, response) =>
    response.writeHead(code, { 'content-type': 'text/plain' }).end(body(String(call.data['challenge']), call.body));
/** Moves what is remembered of an endpoint's failures into the past. */
const failedSince = (id: string, days: number, lastHours: number) =>
  sql`
  update webhook_endpoints set failing_since = now() - ${days} * interval '1 day', last_failed_at = now() - ${lastHours} * interval '1 hour'
   where id = ${id}`.execute(out.app.owner);

beforeAll(async () => {
  sink = await startMailSink();
  // The sweep is called by the tests alone.
  out = await openOutgoing({ SMTP_URL: sink.url, SWEEP_EVERY_SECONDS: '3600' });
  work = await startWork(out.app.services);
  await firstSweepsOver(out.app);
});
afterAll(async () => {
  await work.close();
  await out.close();
  await sink.close();
});

test.each<[string, (challenge: string) => string]>([
  ['as plain text', (challenge) => challenge],
  ['as plain text on a line', (challenge) => `${challenge}\r\n`],
  ['as JSON text', (challenge) => JSON.stringify(challenge)],
  ['in a JSON object', (challenge) => JSON.stringify({ challenge })],
])('it is active once it has answered its challenge: %s', async (how, body) => {
  const path = `/answers-${how.replaceAll(' ', '-')}`;
  out.receiver.answer(`${path} endpoint.challenge`, says(body));
  const id = await open(path);
  await became(id, { state: 'active' });
});

test.each<[string, Answer]>([
  ['says something else', says(() => 'fine')],
  ['merely echoes what it is sent', says((_, whole) => whole)],
  ['answers with the challenge and a status of failure', says((challenge) => challenge, 500)],
  ['redirects to who would answer', (_, response) => response.writeHead(302, { location: '/answers' }).end()],
  ['refuses', status(403)],
])('one that %s stays pending, hears of no events, and cannot be pinged', async (how, answer) => {
  const path = `/stays-${how.replaceAll(' ', '-')}`;
  out.receiver.answer(`${path} endpoint.challenge`, answer);
  const id = await open(path);
  await eventually(() => expect(out.receiver.to(path)).toHaveLength(1));
  await out.tell(id, `tkt_${path.slice(1)}`, [1]);
  await eventually(async () => expect(await out.rows(`tkt_${path.slice(1)}`)).toMatchObject([{ state: 'skipped', reason: 'endpoint_pending' }]));
  expect(await shown(id)).toMatchObject({ state: 'pending' });
  expect(numbersOf(out.receiver, path)).toEqual([undefined]);
  expect((await ask(id, 'ping')).json()).toMatchObject({ status: 409, code: 'endpoint_not_active' });
});

test('a challenge is tried five times, and another one can be asked for before', async () => {
  out.receiver.answer('/not-ready endpoint.challenge', status(401));
  const id = await open('/not-ready');
  await eventually(async () => {
    await out.hurry();
    expect(await list(id)).toMatchObject([{ message: 'endpoint.challenge', state: 'dead', reason: 'status_401', attempts: 5 }]);
  });
  expect(out.receiver.to('/not-ready')).toHaveLength(5);
  expect((await ask(id, 'challenge')).statusCode).toBe(202);
  await eventually(() => expect(out.receiver.to('/not-ready')).toHaveLength(6));
  // It waits for its next try now; a new one does not wait behind it.
  await eventually(async () => expect((await list(id))[0]).toMatchObject({ state: 'pending', attempts: 1, nextTryAt: expect.any(String) }));
  out.receiver.answer(
    '/not-ready endpoint.challenge',
    says((challenge) => challenge),
  );
  await ask(id, 'challenge');
  await became(id, { state: 'active' });
  expect((await list(id)).map(({ state, reason }) => reason ?? state)).toEqual(['sent', 'superseded', 'status_401']);
  expect(new Set(out.receiver.to('/not-ready').map(({ data }) => data['challenge'])).size).toBe(3);
});

const list = async (id: string) =>
  (await out.app.call(out.app.keys.brand, { method: 'GET', url: `/v1/deliveries?endpointId=${id}` })).json<{
    data: { id: string; message: string; state: string; reason: string | null; attempts: number }[];
  }>().data;

test('a new address is called once it has answered; until then the one before is', async () => {
  out.receiver.answer('/moved-to endpoint.challenge', status(503));
  const id = await open('/moved-from');
  await became(id, { state: 'active' });
  const to = `${out.receiver.url}/moved-to`;
  expect((await change(id, { url: to })).json()).toMatchObject({ state: 'active', url: `${out.receiver.url}/moved-from`, pendingUrl: to });
  await eventually(() => expect(out.receiver.to('/moved-to')).toHaveLength(1));
  await out.tell(id, 'tkt_moving', [1]);
  await eventually(() => expect(numbersOf(out.receiver, '/moved-from')).toEqual([1]));
  out.receiver.answer(
    '/moved-to endpoint.challenge',
    says((challenge) => challenge),
  );
  await ask(id, 'challenge');
  await became(id, { state: 'active', url: to, pendingUrl: null });
  await out.tell(id, 'tkt_moving', [2]);
  await eventually(() => expect(numbersOf(out.receiver, '/moved-to').at(-1)).toBe(2));
  expect(numbersOf(out.receiver, '/moved-from')).toEqual([1]);
  expect((await change(id, { url: to })).json()).toMatchObject({ url: to, pendingUrl: null });
});

test('a disabled one gives way to its new address at once, and proves it when it is enabled', async () => {
  const id = await open('/off');
  await became(id, { state: 'active' });
  await change(id, { disabled: true });
  expect((await ask(id, 'challenge')).json()).toMatchObject({ code: 'endpoint_not_active' });
  expect((await ask(id, 'ping')).json()).toMatchObject({ code: 'endpoint_not_active' });
  await change(id, { url: `${out.receiver.url}/on` });
  expect((await change(id, { disabled: false })).json()).toMatchObject({ state: 'pending', url: `${out.receiver.url}/on` });
  await became(id, { state: 'active' });
});

test('its owner is warned after two failing days, and written to when it is disabled after five', async () => {
  // Not to be tried again while it is looked at: a failure of today would stand where there is to be none.
  out.receiver.answer('/failing', status(500, ANOTHER_HOUR));
  const ownerEmail = 'hooks@partner.example';
  const id = await out.endpoint('/failing', { ownerEmail });
  await out.tell(id, 'tkt_failing', [1]);
  await became(id, { state: 'active', failingSince: expect.any(String) as unknown as string });
  const mailsTo = () => sink.mails.filter(({ to }) => to?.some(({ address }) => address === ownerEmail));
  expect(await mindEndpoints(out.app.services)).toBe(0);
  await failedSince(id, 3, 1);
  expect(await mindEndpoints(out.app.services)).toBe(1);
  expect(await mindEndpoints(out.app.services)).toBe(0);
  await eventually(() => expect(mailsTo()).toHaveLength(1));
  // One failure long ago with nothing since is not five failing days.
  await failedSince(id, 6, 72);
  expect(await mindEndpoints(out.app.services)).toBe(0);
  await failedSince(id, 5.1, 20);
  expect(await mindEndpoints(out.app.services)).toBe(1);
  await became(id, { state: 'disabled', disabledReason: 'failed_for_5_days' });
  await eventually(() => expect(mailsTo()).toHaveLength(2));
  expect(mailsTo().map(({ text }) => text)).toEqual([
    expect.stringContaining(new URL(out.receiver.url).host),
    expect.stringMatching(/disabled: false/),
  ]);
  const told = await list(id);
  expect(told.map(({ message }) => message)).toEqual(['endpoint.disabled', 'endpoint.failing', 'ticket.advanced']);
  expect(
    JSON.stringify(await out.app.call(out.app.keys.brand, { method: 'GET', url: `/v1/deliveries/${told[0]?.id}` }).then((r) => r.json())),
  ).not.toContain(ownerEmail);
  // What waits is skipped now, and goes out when the endpoint is enabled and it is asked for again.
  await eventually(async () => {
    await out.hurry();
    expect(await out.rows('tkt_failing')).toMatchObject([{ state: 'skipped', reason: 'endpoint_disabled' }]);
  });
  out.receiver.answer('/failing', status(204));
  expect((await change(id, { disabled: false })).json()).toMatchObject({ state: 'active', failingSince: null });
  const replay = { endpointId: id, states: ['skipped'] };
  expect((await out.app.call(out.app.keys.brand, { method: 'POST', url: '/v1/deliveries/replays', payload: replay })).json()).toMatchObject({
    replayed: 1,
  });
  await eventually(async () => expect(await out.rows('tkt_failing')).toMatchObject([{ state: 'sent' }]));
});

test('one success ends the count of failing days', async () => {
  out.receiver.answer('/flaky', (call, response, calls) => (calls === 1 ? status(500, ANOTHER_HOUR) : status(204))(call, response, calls));
  const id = await out.endpoint('/flaky');
  await out.tell(id, 'tkt_flaky', [1]);
  await became(id, { failingSince: expect.any(String) as unknown as string });
  await eventually(async () => expect((await out.lane('tkt_flaky')).state).toBe('waiting'));
  await out.hurry();
  await became(id, { state: 'active', failingSince: null });
});

test('410 disables at once, and its owner is written to', async () => {
  out.receiver.answer('/gone', status(410));
  const id = await out.endpoint('/gone', { ownerEmail: 'gone@partner.example' });
  await out.tell(id, 'tkt_gone', [1]);
  await became(id, { state: 'disabled', disabledReason: 'endpoint_gone' });
  expect(await mindEndpoints(out.app.services)).toBe(1);
  await eventually(() => expect(sink.mails.some(({ to, text }) => to?.[0]?.address === 'gone@partner.example' && /410/.test(text ?? ''))).toBe(true));
});

test('the log of a delivery keeps what was said on both sides, bounded and without secrets', async () => {
  out.receiver.answer('/log?token=of-the-partner', (_call, response) => {
    response.writeHead(500, { 'content-type': 'application/json', 'set-cookie': 'sid=abc', 'x-auth-token': 'abc', 'x-trace': 't-1' });
    response.end(JSON.stringify({ error: 'database away', password: 'hunter2', at: 'nul: \0', rest: 'x'.repeat(5_000) }));
  });
  const id = await out.endpoint('/log?token=of-the-partner');
  await out.tell(id, 'tkt_log', [1]);
  await eventually(async () => expect(await list(id)).toMatchObject([{ attempts: 1 }]));
  const read = async () => (await out.app.call(out.app.keys.brand, { method: 'GET', url: `/v1/deliveries/${(await list(id))[0]?.id}` })).json();
  await eventually(async () => expect((await read()).tries[0].response).not.toBeNull());
  const { tries, body } = await read();
  const [{ request, response }] = tries;
  expect(request).toMatchObject({
    url: `${out.receiver.url}/log?…`,
    headers: { 'content-type': 'application/json', 'webhook-id': expect.any(String) },
  });
  expect(request.headers['webhook-signature']).toMatch(/^v1,.{6}…$/);
  expect(response).toMatchObject({
    headers: { 'set-cookie': '[redacted]', 'x-auth-token': '[redacted]', 'x-trace': 't-1' },
    tookMs: expect.any(Number),
  });
  expect(response.body).toContain('database away');
  expect(response.body.length).toBeLessThan(2_300);
  expect(JSON.parse(body)).toMatchObject({ type: 'ticket.advanced' });
  expect(JSON.stringify([tries, body])).not.toMatch(/hunter2|of-the-partner|sid=abc/);
});

test('what was said in a call is kept for thirty days; that it was made stays', async () => {
  const { forgetExchanges } = await import('#notifications/forget-exchanges.ts');
  const endpoint = await out.endpoint('/kept');
  for (const n of [1, 2, 3]) await out.tell(endpoint, `tkt_kept_${n}`, [n]);
  const kept = async () =>
    (
      await sql<{ subject: string; exchange: object | null; outcome: string | null }>`
        select o.subject, a.exchange, a.outcome from outbox o join delivery_attempts a on a.outbox_id = o.id and a.brand_id = o.brand_id
         where o.subject like 'tkt_kept_%' order by o.id`.execute(out.app.owner)
    ).rows;
  await eventually(async () => expect((await kept()).map(({ outcome }) => outcome)).toEqual(['sent', 'sent', 'sent']));
  await sql`update delivery_attempts a set started_at = now() - interval '31 days'
              from outbox o where o.id = a.outbox_id and o.brand_id = a.brand_id and o.subject in ('tkt_kept_1', 'tkt_kept_2')`.execute(
    out.app.owner,
  );
  // Batches of one: it goes on until nothing is left.
  expect(await forgetExchanges(out.app.services, 1)).toBe(2);
  expect(await forgetExchanges(out.app.services, 1)).toBe(0);
  expect((await kept()).map(({ exchange, outcome }) => [exchange === null, outcome])).toEqual([
    [true, 'sent'],
    [true, 'sent'],
    [false, 'sent'],
  ]);
});
