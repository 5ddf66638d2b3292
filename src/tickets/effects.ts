// What an action writes beside the step itself, and what of its input the history keeps.
import type { NewAlert } from '#alerts/alert.ts';
import { readIdentifier } from '#lookup/normalize.ts';
import { newId } from '#platform/id.ts';
import type { QuoteOffer, QuoteRow } from '#quotes/quote.ts';
import { quoteTotal } from '#quotes/quote-rules.ts';
import { addWorkingDays } from '#service-centers/calendar.ts';
import type { House } from '#service-centers/house.ts';
import type { HoldRow, PartRow } from './bench.ts';
import type { Consent } from './consent.ts';
import { approvedOf, type Facts, offerOf } from './guards.ts';
import { type HoldReason, holds } from './holds.ts';
import type { Inputs } from './inputs.ts';
import { firstQuoteAlarm } from './ladders.ts';
import type { Action, Command } from './lifecycle.ts';

const DAY_MS = 86_400_000;

/** A quote as it is after the step; `alarmAt`: when its ladder of reminders looks at it next. */
export interface QuoteWrite extends QuoteRow {
  alarmAt: Date | null;
  consent: Consent | null;
}

/** Rows that change together with the step, as they are afterwards. */
export interface Change {
  /** Versions that are new or have changed; one that makes room stands before the one that takes it. */
  quotes?: QuoteWrite[];
  parts?: PartRow[];
  /** Closes the hold that is open. */
  holdClosed?: true;
  holdOpened?: HoldRow;
  qcFailures?: number;
  repairedBy?: string[];
  disputedAt?: Date;
  /** The center that works on it from now on. */
  center?: { id: string; code: string; name: string };
  alerts?: NewAlert[];
  /** When the customer is asked how it went; nobody is where it is absent. */
  surveyAt?: Date;
  /** What the history keeps; the input itself where absent. */
  recorded?: object;
}

/** The facts before the step, and the hours and the policy the center works by. */
export interface Scene {
  facts: Facts;
  house: House;
}
type Effect<A extends Action> = (input: Inputs[A], scene: Scene) => Change;

/** The end of a serial as the search knows it: what was typed may end in a separator. Null where it can be no serial, which is refused elsewhere. */
function serialEnd(typed: string): string | null {
  const read = readIdentifier(typed, 'serial');
  return read.ok ? read.norm.slice(-4) : null;
}

/** The telephone number stays with the decision, which can be erased; the history is for ever. */
const withoutPhone = ({ phoneCalled: _, ...consent }: Consent): object => consent;

const byWhom = (kind: Facts['actorKind']): 'customer' | 'center' | 'system' => (kind === 'customer' || kind === 'system' ? kind : 'center');

/** The quote with what became of it. */
const settled = (
  quote: QuoteRow,
  { now, actorKind }: Facts,
  status: QuoteRow['status'],
  consent: Consent | null,
  wish: QuoteRow['wish'],
): QuoteWrite => ({
  ...quote,
  status,
  wish,
  decidedAt: now.toISOString(),
  decidedBy: byWhom(actorKind),
  alarmAt: null,
  consent,
});

const decide =
  (status: 'approved' | 'declined'): Effect<'quote.approve' | 'quote.decline'> =>
  ({ consent, ...rest }, { facts }) => {
    const wish = status === 'declined' ? (('wish' in rest ? rest.wish : undefined) ?? 'return') : null;
    return {
      quotes: facts.quote === null ? [] : [settled(facts.quote, facts, status, consent, wish)],
      ...(facts.actorKind === 'customer' ? { alerts: [{ kind: 'quote_decided', data: { quoteId: rest.quoteId, decision: status } }] } : {}),
      recorded: { ...rest, consent: withoutPhone(consent) },
    };
  };

const drafted = (offer: QuoteOffer, { draft, versions, now }: Facts): QuoteRow => ({
  id: draft?.id ?? newId('quote', now.getTime()),
  version: draft?.version ?? (versions.at(-1)?.version ?? 0) + 1,
  status: 'draft',
  form: offer.form ?? 'standard',
  currency: offer.currency,
  lines: offer.lines,
  total: quoteTotal(offer.lines),
  diagnosisFee: offer.diagnosisFee,
  validDays: offer.validDays,
  validUntil: null,
  promisedDays: offer.promisedDays,
  supersedes: null,
  sentAt: null,
  decidedAt: null,
  decidedBy: null,
  wish: null,
  reminders: 0,
});

