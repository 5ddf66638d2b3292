// The stage of a story: everyone acts in one transaction, each at a time of the story, by the use cases that real calls use.
import { createHash, randomInt } from 'node:crypto';
import type { Actor } from '#access/actor.ts';
import { bySystem, type Deed, within } from '#access/deed.ts';
import { ringDue, SETTLED_MS } from '#alerts/ring-clocks.ts';
import { bookMailInJob } from '#mail-in/book-mail-in-job.ts';
import { createShipment } from '#mail-in/create-shipment.ts';
import { recordTracking } from '#mail-in/record-tracking.ts';
import type { ParcelStatus } from '#mail-in/tracking.ts';
import { watching } from '#mail-in/watch-parcels.ts';
import { Problem } from '#problems.ts';
import { advanceTicket } from '#tickets/advance-ticket.ts';
import type { Falling } from '#tickets/each-due.ts';
import { readTicket } from '#tickets/find-tickets.ts';
import { holdExpiring } from '#tickets/hold-expiry.ts';
import { intakeWaiting } from '#tickets/intake-ladder.ts';
import { wordPromised } from '#tickets/keep-informed.ts';
import type { Command } from '#tickets/lifecycle.ts';
import { quoteWaiting } from '#tickets/quote-ladder.ts';
import { pickUpWaiting } from '#tickets/storage-ladder.ts';
import type { TicketView } from '#tickets/ticket.ts';
import type { ScenarioInput, ScenarioStep } from './scenario.ts';
import { nextAlarm } from './store.ts';

const HOUR_MS = 3_600_000;
/** Scans are named after this carrier, which pushes nothing itself. */
const CARRIER = 'sandbox';
/** What falls due by itself, in the order in which it is looked at. */
const falling: readonly Falling[] = [watching, intakeWaiting, holdExpiring, quoteWaiting, pickUpWaiting, wordPromised];
/** Clocks ring when what was under way at their time has settled; a second more, because their times are finer than ours. */
const CLOCKS_AFTER_MS = SETTLED_MS + 1_000;
/** More often nothing of one ticket falls due in a story. */
const RINGS = 200;

type Role = 'courier' | 'center' | 'customer';

/** A story being told. */
export interface Stage {
  ticket: TicketView;
  serial: string;
  steps: ScenarioStep[];
  shipmentIds: string[];
  now(): Date;
  /** Lets so many hours pass; what falls due in them rings at its time. */
  pass(hours: number): Promise<void>;
  /** One step of the ticket; what is refused is told, and the story goes on. */
  act(by: 'center' | 'customer', command: Command, did: string, reason?: string): Promise<void>;
  /** The carrier says so of a parcel; answers how many scans were new. */
  scan(waybill: string, scans: readonly { status: ParcelStatus; hoursAgo?: number; detail?: string }[], did: string): Promise<number>;
  /** The label of a way home. */
  sendHome(): Promise<string>;
  /** Anything else that somebody does. */
  does<T>(by: ScenarioStep['by'], did: string, work: (deed: Deed) => Promise<T>): Promise<T>;
}

const letters = (length: number): string => Array.from({ length }, () => 'ABCDEFGHJKLMNPQRSTVWXYZ23456789'[randomInt(31)] ?? 'A').join('');

