// A brand with one of everything, made through the API: what another brand must never see, and what every route can be tried on.
import { linkToken } from '#lookup/link.ts';
import { newId } from '#platform/id.ts';
import { anAlert } from '../an-alert.ts';
import { type TestApp, type TestBrand, unique } from '../app-over.ts';
import { signature, trackerUpdated } from '../easypost.ts';
import { formOf, jpeg, photoFields, upload } from '../pictures.ts';
import { consent, freshSerial, freshWaybill, scanned } from '../samples.ts';

type Json = Record<string, unknown>;

/** What a brand has, by the names of path parameters. */
export interface World extends TestBrand {
  parameters: Record<string, string>;
  ticketVersion: number;
  serial: string;
  waybill: string;
  carrierSecret: string;
  /** The secret of the customer's link to the ticket. */
  link: string;
  /** A signed link to its file. */
  fileLink: string;
  /** Texts that only this brand may read. */
  secrets: string[];
}

/** The one of the contract's example: a rotation to it changes nothing, and pushes stay right. */
const CARRIER_SECRET = 'a-long-random-secret';

/** Calls and insists on the status. */
export async function must(
  app: TestApp,
  key: string | null,
  method: 'GET' | 'POST' | 'PUT',
  url: string,
  status: number,
  body?: unknown,
): Promise<Json> {
  const headers = url.startsWith('/v1/tickets/') && url.endsWith('/transitions') ? { 'if-match': (body as { ifMatch: string }).ifMatch } : {};
  const payload = (body as { payload?: unknown } | undefined)?.payload ?? body;
  const answer = await app.call(key, { method, url, headers, ...(payload === undefined ? {} : { payload: payload as object }) });
  if (answer.statusCode !== status) throw new Error(`${method} ${url} answered ${answer.statusCode} instead of ${status}: ${answer.body}`);
  return answer.json<Json>();
}

const idOf = (thing: Json): string => String(thing['id']);

/** A quote that another one has replaced: there to be printed, in nobody's way. */
async function replacedQuote(app: TestApp, brandId: string, ticketId: string): Promise<string> {
  const at = new Date();
  const id = newId('quote');
  const terms = { currency: 'CNY', total: 100, diagnosis_fee: 0, valid_days: 30, promised_days: 3 };
  const values = { brand_id: brandId, id, ticket_id: ticketId, version: 1, status: 'superseded' as const, lines: '[]', ...terms };
  await app.owner
    .insertInto('quotes')
    .values({ ...values, sent_at: at, valid_until: at, decided_at: at })
    .execute();
  return id;
}