/** The offer as the next version, sent; it takes the place of `previous`. */
function sent(input: Inputs['quote.send'], { facts, house }: Scene, previous: { id: string } | null): Change {
  const offer = offerOf(facts, input);
  if (offer === null) return {};
  const base = drafted(offer, input.quoteId === undefined ? { ...facts, draft: null } : facts);
  const latest = facts.versions.at(-1)?.version ?? 0;
  const validUntil = new Date(facts.now.getTime() + offer.validDays * DAY_MS);
  const quote: QuoteWrite = {
    ...base,
    // A draft that was overtaken by another version is sent as the newest.
    version: base.version < latest ? latest + 1 : base.version,
    status: 'sent',
    validUntil: validUntil.toISOString(),
    supersedes: previous?.id ?? null,
    sentAt: facts.now.toISOString(),
    alarmAt: firstQuoteAlarm(facts.now, validUntil, house.policy),
    consent: null,
  };
  const made = facts.quote?.status === 'sent' ? [settled(facts.quote, facts, 'superseded', null, null)] : [];
  const { id: quoteId, version, total, currency } = quote;
  return { quotes: [...made, quote], recorded: { quoteId, version, total, currency, validUntil: quote.validUntil, supersedes: quote.supersedes } };
}

function held(
  reason: HoldReason,
  resumeBy: Date,
  texts: { customerText?: string | undefined; internalText?: string | undefined },
  { facts }: Scene,
): Change {
  const holdOpened: HoldRow = {
    id: newId('hold', facts.now.getTime()),
    reason,
    blame: holds[reason].blame,
    pausesClock: holds[reason].pauses,
    openedAt: facts.now.toISOString(),
    resumeBy: resumeBy.toISOString(),
    customerText: texts.customerText ?? null,
    internalText: texts.internalText ?? null,
  };
  return { holdOpened, ...(facts.hold === null ? {} : { holdClosed: true }) };
}

/** Some days after the device is back; 0 days in the policy: nobody is asked. */
const givenBack: Effect<'device.hand_over' | 'shipment.delivered'> = (input, { facts, house: { policy } }) => ({
  ...(policy.surveyDays === 0 ? {} : { surveyAt: new Date(facts.now.getTime() + policy.surveyDays * DAY_MS) }),
  recorded: input,
});

const openHold: Effect<'hold.open' | 'hold.change'> = (input, scene) => held(input.reason, new Date(input.resumeBy), input, scene);

/** Parts named by the call, changed. */
const partsOf = ({ facts }: Scene, ids: readonly string[], change: (part: PartRow) => Partial<PartRow>): PartRow[] =>
  facts.parts.filter(({ id }) => ids.includes(id)).map((part) => ({ ...part, ...change(part) }));

/** Names are kept one a line: a line break in one would make two people of it. */
function joined(people: readonly string[], technician: string | undefined): string[] {
  const person = technician?.replaceAll(/\s+/g, ' ');
  return person === undefined || people.includes(person) ? [...people] : [...people, person];
}