/** Opens it `hours` before now, with a device that a courier has booked in: its waybill comes back with the stage. */
export async function openStage(
  deed: Deed,
  input: ScenarioInput,
  centerId: string,
  { hours, labelDays }: { hours: number; labelDays?: number },
): Promise<{ stage: Stage; waybill: string }> {
  let now = new Date(deed.now.getTime() - hours * HOUR_MS);
  const steps: ScenarioStep[] = [];
  const shipmentIds: string[] = [];
  const serial = `SBX${letters(9)}`;
  let ticket: TicketView | null = null;

  const actor = (kind: Role): Actor => ({
    kind,
    // What the caller's own key would do, it does: a courier reads the job afterwards.
    id: deed.actor.kind === kind ? deed.actor.id : 'sandbox',
    brandId: deed.brandId,
    centerId: kind === 'center' ? centerId : null,
    scopes: new Set(),
    ...(kind === 'customer' && ticket !== null ? { ticketId: ticket.id } : {}),
  });
  const at = <T>(by: ScenarioStep['by'], work: (part: Deed) => Promise<T>): Promise<T> => {
    const clock = { now: () => now };
    return by === 'carrier' || by === 'clock'
      ? within(deed, { now, clock }, (part) => bySystem(part, work))
      : within(deed, { now, clock, actor: actor(by) }, work);
  };
  const current = (): TicketView => {
    if (ticket === null) throw new Error('the story has no ticket yet');
    return ticket;
  };
  const refresh = async (): Promise<void> => {
    ticket = await at('center', (part) => readTicket(part, current().id));
  };
  const note = (by: ScenarioStep['by'], did: string, refused: string | null = null): void => {
    const { status, hold } = current();
    steps.push({ at: now.toISOString(), by, did: did.slice(0, 120), status, hold: hold?.reason ?? null, refused });
  };

  const ring = async (): Promise<void> => {
    const before = current();
    await at('clock', async (part) => {
      await ringDue(part);
      for (const { act } of falling) await act(part, before.id);
    });
    await refresh();
    const { status, hold } = current();
    if (status !== before.status || hold?.id !== before.hold?.id) note('clock', 'What was due has moved the ticket.');
  };

  const stage: Stage = {
    get ticket() {
      return current();
    },
    serial,
    steps,
    shipmentIds,
    now: () => now,
    async pass(more) {
      const until = new Date(now.getTime() + more * HOUR_MS);
      for (let rung = 0; rung < RINGS; rung += 1) {
        const due = await nextAlarm(deed, current().id, until, CLOCKS_AFTER_MS);
        if (due === null) break;
        // What could not be dealt with is looked at an hour later, as a sweep would.
        now = due > now ? due : new Date(now.getTime() + HOUR_MS);
        if (now > until) break;
        await ring();
      }
      now = until;
    },
    async act(by, command, did, reason) {
      try {
        ticket = await at(by, (part) => advanceTicket(part, { ticketId: current().id, expectedVersion: current().version, command, reason }));
        if (by === 'customer') await refresh();
        note(by, did);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        note(by, did, error.extras.refusal ?? error.code);
      }
    },
    async scan(waybill, scans, did) {
      const rows = scans.map(({ status, hoursAgo = 0, detail = null }) => {
        const occurredAt = new Date(now.getTime() - hoursAgo * HOUR_MS);
        return {
          eventKey: `${status}:${occurredAt.toISOString()}`,
          status,
          codeRaw: status,
          detail,
          location: 'Sandbox',
          occurredAt,
          occurredLocal: null,
        };
      });
      const payloadHash = createHash('sha256').update(JSON.stringify(rows)).digest();
      const news = { carrier: CARRIER, waybill, scans: rows, eta: null, watch: null, payloadHash };
      const { kept } = await at('carrier', (part) => recordTracking(part, news));
      await refresh();
      note('carrier', did);
      return kept.length;
    },
    async sendHome() {
      const waybill = `SBX${letters(10)}`;
      const label = { direction: 'outbound', carrier: CARRIER, waybill, payer: 'brand' } as const;
      const { id } = await at('center', (part) => createShipment(part, current().id, label));
      shipmentIds.push(id);
      await refresh();
      note('center', 'Makes the label of the way home.');
      return waybill;
    },
    async does(by, did, work) {
      const result = await at(by, work);
      await refresh();
      note(by, did);
      return result;
    },
  };

  const waybill = `SBX${letters(10)}`;
  const job = await at('courier', (part) =>
    bookMailInJob(part, {
      centerId,
      device: { kind: 'phone', maker: 'Aurora', model: 'A5', serial },
      contact: {
        name: 'Wang Fang',
        // No telephone: a story would ring at somebody who has nothing to do with it.
        address: '1 Lake Road, Hangzhou',
        locale: input.locale,
        ...(input.email === undefined ? {} : { email: input.email }),
      },
      faultReported: 'Battery is empty by noon',
      returnMethod: 'ship',
      jurisdiction: 'CN',
      label: {
        carrier: CARRIER,
        waybill,
        payer: 'brand',
        declaredValue: { amount: 399_900, currency: 'CNY' },
        ...(labelDays === undefined ? {} : { labelExpiresAt: new Date(now.getTime() + labelDays * 24 * HOUR_MS).toISOString() }),
      },
      intake: {
        contactVerified: true,
        backupConsent: { method: 'signature', takenBy: 'Lin', givenAt: now.toISOString(), textVersion: 'backup-1', locale: input.locale },
      },
    }),
  );
  if (job.shipment !== null) shipmentIds.push(job.shipment.id);
  ticket = await at('center', (part) => readTicket(part, job.ticketId));
  note('courier', 'Books the device in, with its label.');
  return { stage, waybill };
}