/** Fills a brand. */
export async function fill(app: TestApp, brand: TestBrand): Promise<World> {
  const { keys, brandId, centerId } = brand;
  const serial = freshSerial();
  const waybill = freshWaybill();
  const name = unique('Wang');
  const email = `${unique('fang')}@example.com`;
  const endpoint = await must(app, keys.brand, 'POST', '/v1/webhook-endpoints', 201, {
    url: 'https://partner.example.com/hook',
    events: ['ticket.opened', 'ticket.advanced'],
  });
  await app.owner.updateTable('webhook_endpoints').set({ verified_at: new Date() }).where('id', '=', idOf(endpoint)).execute();
  const account = await must(app, keys.brand, 'POST', '/v1/carrier-accounts', 201, {
    carrier: 'easypost',
    name: unique('account'),
    webhookSecret: CARRIER_SECRET,
  });
  const job = await must(app, keys.courier, 'POST', '/v1/mail-in-jobs', 201, {
    centerId,
    device: { kind: 'phone', serial },
    contact: { name, email, phone: '+8613800001234', address: '1 Lake Road', locale: 'en' },
    faultReported: 'Dark screen',
    returnMethod: 'ship',
    jurisdiction: 'CN',
    label: { carrier: 'easypost', waybill, payer: 'brand' },
    intake: { contactVerified: true, backupConsent: consent('backup-1') },
  });
  const ticketId = String(job['ticketId']);
  const body = trackerUpdated(waybill, [
    { status: 'in_transit', detail: 'arrived_at_facility', message: 'Arrived', at: new Date(Date.now() - 60_000) },
  ]);
  const push = await app.app.inject({
    method: 'POST',
    url: String(account['webhookPath']),
    headers: { 'content-type': 'application/json', 'x-hmac-signature': signature(CARRIER_SECRET, body) },
    payload: body,
  });
  if (push.statusCode !== 200) throw new Error(push.body);
  const shipments = await must(app, keys.brand, 'GET', `/v1/tickets/${ticketId}/shipments`, 200);
  await must(app, keys.center, 'POST', `/v1/tickets/${ticketId}/notes`, 201, { visibility: 'internal', body: `note of ${name}` });
  const before = await must(app, keys.center, 'GET', `/v1/tickets/${ticketId}`, 200);
  const received = await must(app, keys.center, 'POST', `/v1/tickets/${ticketId}/transitions`, 200, {
    ifMatch: `"v${Number(before['version'])}"`,
    payload: { action: 'device.receive', input: scanned(serial) },
  });
  const claim = await must(app, keys.center, 'POST', `/v1/shipments/${idOf((shipments['data'] as Json[])[0] ?? {})}/claims`, 201, {
    kind: 'other',
    claimNumber: unique('claim'),
    note: `note of ${name}`,
  });
  const orphan = await must(app, keys.center, 'POST', '/v1/orphan-parcels', 201, {
    carrier: 'easypost',
    waybill: freshWaybill(),
    note: `note of ${name}`,
  });
  const alertId = await anAlert(app, { brandId, centerId, ticketId });
  const uploaded = await upload(app, ticketId, formOf({ ...photoFields, caption: `photo of ${name}` }, { bytes: await jpeg() }), {
    key: keys.center,
  });
  if (uploaded.statusCode !== 201) throw new Error(uploaded.body);
  const file = uploaded.json<Json>();
  const deliveries = await must(app, keys.brand, 'GET', '/v1/deliveries', 200);
  const [delivery] = deliveries['data'] as Json[];
  const stop = await must(app, keys.center, 'POST', '/v1/stopped-addresses', 201, { way: 'email', address: `${unique('stopped')}@example.com` });
  await must(app, keys.brand, 'PUT', '/v1/texts/label.ready.pick_up/zh-CN', 200, { text: '可以取机' });
  const spare = await app.addKey({ kind: 'courier', brandId });
  const code = String(received['code']);
  const link = linkToken(app.services.seal, { ticketId, generation: 1 });
  return {
    ...brand,
    parameters: {
      brandId,
      centerId,
      ticketId,
      shipmentId: idOf((shipments['data'] as Json[])[0] ?? {}),
      keyId: spare.id,
      endpointId: idOf(endpoint),
      deliveryId: idOf(delivery ?? {}),
      alertId,
      quoteId: await replacedQuote(app, brandId, ticketId),
      accountId: idOf(account),
      fileId: idOf(file),
      stopId: idOf(stop),
      claimId: idOf(claim),
      orphanId: idOf(orphan),
      scenario: 'lost',
      carrier: 'easypost',
      provider: 'aliyun',
      serial,
      textName: 'label.ready.pick_up',
      locale: 'zh-CN',
      message: 'received',
    },
    ticketVersion: Number(received['version']),
    serial,
    waybill,
    carrierSecret: CARRIER_SECRET,
    link,
    fileLink: String(file['contentUrl']),
    secrets: [
      ...[link, serial, waybill, name, email, code, ticketId, alertId, centerId, spare.id, idOf(stop)],
      ...[idOf(endpoint), idOf(account), idOf(file), idOf(delivery ?? {}), idOf(claim), idOf(orphan)],
    ],
  };
}
