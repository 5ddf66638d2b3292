// The stories themselves: what everyone does, and how much time passes between.
import { changeClaim, findClaims } from '#mail-in/manage-claims.ts';
import type { Policy } from '#service-centers/policy.ts';
import type { Command } from '#tickets/lifecycle.ts';
import type { ScenarioName } from './scenario.ts';
import type { Stage } from './stage.ts';

interface Scenario {
  about: string;
  /** How long it takes on its own clock; it ends now. */
  hours: number;
  /** Days after which the label of the way in can be used no more; left away: it has no end of its own. */
  labelDays?: number;
  play(stage: Stage, waybill: string, policy: Policy): Promise<void>;
}

const day = (from: Date, ahead: number): string => new Date(from.getTime() + ahead * 86_400_000).toISOString().slice(0, 10);
const later = (from: Date, hours: number): string => new Date(from.getTime() + hours * 3_600_000).toISOString();

const received = (serialScanned: string, acceptMismatch = false): Command => ({
  action: 'device.receive',
  input: {
    serialScanned,
    accessories: [],
    condition: [{ area: 'screen', grade: 'used' }],
    powersOn: true,
    receivedBy: 'Chen',
    ...(acceptMismatch ? { acceptMismatch } : {}),
  },
});

async function broughtIn(stage: Stage, waybill: string): Promise<void> {
  await stage.pass(5);
  await stage.scan(waybill, [{ status: 'picked_up' }], 'Collects the parcel.');
  await stage.pass(18);
  await stage.scan(waybill, [{ status: 'in_transit', hoursAgo: 6 }, { status: 'out_for_delivery' }], 'Is about to deliver it.');
  await stage.pass(3);
  await stage.scan(waybill, [{ status: 'delivered' }], 'Delivers it at the door of the center.');
}

async function atTheBench(stage: Stage, waybill: string): Promise<void> {
  await broughtIn(stage, waybill);
  await stage.pass(2);
  await stage.act('center', received(stage.serial), 'Opens the parcel and receives the device.');
  await stage.act('center', { action: 'diagnosis.start', input: { technician: 'Zhao' } }, 'Starts the diagnosis.');
}

async function sentHome(stage: Stage): Promise<void> {
  const waybill = await stage.sendHome();
  await stage.pass(4);
  await stage.scan(waybill, [{ status: 'picked_up' }, { status: 'in_transit' }], 'Takes the device on its way home.');
  await stage.pass(20);
  await stage.scan(waybill, [{ status: 'delivered' }], 'Delivers it to the customer.');
}

/** A center may remind later than most; nothing ends before two reminders and the days that are left after the last. */
const UNSENT_DAYS = 16;

