// Looks at parcels whose time has come: trouble is told once, holds up the repair and alarms the center; what lies unopened is spoken of.
import type { Deed } from '#access/deed.ts';
import type { AlertKind } from '#alerts/alert.ts';
import { raiseAlerts } from '#alerts/raise.ts';
import type { ParcelFacts, ParcelTelling } from '#notifications/event.ts';
import { addWorkingDays } from '#service-centers/calendar.ts';
import { centerCalendar } from '#service-centers/center-calendar.ts';
import type { Services } from '#services.ts';
import { advanceTicket } from '#tickets/advance-ticket.ts';
import { eachDue, type Falling } from '#tickets/each-due.ts';
import { tellOfParcel } from '#tickets/tell-parcel.ts';
import { isClaimed } from './claims-store.ts';
import { draftClaim } from './draft-claim.ts';
import { advanced } from './move-ticket.ts';
import { concerns, type News, newsOf, proofDueAt, UNPROVEN, watchFrom } from './parcel-watch.ts';
import * as store from './store.ts';
import { bondsDue, putOffBonds, writeOpenBy } from './watch-store.ts';

/** What falls due at parcels. */
export const watching: Falling = { what: 'watch-parcels', find: bondsDue, act: watchTicket, putOff: putOffBonds };

/** Looks at every parcel that is due; answers how many tickets there was something to say of. */
export const watchParcels = (services: Services): Promise<number> => eachDue(services, watching);

/** Working days after which the customer hears what has come of trouble with a parcel. */
const ANSWER_DAYS = 3;

async function watchTicket(deed: Deed, ticketId: string): Promise<boolean> {
  if ((await store.lockTicket(deed, ticketId)) === undefined) return false;
  let said = false;
  for (const { shipment, bond } of await store.parcelsOf(deed, ticketId)) {
    if (bond.alarmAt === null || bond.alarmAt > deed.now) continue;
    // Anew for each: what was said of the one before may have moved it.
    const ticket = await store.lockTicket(deed, ticketId);
    if (ticket === undefined) return said;
    const holdId = bond.holdId === ticket.hold?.id ? bond.holdId : null;
    const matter: Matter = { deed, ticket, shipment: { ...shipment }, bond: { ...bond, told: [...bond.told], holdId, alarmAt: null } };
    for (const news of newsOf(shipment, matter.bond, { status: ticket.status, holdId: ticket.hold?.id ?? null }, deed.now)) {
      await say(matter, news);
      said = true;
    }
    const stillConcerns = concerns(shipment.direction, ticket.status);
    const alarmAt = stillConcerns ? watchFrom(matter.shipment, matter.bond, deed.now) : proofDueAt(matter.shipment, matter.bond);
    await store.writeBond(deed, shipment.id, { ...matter.bond, alarmAt });
  }
  return said;
}

/** A parcel in hand; `shipment` and `bond` become what is written. */
interface Matter {
  deed: Deed;
  ticket: store.TicketOfParcel;
  shipment: store.ShipmentRow;
  bond: store.Bond;
}

async function say(matter: Matter, news: News): Promise<void> {
  const { deed, ticket, shipment, bond } = matter;
  switch (news.kind) {
    case 'trouble':
      return trouble(matter, news.trouble);
    case 'recovered':
      bond.holdId = null;
      if (await advanced(deed, ticket.id, { action: 'hold.resume', input: {} })) await tell(matter, 'parcel_moves_again', {}, null);
      return;
    case 'arrived':
      return arrived(matter, news.late);
    case 'unproven':
      bond.told.push(UNPROVEN);
      return alarm(matter, 'delivery_unproven');
    case 'eta': {
      const etaBefore = bond.toldEta?.toISOString() ?? null;
      bond.toldEta = shipment.eta;
      return tell(matter, 'eta_moved', { etaBefore }, null);
    }
  }
}

async function trouble(matter: Matter, { as, tells, holds, claim }: Extract<News, { kind: 'trouble' }>['trouble']): Promise<void> {
  const { deed, ticket, shipment, bond } = matter;
  bond.told.push(as);
  await alarm(matter, 'parcel_problem');
  const isTold = (as === 'lost' || as === 'exception') && (await isClaimed(deed, shipment.id, as === 'lost' ? ['lost'] : ['lost', 'damaged']));
  const drafted = claim === undefined ? null : await draftClaim(deed, shipment, claim);
  const isLoaner = shipment.direction === 'loaner_out' || shipment.direction === 'loaner_in';
  if (tells === null || isLoaner) return;
  const answerBy = addWorkingDays(await centerCalendar(deed, ticket.centerId), deed.now, ANSWER_DAYS);
  if (holds && ticket.hold === null) {
    const input = { reason: 'shipment_problem', resumeBy: answerBy.toISOString() } as const;
    const { hold } = await advanceTicket(deed, { ticketId: ticket.id, expectedVersion: null, command: { action: 'hold.open', input } });
    bond.holdId = hold?.id ?? null;
  }
  // Who opened a claim by hand has told the customer what it is about; the carrier's word for the same says less.
  if (isTold) return;
  const open = drafted === null ? {} : { claim: { state: drafted.state, number: drafted.claimNumber, amount: null } };
  await tell(matter, tells, { answerBy: answerBy.toISOString(), ...open }, answerBy);
}

/** Who was told a day by which it is opened is told before anybody else that it has passed, and the new one. */
async function arrived(matter: Matter, late: boolean): Promise<void> {
  const { deed, ticket, shipment, bond } = matter;
  const known = bond.told.includes('arrived');
  const before = known ? (shipment.openBy?.toISOString() ?? null) : null;
  if (!known) bond.told.push('arrived');
  if (late) {
    await alarm(matter, 'parcel_unopened');
    shipment.openBy = addWorkingDays(await centerCalendar(deed, ticket.centerId), deed.now, 1);
    await writeOpenBy(deed, shipment.id, shipment.openBy);
  }
  // The frame of the mail promises the next word by then at the latest; the alarm of this parcel is earlier.
  await tell(matter, 'parcel_arrived', { openByBefore: late ? before : null }, shipment.openBy);
}

const alarm = ({ deed, ticket, shipment }: Matter, kind: AlertKind): Promise<void> =>
  raiseAlerts(deed, ticket.id, ticket.centerId, [
    {
      kind,
      data: {
        shipmentId: shipment.id,
        direction: shipment.direction,
        parcelStatus: shipment.status,
        ...(kind === 'parcel_unopened' && shipment.openBy !== null ? { dueAt: shipment.openBy.toISOString() } : {}),
      },
    },
  ]);

const tell = ({ deed, ticket, shipment }: Matter, telling: ParcelTelling, more: Partial<ParcelFacts>, nextWordBy: Date | null): Promise<void> =>
  tellOfParcel(deed, ticket.id, telling, shipment, more, nextWordBy);
