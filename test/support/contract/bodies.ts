// A valid body for every operation: the contract's own example, with ids that exist and names that nobody has yet.

import { unique } from '../app-over.ts';
import { formOf, pdf } from '../pictures.ts';
import { freshSerial, freshWaybill } from '../samples.ts';
import type { Operation } from './contract.ts';
import type { World } from './world.ts';

const byPrefix: Record<string, string> = {
  brd: 'brandId',
  ctr: 'centerId',
  tkt: 'ticketId',
  shp: 'shipmentId',
  whe: 'endpointId',
  msg: 'deliveryId',
  alr: 'alertId',
  fil: 'fileId',
  cra: 'accountId',
  stp: 'stopId',
  clm: 'claimId',
  orp: 'orphanId',
};

/** The value with ids that exist in place of examples, and with names that nobody has yet. */
export function aboutThings(value: unknown, key: string, world: World): unknown {
  if (Array.isArray(value)) return value.map((item) => aboutThings(item, key, world));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, aboutThings(item, name, world)]));
  }
  if (typeof value !== 'string') return value;
  const parameter = byPrefix[/^([a-z]{3})_[0-9a-z]{26}$/.exec(value)?.[1] ?? ''];
  if (parameter !== undefined) return world.parameters[parameter] ?? value;
  if (key === 'serial') return freshSerial();
  if (key === 'waybill') return freshWaybill();
  if (key === 'slug') return unique('slug');
  if (key === 'code') return unique('C');
  return value;
}

/** The example of the operation's body, about things of this world. */
export function bodyFor(operation: Operation, world: World): unknown {
  if (operation.example === undefined) throw new Error(`${operation.name} has no example of its body.`);
  return aboutThings(operation.example, '', world);
}

/** The smallest picture there is: one pixel. */
const pixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

/** A body as it goes over the wire. Documents are text, so that no test has to handle bytes; a logo is none. */
export function wireBody(operation: Operation, body: unknown): { payload: string | Buffer; type: string } {
  if (!operation.takesForm) return { payload: JSON.stringify(body), type: 'application/json' };
  const { file: _, ...fields } = body as Record<string, string>;
  if (operation.name === 'putLogo') {
    const logo = formOf(fields, { type: 'image/png', bytes: pixel });
    return { payload: logo.payload, type: logo.headers['content-type'] };
  }
  const form = formOf(fields, { type: 'application/pdf', bytes: pdf });
  return { payload: form.payload.toString(), type: form.headers['content-type'] };
}
