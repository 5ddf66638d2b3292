// Every documented status of every route, provoked: what a status needs is told once, and every route that documents it is tried.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Call, claim, remember } from '#access/idempotency.ts';
import { asSystem } from '#access/perform.ts';
import { newId } from '#platform/id.ts';
import { startApp, type TestApp, unique } from '../../support/app.ts';
import { carrierPush } from '../../support/contract/carrier-push.ts';
import { addressOf, type Operation, operations } from '../../support/contract/contract.ts';
import { linkCalls, linkIn, passIn, ticketIn } from '../../support/contract/link-calls.ts';
import { nobodys } from '../../support/contract/nobodys.ts';
import { parcelCalls } from '../../support/contract/parcel-calls.ts';
import { receiptSettings, takesPushes } from '../../support/contract/pushes.ts';
import { type Ask, installation, rightCall } from '../../support/contract/right-call.ts';
import { fill, must, type World } from '../../support/contract/world.ts';
import { signature } from '../../support/easypost.ts';
import { freshWaybill } from '../../support/samples.ts';
import { type Answer, type BrokenApp, openBroken } from './broken-app.ts';

let app: TestApp;
/** With rate limits on, and with a database that does not answer. */
let limited: TestApp;
let broken: BrokenApp;
let world: World;
let key: { id: string; text: string };
let pass: string;

/** A stream ends before anyone waits for it. */
const brief = { STREAM_SECONDS: '0.1', ...receiptSettings };

const rightly = (operation: Operation): Ask => rightCall(operation, { world, adminKey: app.adminKey, pass });

async function send(to: TestApp, operation: Operation, ask: Ask): Promise<Answer> {
  const headers = { ...(ask.key === null ? {} : { authorization: `Bearer ${ask.key}` }), ...ask.headers };
  return to.app.inject({ method: operation.method, url: ask.url, headers, ...(ask.payload === undefined ? {} : { payload: ask.payload }) });
}

const idOfKey = (text: string): string => /^gb_[a-z]_([0-9a-z]{12})/.exec(text)?.[1] ?? '';

const without = (ask: Ask, header: string): Ask => ({
  ...ask,
  headers: Object.fromEntries(Object.entries(ask.headers).filter(([name]) => name !== header)),
});
const withHeader = (ask: Ask, name: string, value: string): Ask => ({ ...ask, headers: { ...ask.headers, [name]: value } });

