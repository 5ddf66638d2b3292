// Jobs, labels and signed EasyPost pushes of our own in the documented form.
import { createHmac } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import type { MailInJobView } from '#mail-in/mail-in-job.ts';
import type { ShipmentView } from '#mail-in/shipment.ts';
import type { TrackingEventView } from '#mail-in/tracking.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { type TestApp, type TestBrand, unique } from './app-over.ts';

/** The secret of every test account; the accent shows that keys are normalized. */
export const SECRET = 'sécret of the carrier';

/** A consent as it was taken at the counter. */
export const intake = {
  contactVerified: true,
  backupConsent: { method: 'signature', takenBy: 'Lin', givenAt: '2026-11-20T09:30:00+08:00', textVersion: 'backup-1', locale: 'zh-CN' },
} as const;

let waybills = 0;
/** A waybill nobody has; as long as those of carriers also where processes have low numbers, because no shorter one is read out of a text. */
export const waybill = (): string => `EZ${String(process.pid).padStart(7, '0')}X${(waybills += 1)}`;

/** An inbound label. */
export const label = (of: string = waybill()) => ({ carrier: 'easypost', waybill: of, payer: 'brand' }) as const;

/** The body of a job; the device has a serial of its own. */
export const job = <T extends object = object>(brand: TestBrand, more: T = {} as T) => ({
  centerId: brand.centerId,
  device: { kind: 'phone', maker: 'Aurora', model: 'A5', serial: unique('SN') },
  contact: { name: 'Wang Fang', phone: '+8613800000000', email: 'fang@example.com', address: '1 Lake Road', locale: 'zh-CN' },
  faultReported: 'The screen stays dark',
  returnMethod: 'ship',
  jurisdiction: 'CN',
  ...more,
});

interface Detail {
  status: string;
  /** ISO 8601. */
  at: string;
  detail?: string;
  message?: string;
}

/** An EasyPost tracker event as bytes. */
export const push = (tracker: { waybill: string; details: readonly Detail[]; eta?: string }): Buffer =>
  Buffer.from(
    JSON.stringify({
      id: unique('evt'),
      object: 'Event',
      description: 'tracker.updated',
      mode: 'test',
      result: {
        object: 'Tracker',
        tracking_code: tracker.waybill,
        status: tracker.details.at(-1)?.status ?? 'unknown',
        updated_at: '2026-11-22T00:00:00Z',
        est_delivery_date: tracker.eta ?? null,
        weight: 614.4,
        tracking_details: tracker.details.map(({ status, at, detail, message }) => ({
          object: 'TrackingDetail',
          status,
          status_detail: detail ?? null,
          message: message ?? status,
          datetime: at,
          tracking_location: { city: 'HANGZHOU', state: null, country: 'CN', zip: '310000' },
        })),
      },
    }),
  );

/** `X-Hmac-Signature` as EasyPost computes it. */
export const sign = (body: Buffer, secret: string = SECRET): string =>
  `hmac-sha256-hex=${createHmac('sha256', secret.normalize('NFKD')).update(body).digest('hex')}`;

/** Registers an EasyPost account with the test secret; answers its id. */
export async function account(test: TestApp, brand: TestBrand = test): Promise<string> {
  const payload = { carrier: 'easypost', name: 'EasyPost test', webhookSecret: SECRET };
  const response = await test.call(brand.keys.brand, { method: 'POST', url: '/v1/carrier-accounts', payload });
  if (response.statusCode !== 201) throw new Error(response.body);
  return response.json<{ id: string }>().id;
}

/** Sends bytes to the carrier's address as the carrier does. */
export const deliver = (test: TestApp, accountId: string, body: Buffer, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
  test.call(null, {
    method: 'POST',
    url: `/v1/carriers/easypost/events?account=${accountId}`,
    headers: { 'content-type': 'application/json', 'x-hmac-signature': sign(body), ...headers },
    payload: body,
  });

/** Four scans from label to door, as EasyPost names them. */
export const scans = {
  announced: { status: 'pre_transit', at: '2026-11-19T09:00:00Z' },
  transit: { status: 'in_transit', at: '2026-11-20T09:00:00Z', detail: 'arrived_at_facility' },
  out: { status: 'out_for_delivery', at: '2026-11-21T08:00:00Z' },
  done: { status: 'delivered', at: '2026-11-21T10:00:00Z' },
} as const;

/** A parcel of a test. */
export interface Parcel {
  ticketId: string;
  shipment: ShipmentView;
  waybill: string;
}

/** What the suites of parcels do again and again, over HTTP. */
export function parcelsOf(test: TestApp) {
  const read = async (id: string): Promise<ShipmentView> => (await test.call(test.keys.brand, { url: `/v1/shipments/${id}` })).json<ShipmentView>();
  const ticket = async (id: string): Promise<TicketView> => (await test.call(test.keys.brand, { url: `/v1/tickets/${id}` })).json<TicketView>();
  const eventsOf = async (id: string): Promise<TrackingEventView[]> =>
    (await test.call(test.keys.brand, { url: `/v1/shipments/${id}/tracking-events?limit=100` })).json<{ data: TrackingEventView[] }>().data;

  /** Books a job with label and consent. */
  const inbound = async (of: string = waybill()): Promise<Parcel> => {
    const payload = job(test, { label: label(of), intake });
    const response = await test.call(test.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload });
    const { ticketId, shipment } = response.json<MailInJobView>();
    if (response.statusCode !== 201 || shipment === null) throw new Error(response.body);
    return { ticketId, shipment, waybill: shipment.waybill };
  };

  const advance = async (ticketId: string, action: string, input: object): Promise<void> => {
    const { version } = await ticket(ticketId);
    const options = { method: 'POST', url: `/v1/tickets/${ticketId}/transitions`, headers: { 'if-match': `"v${version}"` } } as const;
    const response = await test.call(test.keys.center, { ...options, payload: { action, input } });
    if (response.statusCode !== 200) throw new Error(response.body);
  };

  /** A repair that is done, with the label of its way home. */
  const atReady = async (): Promise<Parcel> => {
    const { ticketId } = await inbound();
    await advance(ticketId, 'device.receive', receive);
    await advance(ticketId, 'diagnosis.start', { technician: 'Zhao' });
    await advance(ticketId, 'diagnosis.no_fault', { evidence: 'All tests pass' });
    const payload = { direction: 'outbound', ...label() };
    const response = await test.call(test.keys.center, { method: 'POST', url: `/v1/tickets/${ticketId}/shipments`, payload });
    if (response.statusCode !== 201) throw new Error(response.body);
    return { ticketId, shipment: response.json<ShipmentView>(), waybill: payload.waybill };
  };

  return { read, ticket, eventsOf, inbound, advance, atReady };
}

/** Input of `device.receive`. */
export const receive = {
  serialUnreadable: true,
  accessories: [],
  condition: [{ area: 'screen', grade: 'used' }],
  powersOn: true,
  receivedBy: 'Lin',
} as const;
