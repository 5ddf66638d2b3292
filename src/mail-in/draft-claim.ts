// A claim that is drafted because a scan says that a parcel is gone, or because its device came out of it damaged, so that nobody forgets
// to file it in time.
import type { Deed } from '#access/deed.ts';
import { newId } from '#platform/id.ts';
import type { ClaimKind } from './claim.ts';
import { type ClaimRow, latestClaim, openClaim, writeClaim } from './claims-store.ts';
import { parcelsOf, type ShipmentRow } from './store.ts';

/** What is asked for where nobody says it: what the leg is insured for, or else what was declared. */
const worthOf = (shipment: ShipmentRow): Pick<ClaimRow, 'amount' | 'currency'> =>
  shipment.insuredValue === null
    ? { amount: shipment.declaredValue, currency: shipment.declaredCurrency }
    : { amount: shipment.insuredValue, currency: shipment.insuredCurrency };

/** A claim about nothing more than that. */
export const freshClaim = (deed: Deed, shipment: ShipmentRow, kind: ClaimKind): ClaimRow => ({
  id: newId('claim', deed.now.getTime()),
  shipmentId: shipment.id,
  kind,
  state: 'draft',
  ...worthOf(shipment),
  paid: null,
  claimNumber: null,
  fileBy: null,
  answerBy: null,
  note: null,
  openedBy: deed.actor.kind === 'system' ? 'system' : deed.actor.id,
  createdAt: deed.now,
  updatedAt: deed.now,
  filedAt: null,
  settledAt: null,
  alarmAt: null,
});

/** The claim that is open already, or a draft. */
export async function draftClaim(deed: Deed, shipment: ShipmentRow, kind: ClaimKind): Promise<ClaimRow> {
  const open = await openClaim(deed, shipment.id, kind);
  if (open !== undefined) return open;
  const row = freshClaim(deed, shipment, kind);
  await writeClaim(deed, row);
  return row;
}

const DAY_MS = 24 * 3_600_000;
/** Damage that is not seen from outside is told to the carrier within seven days of delivery (CMR article 30; few carriers give less). */
const DAMAGE_MS = 7 * DAY_MS;
/** So long before that the center is alarmed of a draft. */
const HIGH_TIME_MS = 2 * DAY_MS;

const latest = (a: Date, b: Date): Date => (a > b ? a : b);

/**
 * Drafts a claim for the parcel that this ticket's device came in, which has damaged it; once a parcel, whatever became of the claim.
 * Nothing where the device came in no parcel of ours. The ticket is locked.
 */
export async function draftDamage(deed: Deed, ticketId: string): Promise<void> {
  const shipment = cameIn((await parcelsOf(deed, ticketId)).map((parcel) => parcel.shipment));
  if (shipment === undefined || (await latestClaim(deed, shipment.id, 'damaged')) !== undefined) return;
  const fileBy = latest(new Date((shipment.deliveredAt ?? deed.now).getTime() + DAMAGE_MS), deed.now);
  const alarmAt = latest(new Date(fileBy.getTime() - HIGH_TIME_MS), deed.now);
  await writeClaim(deed, { ...freshClaim(deed, shipment, 'damaged'), fileBy, alarmAt });
}

const notHere: ReadonlySet<string> = new Set(['cancelled', 'returning', 'returned', 'lost']);

/** The parcel at whose end the device was taken out: the newest that was delivered, or else that can have come without a scan. */
function cameIn(parcels: readonly ShipmentRow[]): ShipmentRow | undefined {
  const inbound = parcels.filter(({ direction, status }) => direction === 'inbound' && !notHere.has(status));
  return inbound.findLast(({ status }) => status === 'delivered') ?? inbound.at(-1);
}
