// A courier or a center says by hand what happened to a parcel: a scan like any other.
import { createHash } from 'node:crypto';
import type { Deed } from '#access/deed.ts';
import { AHEAD_MS } from '#platform/clock.ts';
import { Problem } from '#problems.ts';
import { shipmentRow } from './find-shipments.ts';
import { recordTracking } from './record-tracking.ts';
import * as scansStore from './scans-store.ts';
import * as store from './store.ts';
import type { Scan, ScanInput, TrackingEventView } from './tracking.ts';
import { trackingEventView } from './view.ts';

/** Records a scan; the same one again answers the first. Problems: not_found, validation_failed (a time in the future, or before 2000), already_exists (another shipment's waybill). */
export async function reportScan(deed: Deed, shipmentId: string, input: ScanInput): Promise<{ isNew: boolean; event: TrackingEventView }> {
  const { carrier, waybill } = await shipmentRow(deed, shipmentId);
  const scan = scanOf(deed, input);
  if (input.continuesAs !== undefined) await mustBeFree(deed, shipmentId, carrier, input.continuesAs);
  const payloadHash = createHash('sha256').update(JSON.stringify(input)).digest();
  const { signedBy = null, proofUrl: url = null } = input;
  const proof = signedBy === null && url === null ? null : { signedBy, url };
  const { kept } = await recordTracking(deed, { carrier, waybill, scans: [scan], eta: null, proof, watch: null, payloadHash });
  const row = await scansStore.eventByKey(deed, carrier, waybill, scan.eventKey);
  if (row === undefined) throw new Error(`the scan ${scan.eventKey} of ${shipmentId} was not kept`);
  return { isNew: kept.length > 0, event: trackingEventView(row) };
}

async function mustBeFree(deed: Deed, shipmentId: string, carrier: string, waybill: string): Promise<void> {
  const holder = await store.byWaybill(deed, carrier, waybill);
  if (holder === undefined || holder.id === shipmentId) return;
  throw new Problem('already_exists', 'The waybill it is to go on under is that of another shipment. Check it, or report the scan without it.');
}

function scanOf(deed: Deed, { status, occurredAt, location, detail, continuesAs }: ScanInput): Scan {
  const at = new Date(occurredAt);
  if (at.getUTCFullYear() < 2000 || at.getTime() > deed.now.getTime() + AHEAD_MS) {
    throw new Problem('validation_failed', 'occurredAt must be the time it happened: not in the future, not before 2000.', {
      errors: [{ in: 'body', pointer: '/occurredAt', code: 'out_of_range' }],
    });
  }
  const parts = [status, at.toISOString(), location ?? null, detail ?? null, ...(continuesAs === undefined ? [] : [continuesAs])];
  return {
    eventKey: `by-hand:${createHash('sha256').update(JSON.stringify(parts)).digest('base64url')}`,
    status,
    codeRaw: status,
    detail: detail ?? null,
    location: location ?? null,
    occurredAt: at,
    occurredLocal: occurredAt,
    continuesAs: continuesAs ?? null,
  };
}