/** The call as the memory of calls knows it, asking for something else. */
function anotherCall(operation: Operation, ask: Ask): Call {
  const admin = installation.has(operation.name);
  const route = `${operation.method} ${operation.path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
  const holder = admin ? idOfKey(app.adminKey) : key.id;
  return {
    brandId: admin ? '*' : world.brandId,
    holder,
    route,
    key: ask.headers['idempotency-key'] ?? '',
    fingerprint: Buffer.from('another request'),
  };
}

/** Serves another request under the key first. */
async function usedKey(operation: Operation, ask: Ask): Promise<void> {
  const call = anotherCall(operation, ask);
  await asSystem(app.services, call.brandId, async (deed) => {
    await claim(deed, call);
    await remember(deed, call, { status: 200, headers: {}, body: '{}' }, false);
  });
}

/** Sends the call while a copy of it is still running. */
function whileRunning(operation: Operation, ask: Ask): Promise<Answer> {
  const call = anotherCall(operation, ask);
  return asSystem(app.services, call.brandId, async (deed) => {
    await claim(deed, call);
    return send(app, operation, ask);
  });
}

/** What a customer may do once, or not with this ticket. */
async function twice(operation: Operation, ask: Ask): Promise<Answer> {
  await send(app, operation, ask);
  return send(app, operation, ask);
}

type Provocation = (operation: Operation) => Promise<Answer>;

/** A push that proves nothing. */
const unproven = ({ name }: Operation, ask: Ask): Ask =>
  name === 'takeReceipts' ? { ...ask, url: ask.url.replace('token=', 'token=not-') } : withHeader(ask, 'x-hmac-signature', 'hmac-sha256-hex=00');

const provocations: Record<number, Provocation> = {
  400: async (operation) => {
    const ask = rightly(operation);
    if (operation.headers.includes('Idempotency-Key')) return send(app, operation, without(ask, 'idempotency-key'));
    if (typeof ask.payload === 'string') {
      const payload = ask.payload.slice(0, -1);
      return send(app, operation, { ...ask, payload, headers: { ...ask.headers, 'x-hmac-signature': signature(world.carrierSecret, payload) } });
    }
    if (operation.queryParameters.includes('limit'))
      return send(app, operation, { ...ask, url: `${ask.url}${ask.url.includes('?') ? '&' : '?'}limit=0` });
    if (operation.byLink) return send(app, operation, { ...ask, url: `${ask.url}?locale=xx` });
    // Nothing to misspell: an admin key that names no brand.
    if (operation.pathParameters.length === 0) return send(app, operation, { ...ask, key: app.adminKey });
    return send(app, operation, {
      ...ask,
      url: addressOf(operation, Object.fromEntries(operation.pathParameters.map((name) => [name, 'x'.repeat(130)]))),
    });
  },
  401: (operation) => {
    const ask = rightly(operation);
    return send(app, operation, operation.secured ? { ...ask, key: null } : unproven(operation, ask));
  },
  403: async (operation) => {
    const narrow = await Promise.all([
      app.addKey({ kind: 'brand', brandId: world.brandId, scopes: ['deliveries:read'] }),
      app.addKey({ kind: 'brand', brandId: world.brandId, scopes: ['tickets:read'] }),
    ]);
    const answers = await Promise.all(narrow.map(({ text }) => send(app, operation, { ...rightly(operation), key: text })));
    return answers.find(({ statusCode }) => statusCode === 403) ?? answers[0] ?? { statusCode: 0, headers: {}, body: '' };
  },
  404: async (operation) => {
    const ask = rightly(operation);
    if (operation.name === 'receiveCarrierEvents') return send(app, operation, { ...ask, url: ask.url.replace('easypost', 'pigeon') });
    const { search } = new URL(ask.url, 'http://here');
    if (operation.pathParameters.length > 0) return send(app, operation, { ...ask, url: addressOf(operation, nobodys()) + search });
    if (operation.byLink) return send(app, operation, { ...ask, key: await linkIn(app) });
    return send(app, operation, { ...withHeader(ask, 'glassbench-brand', newId('brand')), key: app.adminKey });
  },
  406: (operation) => send(app, operation, withHeader(rightly(operation), 'accept', 'image/png')),
  409: async (operation) => {
    const ask = rightly(operation);
    if (operation.byLink) return twice(operation, { ...ask, key: await linkIn(app) });
    return whileRunning(operation, ask);
  },
  412: (operation) => send(app, operation, withHeader(rightly(operation), 'if-match', '"v999"')),
  413: (operation) => {
    const payload = JSON.stringify({ filler: 'x'.repeat(1_100_000) });
    const ask = { ...rightly(operation), payload };
    return send(app, operation, operation.hasBody ? ask : withHeader(ask, 'content-type', 'application/json'));
  },
  // Pushes are taken in whatever type there is.
  415: (operation) => send(app, operation, withHeader(rightly(operation), 'content-type', takesPushes.has(operation.name) ? ';;;' : 'text/csv')),
  422: async (operation) => {
    const ask = rightly(operation);
    await usedKey(operation, ask);
    return send(app, operation, ask);
  },
  428: (operation) => send(app, operation, without(rightly(operation), 'if-match')),
  429: async (operation) => {
    const customer = operation.byPass ? passIn : linkIn;
    const caller = operation.byLink ? await customer(limited) : installation.has(operation.name) ? limited.adminKey : limited.keys.brand;
    const rightOne = operation.secured ? { ...rightly(operation), key: caller } : rightly(operation);
    // Pushes of carriers and providers are counted only where they prove nothing.
    const ask = takesPushes.has(operation.name) ? unproven(operation, rightOne) : rightOne;
    // Refused by its schema: as cheap as a call can be, and counted like any other.
    const linked = operation.method === 'GET' ? `${ask.url}?none` : '/v1/link/ticket?none';
    const cheap = { ...ask, url: operation.byLink ? linked : '/v1/tickets/none', payload: undefined };
    const read: Operation = { ...operation, method: 'GET' };
    for (let calls = 0; calls < 8_000; calls += 100) {
      const answer = await send(limited, operation, ask);
      if (answer.statusCode === 429) return answer;
      for (let some = 0; some < 100; some += 1) await send(limited, operation.secured ? read : operation, operation.secured ? cheap : ask);
    }
    throw new Error('8,000 calls were let through');
  },
  503: (operation) => broken.call(operation, rightly(operation)),
};

/** Not provoked from outside, and why. */
const unprovoked: Record<number, string> = {
  500: 'a mistake of ours: no request is known that causes one (the error handler’s own test throws one)',
};

/** A route that answers well only after something else has happened says here what. */
const preparations: Record<string, (operation: Operation) => Promise<Ask>> = {
  renewLink: async (operation) => ({ ...rightly(operation), url: `/v1/tickets/${await ticketIn(app)}/link` }),
  openTicket: async (operation) => ({ ...rightly(operation), key: world.keys.center }),
  reportScan: async (operation) => {
    const payload = JSON.stringify({ status: 'in_transit', occurredAt: new Date(Date.now() - 20_000).toISOString(), location: unique('Hub') });
    return { ...rightly(operation), payload };
  },
  advanceTicket: async (operation) => {
    const ticket = await must(app, world.keys.center, 'GET', `/v1/tickets/${world.parameters['ticketId']}`, 200);
    const payload = JSON.stringify({ action: 'diagnosis.start', input: { technician: 'Zhao' } });
    return { ...withHeader(rightly(operation), 'if-match', `"v${Number(ticket['version'])}"`), key: world.keys.center, payload };
  },
  cancelShipment: async (operation) => {
    const parcel = { direction: 'outbound', carrier: 'easypost', waybill: freshWaybill(), payer: 'brand' };
    const shipment = await must(app, world.keys.center, 'POST', `/v1/tickets/${world.parameters['ticketId']}/shipments`, 201, parcel);
    return { ...rightly(operation), url: `/v1/shipments/${String(shipment['id'])}/cancel` };
  },
};

const parked = (operation: Operation): Promise<Answer> => send(app, operation, { ...rightly(operation), ...carrierPush(world, freshWaybill()) });

async function succeed(operation: Operation, status: number): Promise<Answer> {
  if (operation.name === 'receiveCarrierEvents' && status === 202) return parked(operation);
  const ask = {
    ...(await (preparations[operation.name]?.(operation) ?? rightly(operation))),
    ...(await linkCalls[operation.name]?.(app)),
    ...(await parcelCalls[operation.name]?.(app, world)),
  };
  const first = await send(app, operation, ask);
  // What is asked for again is the first one: 200 after 201.
  if (!['reportScan', 'askForReRepair'].includes(operation.name) || status === 201) return first;
  return send(app, operation, { ...ask, headers: { ...ask.headers, 'idempotency-key': unique('again') } });
}

beforeAll(async () => {
  [app, limited, broken] = await Promise.all([
    startApp({ FILE_MAX_BYTES: '200000', ...brief }),
    startApp({ RATE_LIMITS: 'true', ...brief }),
    openBroken(),
  ]);
  world = await fill(app, app);
  pass = await passIn(app);
  key = { id: idOfKey(world.keys.brand), text: world.keys.brand };
});
afterAll(() => Promise.all([app?.close(), limited?.close(), broken?.close()]));

const isProblem = (answer: Answer): boolean => String(answer.headers['content-type']).startsWith('application/problem+json');

describe('the contract', () => {
  it('documents for every call what every call can be answered', () => {
    const missing = operations.flatMap(({ name, statuses, secured, byLink, headers, hasBody }) => {
      const due = [429, 500, 503, ...(secured ? (byLink ? [401] : [401, 403]) : []), ...(headers.includes('Idempotency-Key') ? [400, 409, 422] : [])];
      const body = hasBody && !takesPushes.has(name) ? [400, 413, 415] : [];
      return [...due, ...body].filter((status) => !statuses.includes(status)).map((status) => `${name} ${status}`);
    });
    expect(missing).toEqual([]);
  });

  it('gives a reason for every status that is not provoked', () => {
    const all = new Set(operations.flatMap(({ statuses }) => statuses));
    expect([...all].filter((status) => status >= 300 && provocations[status] === undefined && unprovoked[status] === undefined)).toEqual([]);
  });
});

const refusals = operations.flatMap((operation) =>
  operation.statuses.filter((status) => provocations[status] !== undefined).map((status) => ({ operation, status })),
);
const successes = operations.flatMap((operation) => operation.statuses.filter((status) => status < 300).map((status) => ({ operation, status })));

describe.each(refusals.map(({ operation, status }) => [`${operation.method} ${operation.path}`, status, operation] as const))(
  '%s',
  (_, status, operation) => {
    it(`answers ${status}`, async () => {
      const answer = await (provocations[status] as Provocation)(operation);
      expect([answer.statusCode, answer.statusCode === status ? '' : answer.body]).toEqual([status, '']);
      expect(isProblem(answer)).toBe(true);
      const problem = JSON.parse(answer.body) as { status: number; code: string; requestId: string; detail: string };
      expect(problem).toMatchObject({ status, code: expect.any(String), requestId: expect.any(String), detail: expect.any(String) });
      if (status === 429 || status === 503) expect(answer.headers['retry-after']).toBeDefined();
    });
  },
);

// Last, because they change the world; revoking and removing come at the very end.
const lastly = (operation: Operation): number => (operation.method === 'DELETE' ? 2 : operation.name === 'advanceTickets' ? 1 : 0);
describe.each(
  successes
    .toSorted((a, b) => lastly(a.operation) - lastly(b.operation))
    .map(({ operation, status }) => [`${operation.method} ${operation.path}`, status, operation] as const),
)('%s', (_, status, operation) => {
  it(`answers ${status}`, async () => {
    const answer = await succeed(operation, status);
    expect([answer.statusCode, answer.statusCode === status ? '' : answer.body]).toEqual([status, '']);
  });
});
