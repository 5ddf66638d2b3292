// A call that is right in everything, for every operation of the contract: tests change one thing in it.
import { unique } from '../app-over.ts';
import { bodyFor, wireBody } from './bodies.ts';
import { addressOf, type Operation } from './contract.ts';
import { pushOf } from './pushes.ts';
import type { World } from './world.ts';

/** A call as it goes over the wire. */
export interface Ask {
  key: string | null;
  url: string;
  headers: Record<string, string>;
  payload: string | Buffer | undefined;
}

/** Who calls, about what. */
export interface Callers {
  world: World;
  adminKey: string;
  /** What a proof gives for a while. */
  pass: string;
}

/** Operations that an admin key calls without naming a brand, because they are about the installation. */
export const installation: ReadonlySet<string> = new Set([
  ...['createBrand', 'listBrands', 'getBrand', 'changeBrand', 'getLook', 'changeLook', 'putLogo', 'removeLogo'],
]);

/** The call. */
export function rightCall(operation: Operation, { world, adminKey, pass }: Callers): Ask {
  const headers: Record<string, string> = {};
  if (operation.headers.includes('Idempotency-Key')) headers['idempotency-key'] = unique('call');
  if (operation.headers.includes('If-Match')) headers['if-match'] = `"v${world.ticketVersion}"`;
  let query = operation.queryParameters.includes('orphan') ? '?orphan=true' : '';
  if (operation.name === 'showLinkedFile') query = new URL(world.fileLink, 'http://here').search;
  const body = operation.hasBody ? wireBody(operation, bodyFor(operation, world)) : undefined;
  let payload = body?.payload;
  const push = pushOf(operation, world);
  if (push !== null) {
    ({ payload, query } = push);
    Object.assign(headers, push.headers);
  }
  if (body !== undefined || payload !== undefined) headers['content-type'] = body?.type ?? 'application/json';
  const caller = operation.byPass ? pass : operation.byLink ? world.link : installation.has(operation.name) ? adminKey : world.keys.brand;
  return { key: operation.secured ? caller : null, url: addressOf(operation, world.parameters) + query, headers, payload };
}