const effects: { [A in Action]?: Effect<A> } = {
  'intake.open': ({ backupConsent, ...rest }) => ({ recorded: { ...rest, backupConsent: withoutPhone(backupConsent) } }),
  'device.receive': ({ serialScanned, ...rest }, { facts }) => ({
    // Whatever was wrong with the parcel: it is here.
    ...(facts.hold?.reason === 'shipment_problem' ? { holdClosed: true } : {}),
    recorded: {
      ...rest,
      serialMatches: facts.serialMatches,
      ...(serialScanned === undefined ? {} : { serialLast4: serialEnd(serialScanned) }),
    },
  }),
  'coverage.accept': (_input, { facts }) => ({
    // It costs nothing from now on: what was agreed to before is no leave to charge any more. The decision itself stays as it was.
    quotes: facts.versions
      .filter(({ status }) => status === 'approved')
      .map((quote) => ({ ...quote, status: 'superseded', alarmAt: null, consent: null })),
  }),
  'quote.draft': ({ offer }, { facts }) => {
    const quote = { ...drafted(offer, facts), alarmAt: null, consent: null };
    return { quotes: [quote], recorded: { quoteId: quote.id, version: quote.version, total: quote.total, currency: quote.currency } };
  },
  'quote.send': (input, scene) => sent(input, scene, null),
  'quote.supersede': (input, scene) => sent(input, scene, scene.facts.quote),
  'quote.revise': ({ why, ...input }, scene) => {
    const change = sent(input, scene, approvedOf(scene.facts));
    return { ...change, recorded: { ...change.recorded, why } };
  },
  'quote.approve': decide('approved'),
  'quote.decline': decide('declined'),
  'quote.expire': (_input, { facts }) => ({
    quotes: facts.quote === null ? [] : [settled(facts.quote, facts, 'expired', null, null)],
    recorded: { quoteId: facts.quote?.id, reminders: facts.quote?.reminders },
  }),
  'parts.order': ({ parts }, { facts }) => {
    const at = facts.now.toISOString();
    const none = { receivedAt: null, fittedAt: null, serialOld: null, serialNew: null };
    const ordered = parts.map(
      (part): PartRow => ({
        id: newId('part', facts.now.getTime()),
        partNo: part.partNo,
        name: part.name,
        grade: part.grade ?? null,
        state: 'ordered',
        expectedOn: part.expectedOn,
        orderedAt: at,
        ...none,
      }),
    );
    return {
      parts: ordered,
      recorded: { parts: ordered.map(({ id, partNo, name, expectedOn, grade }) => ({ id, partNo, name, expectedOn, grade })) },
    };
  },
  'parts.delay': ({ parts }, scene) => {
    const days = new Map(parts.map(({ partId, expectedOn }) => [partId, expectedOn]));
    return { parts: partsOf(scene, [...days.keys()], ({ id, expectedOn }) => ({ state: 'backordered', expectedOn: days.get(id) ?? expectedOn })) };
  },
  'parts.receive': ({ partIds }, scene) => ({
    parts: partsOf(scene, partIds, () => ({ state: 'received', receivedAt: scene.facts.now.toISOString() })),
  }),
  'parts.fit': ({ fitted }, scene) => {
    const serials = new Map(fitted.map((part) => [part.partId, part]));
    return {
      parts: partsOf(scene, [...serials.keys()], ({ id }) => ({
        state: 'fitted',
        fittedAt: scene.facts.now.toISOString(),
        serialOld: serials.get(id)?.serialOld ?? null,
        serialNew: serials.get(id)?.serialNew ?? null,
      })),
    };
  },
  'parts.return': ({ partIds }, scene) => ({ parts: partsOf(scene, partIds, () => ({ state: 'returned_unused' })) }),
  'repair.start': ({ technician }, { facts }) => ({ repairedBy: joined(facts.repairedBy, technician) }),
  'repair.finish': ({ technician }, { facts }) => ({ repairedBy: joined(facts.repairedBy, technician) }),
  'qc.fail': (_input, { facts }) => ({
    qcFailures: 1,
    ...(facts.qcFailures === 0 ? {} : { alerts: [{ kind: 'quality_failed_twice', data: { failures: facts.qcFailures + 1 } }] }),
  }),
  'qc.pass': ({ swap, ...rest }) =>
    swap === undefined ? { recorded: rest } : { recorded: { ...rest, swap: { ...swap, serial: undefined, serialLast4: serialEnd(swap.serial) } } },
  'ticket.cancel': (_input, { facts }) => (facts.actorKind === 'customer' ? { alerts: [{ kind: 'cancelled_by_customer', data: {} }] } : {}),
  'device.hand_over': givenBack,
  'shipment.delivered': givenBack,
  'shipment.returned': (_input, scene) => held('shipment_problem', addWorkingDays(scene.house.calendar, scene.facts.now, 3), {}, scene),
  'delivery.dispute': ({ what }, scene) => ({
    // Until a lost device is found, the customer hears every day.
    ...held(what === 'not_received' ? 'suspected_loss' : 'tech_support', addWorkingDays(scene.house.calendar, scene.facts.now, 1), {}, scene),
    disputedAt: scene.facts.now,
    alerts: [{ kind: 'delivery_disputed', data: {} }],
  }),
  'transfer.receive': (input, { facts }) => ({
    ...(facts.takenOverBy === null
      ? {}
      : { center: facts.takenOverBy, recorded: { ...input, centerId: facts.takenOverBy.id, fromCenterId: facts.centerId } }),
  }),
  'disposal.consent': ({ consent, ...rest }) => ({ recorded: { ...rest, consent: withoutPhone(consent) } }),
  'hold.open': openHold,
  'hold.change': openHold,
  'hold.resume': () => ({ holdClosed: true }),
};

/** Everything the command changes beside the status; `leaves`: the ticket leaves `quoted`, `ends`: nothing is held up any more. */
export function changeOf(command: Command, scene: Scene, after: { leavesQuoted: boolean; ends: boolean }): Change {
  const effect = effects[command.action] as Effect<Action> | undefined;
  const change = effect?.(command.input as never, scene) ?? {};
  const { facts } = scene;
  // A correction takes the question back; whoever cancels or gives the device away has answered it.
  if (after.leavesQuoted && facts.quote?.status === 'sent' && change.quotes === undefined) {
    change.quotes = [settled(facts.quote, facts, command.action === 'admin.correct' ? 'superseded' : 'declined', null, null)];
  }
  if (after.ends && facts.hold !== null) change.holdClosed = true;
  return change;
}
