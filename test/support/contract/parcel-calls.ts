// Parcels that a call needs to go well: a device on its way to another center of the same brand.
import { linkToken } from '#lookup/link.ts';
import { newId } from '#platform/id.ts';
import type { TestApp } from '../app-over.ts';
import { freshSerial, freshWaybill, scanned } from '../samples.ts';
import { must, type World } from './world.ts';

/** The id of a transfer under way; the keys of the brand may take it in. */
async function transferIn(app: TestApp, world: World): Promise<string> {
  const now = new Date();
  const toCenterId = newId('center');
  const where = { phone: '+864000000009', address: 'Elsewhere', locale: 'en' as const, time_zone: 'Asia/Shanghai' };
  const center = { brand_id: world.brandId, id: toCenterId, code: `T${toCenterId.slice(-6)}`, name: 'Next', kind: 'own' as const, ...where };
  await app.owner
    .insertInto('service_centers')
    .values({ ...center, created_at: now, updated_at: now })
    .execute();
  const serial = freshSerial();
  const opened = await must(app, world.keys.center, 'POST', '/v1/tickets', 201, {
    channel: 'walk_in',
    device: { kind: 'phone', serial },
    contact: {},
    faultReported: 'Dark screen',
    returnMethod: 'ship',
    jurisdiction: 'CN',
  });
  const id = String(opened['id']);
  await must(app, world.keys.center, 'POST', `/v1/tickets/${id}/transitions`, 200, {
    ifMatch: '"v1"',
    payload: { action: 'device.receive', input: scanned(serial) },
  });
  const parcel = { direction: 'transfer', carrier: 'easypost', waybill: freshWaybill(), payer: 'center', toCenterId };
  return String((await must(app, world.keys.center, 'POST', `/v1/tickets/${id}/shipments`, 201, parcel))['id']);
}

/** The body that gives parked scans of this brand to its ticket. */
async function parkedIn(app: TestApp, world: World): Promise<object> {
  const waybill = freshWaybill();
  const values = {
    brand_id: world.brandId,
    id: newId('event'),
    carrier: 'easypost',
    waybill,
    event_key: waybill,
    status: 'in_transit',
    code_raw: 'x',
  };
  const at = new Date();
  await app.owner
    .insertInto('tracking_events')
    .values({ ...values, detail: null, location: null, occurred_at: at, received_at: at, payload_hash: Buffer.alloc(32) })
    .execute();
  return { carrier: 'easypost', waybill, ticketId: world.parameters['ticketId'] };
}

/** A parcel without a ticket. */
const orphanIn = async (app: TestApp, world: World): Promise<string> =>
  String((await must(app, world.keys.center, 'POST', '/v1/orphan-parcels', 201, { carrier: 'easypost', waybill: freshWaybill() }))['id']);

/** A booking that nobody has collected. */
async function jobIn(app: TestApp, world: World): Promise<string> {
  const booked = await must(app, world.keys.courier, 'POST', '/v1/mail-in-jobs', 201, {
    centerId: world.centerId,
    device: { kind: 'phone', serial: freshSerial() },
    contact: {},
    faultReported: 'Dark screen',
    returnMethod: 'ship',
    jurisdiction: 'CN',
  });
  return String(booked['ticketId']);
}

/** A label that can still be used, and the link of its customer. */
async function labelIn(app: TestApp, world: World): Promise<{ url: string; key: string }> {
  const ticketId = await jobIn(app, world);
  const parcel = { direction: 'inbound', carrier: 'easypost', waybill: freshWaybill(), payer: 'brand' };
  const { id } = await must(app, world.keys.courier, 'POST', `/v1/tickets/${ticketId}/shipments`, 201, parcel);
  return { url: `/v1/link/documents/labels/${String(id)}`, key: linkToken(app.services.seal, { ticketId, generation: 1 }) };
}

/** A key of a brand in which stories are told. */
async function sandboxKey(app: TestApp): Promise<string> {
  const brand = await app.addBrand();
  await app.owner.updateTable('brands').set({ sandbox: true }).where('brand_id', '=', brand.brandId).execute();
  return brand.keys.brand;
}

/** What a call about parcels needs to go well, by operation. */
export const parcelCalls: Record<string, (app: TestApp, world: World) => Promise<{ url?: string; payload?: string; key?: string }>> = {
  receiveTransfer: async (app, world) => ({ url: `/v1/shipments/${await transferIn(app, world)}/receive` }),
  matchOrphanEvents: async (app, world) => ({ payload: JSON.stringify(await parkedIn(app, world)) }),
  matchOrphanParcel: async (app, world) => ({ url: `/v1/orphan-parcels/${await orphanIn(app, world)}/match` }),
  cancelMailInJob: async (app, world) => ({ url: `/v1/mail-in-jobs/${await jobIn(app, world)}/cancel` }),
  printLinkedLabel: labelIn,
  playScenario: async (app) => ({ key: await sandboxKey(app), payload: '{}' }),
};