/** Every story. */
export const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  'delivered-not-received': {
    about: 'The carrier says "delivered", and the center has not opened the parcel: the customer is told after a day, and the center is alarmed.',
    hours: 150,
    async play(stage, waybill) {
      await broughtIn(stage, waybill);
      // Two working days, a weekend between them, and the rest of the day of the delivery.
      await stage.pass(122);
    },
  },
  lost: {
    about: 'The carrier loses the parcel on its way to the center: a hold, a claim, and what the customer hears of both.',
    hours: 160,
    async play(stage, waybill) {
      await stage.pass(5);
      await stage.scan(waybill, [{ status: 'picked_up' }, { status: 'in_transit' }], 'Collects the parcel.');
      await stage.pass(70);
      await stage.scan(waybill, [{ status: 'lost' }], 'Cannot find the parcel any more.');
      await stage.pass(1);
      const [shipmentId] = stage.shipmentIds;
      const { data } = await stage.does('center', 'Finds the claim that was drafted.', (deed) =>
        findClaims(deed, { limit: 1, ...(shipmentId === undefined ? {} : { shipmentId }) }),
      );
      const claimId = data[0]?.id ?? '';
      await stage.does('center', 'Files the claim with the carrier.', (deed) => changeClaim(deed, claimId, { claimNumber: 'SBX-118' }));
      await stage.pass(70);
      await stage.does('carrier', 'Accepts the claim.', (deed) => changeClaim(deed, claimId, { state: 'accepted' }));
      await stage.does('carrier', 'Pays the declared value.', (deed) =>
        changeClaim(deed, claimId, { state: 'paid', paid: { amount: 399_900, currency: 'CNY' } }),
      );
    },
  },
  'wrong-serial': {
    about:
      'Another phone than the one that was announced lies in the parcel: intake refuses it, the customer is asked, and the center takes it in all the same.',
    hours: 60,
    async play(stage, waybill) {
      await broughtIn(stage, waybill);
      await stage.pass(2);
      const other = `${stage.serial.slice(0, -1)}9X`;
      await stage.act('center', received(other), 'Scans another serial than the one announced.');
      await stage.act(
        'center',
        { action: 'hold.open', input: { reason: 'serial_mismatch', resumeBy: later(stage.now(), 48) } },
        'Asks the customer which device it is.',
      );
      await stage.pass(20);
      await stage.act('center', { action: 'hold.resume', input: {} }, 'Has the answer: it is the right device.');
      await stage.act('center', received(other, true), 'Receives it all the same; the difference is recorded.');
    },
  },
  'late-part': {
    about: 'A repair that waits for a part, which comes later than was said: the promise moves before it is broken, and the customer hears why.',
    hours: 240,
    async play(stage, waybill, policy) {
      await atTheBench(stage, waybill);
      await stage.pass(3);
      const offer = {
        currency: 'CNY',
        lines: [{ kind: 'part', text: 'Battery', quantity: 1, unitPrice: 39_900, partGrade: 'original' }],
        diagnosisFee: 0,
        validDays: 10,
        promisedDays: 3,
      } as const;
      await stage.act('center', { action: 'quote.send', input: { offer: { ...offer, lines: [...offer.lines] } } }, 'Sends the quote.');
      await stage.pass(2);
      const { quote } = stage.ticket;
      if (quote === null) return;
      const consent = { method: 'link', givenAt: stage.now().toISOString(), textVersion: 'quote-1', locale: 'en' } as const;
      await stage.act(
        'customer',
        { action: 'quote.approve', input: { quoteId: quote.id, amountShown: quote.total, consent } },
        'Says yes by the link.',
      );
      const part = { partNo: 'BAT-1', name: 'Battery', expectedOn: day(stage.now(), 2) };
      await stage.act('center', { action: 'parts.order', input: { parts: [part] } }, 'Orders the part.');
      await stage.pass(40);
      const ids = (): string[] => stage.ticket.parts.map(({ id }) => id);
      const put = ids().map((partId) => ({ partId, expectedOn: day(stage.now(), 4) }));
      await stage.act('center', { action: 'parts.delay', input: { parts: put } }, 'Hears that the part comes later.');
      await stage.pass(90);
      await stage.act('center', { action: 'parts.receive', input: { partIds: ids() } }, 'Has the part.');
      await stage.act('center', { action: 'repair.start', input: { technician: 'Zhao' } }, 'Starts the repair.');
      await stage.pass(3);
      await stage.act('center', { action: 'parts.fit', input: { fitted: ids().map((partId) => ({ partId })) } }, 'Fits the part.');
      await stage.act('center', { action: 'repair.finish', input: { work: ['Battery replaced'] } }, 'Has repaired it.');
      const checks = policy.checklists.phone.map(({ key }) => ({ check: key, result: 'pass' as const }));
      const input = { checks: checks.length === 0 ? [{ check: 'charging', result: 'pass' as const }] : checks, inspector: 'Sun' };
      await stage.act('center', { action: 'qc.pass', input: { ...input, outcome: 'repaired' } }, 'Has tested it.');
      await sentHome(stage);
    },
  },
  'refused-at-the-door': {
    about: 'The parcel home is refused and comes back; after a word with the customer a second one is sent and delivered.',
    hours: 200,
    async play(stage, waybill) {
      await atTheBench(stage, waybill);
      await stage.act('center', { action: 'diagnosis.no_fault', input: { evidence: 'All tests pass' } }, 'Finds no fault.');
      const home = await stage.sendHome();
      await stage.pass(4);
      await stage.scan(home, [{ status: 'picked_up' }, { status: 'in_transit' }], 'Takes the device on its way home.');
      await stage.pass(20);
      await stage.scan(home, [{ status: 'refused' }], 'Is sent away at the door.');
      await stage.pass(6);
      await stage.scan(home, [{ status: 'returning' }], 'Brings the parcel back.');
      await stage.pass(30);
      await stage.scan(home, [{ status: 'returned' }], 'Is back at the center.');
      await stage.pass(20);
      await stage.act('center', { action: 'hold.resume', input: {} }, 'Has settled the address with the customer.');
      await sentHome(stage);
    },
  },
  'storm-of-duplicates': {
    about: 'The same history is pushed twenty times, whole and in parts, out of order: every scan counts once, and the ticket moves once.',
    hours: 50,
    async play(stage, waybill) {
      await stage.pass(30);
      const history = [
        { status: 'picked_up', hoursAgo: 24 },
        { status: 'in_transit', hoursAgo: 18 },
        { status: 'out_for_delivery', hoursAgo: 3 },
        { status: 'delivered', hoursAgo: 1 },
      ] as const;
      let kept = await stage.scan(waybill, [history[2], history[3]], 'Pushes the end of the history first.');
      for (let push = 0; push < 19; push += 1) {
        const part = push % 3 === 0 ? [...history] : history.slice(push % 4, (push % 4) + 2).toReversed();
        kept += await stage.scan(waybill, part, `Pushes ${part.length} scans again.`);
      }
      await stage.does('clock', `${kept} scans were kept of all that was pushed.`, () => Promise.resolve());
    },
  },
  'never-sent': {
    about: 'The device is announced and never sent: two reminders with the day its label ends; then the label is void, and the request is over.',
    hours: UNSENT_DAYS * 24,
    labelDays: 12,
    play: (stage) => stage.pass(UNSENT_DAYS * 24),
  },
};
