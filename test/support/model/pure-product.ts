// The product without a database: its own decision and its own working out of a step, chained over a row in memory.

import type { Actor } from '#access/actor.ts';
import type { Deed } from '#access/deed.ts';
import type { Clock } from '#clocks/clock.ts';
import { normalizeIdentifier } from '#lookup/normalize.ts';
import { newId } from '#platform/id.ts';
import type { House } from '#service-centers/house.ts';
import { filled } from '#service-centers/policy.ts';
import { usualHours } from '#service-centers/week-hours.ts';
import { changeOf } from '#tickets/effects.ts';
import { guardFacts } from '#tickets/guard-facts.ts';
import { actions, hasEnded, type Command as Step } from '#tickets/lifecycle.ts';
import { allowedActions, move } from '#tickets/move.ts';
import { promiseAfter } from '#tickets/promises.ts';
import { after } from '#tickets/stands.ts';
import type { LockedRow } from '#tickets/store.ts';
import { tellingOf } from '#tickets/telling.ts';
import { ticketView } from '#tickets/view.ts';
import type { Answer } from './judged.ts';
import { learnParts, learnQuotes, type Names, named, strangers } from './names.ts';
import type { Asked, Beginning, Happening } from './repair.ts';
import { type HouseName, policies } from './rules.ts';
import { seenIn } from './view.ts';

const houses = Object.fromEntries(
  Object.entries(policies).map(([name, body]): [string, House] => [
    name,
    { policy: filled(body), policyVersion: body === null ? 0 : 1, calendar: { timeZone: 'Asia/Shanghai', hours: usualHours, holidays: [] } },
  ]),
);

/** Hashes that can be compared, and nothing hidden: nothing is stored. */
const seal = { hash: (_purpose: string, value: string) => Buffer.from(value), open: () => 'SERIAL' };

function actorOf(kind: Actor['kind']): Actor {
  return { kind, id: kind, brandId: 'brd', centerId: 'ctr', scopes: new Set() };
}

/** One ticket of the product. */
export interface PureTicket {
  row: LockedRow;
  clocks: Clock[];
  house: House;
  names: Names;
}

const hashed = (serial: string): LockedRow['identifiers'][number] => ({
  type: 'serial',
  hash: Buffer.from(normalizeIdentifier(serial).norm).toString('hex'),
  sealed: '',
  keyId: 1,
});

/** As `openTicket` leaves it. */
export function pureTicket({ serial, house, kind, returnMethod, jurisdiction }: Beginning & { house: HouseName }, now: number): PureTicket {
  const contact = {
    ...({ name: null, phone: null, email: null, address: null, locale: 'en', timeZone: 'UTC' } as const),
    ...{ wechatOpenid: null, optedOut: [], quietHours: null, stops: {} },
  };
  const row = {
    ...{ id: 'tkt', code: 'CODE', channel: 'walk_in', status: 'created', version: 1, outcome: null, centerId: 'ctr', openedBy: 'courier' },
    ...{ deviceId: 'dev', contactId: 'ctc', parentTicketId: null, faultReported: 'x', returnMethod, jurisdiction, externalRef: null },
    ...{ stagesReached: { intake: new Date(now).toISOString() }, qcFailures: 0, createdAt: new Date(now), updatedAt: new Date(now), closedAt: null },
    ...{ nextUpdateBy: new Date(now), promisedAt: null, dueAt: null, stuckAt: null, reminders: 0, repairedBy: null, disputedAt: null },
    ...{ center: { id: 'ctr', code: 'C', name: 'C' }, contact, device: { id: 'dev', kind, maker: null, model: null }, identifiers: [hashed(serial)] },
    ...{ quotes: [], parts: [], hold: null, promises: [], storage: null, shipments: [], recipients: { contactId: '', ways: {}, endpoints: [] } },
    ...{
      house: null,
      clocks: [],
      past: { previousStatus: null, deliveredAt: null, cameBackAt: null, feeDisclosed: null, work: null },
      intakePhotos: 0,
      told: {},
    },
  } as unknown as LockedRow;
  const names = strangers(newId('quote'), newId('part'));
  return { row, clocks: [], house: houses[house] as House, names };
}

/** Decides and works out one step; the ticket is changed where it is taken. */
export function ask(ticket: PureTicket, asked: Asked, now: number): Answer {
  if (asked.stale) return { kind: 'stale' };
  const { row, house, names } = ticket;
  const rule: { by: readonly string[]; reasonRequired?: true } = actions[asked.action];
  if (!rule.by.includes(asked.by)) return { kind: 'forbidden' };
  if (rule.reasonRequired === true && asked.reason === null) return { kind: 'no_reason' };
  const deed = { brandId: 'brd', actor: actorOf(asked.by), now: new Date(now), requestId: '', seal } as unknown as Deed;
  const command = { action: asked.action, input: /^(quote|parts)/.test(asked.action) ? named(asked.input, names) : asked.input } as Step;
  const facts = guardFacts(deed, row, house, command);
  const next = move(facts, command);
  if (!next.ok) {
    if (next.refusal !== 'not_from_here') return { kind: 'refused', refusal: next.refusal };
    return { kind: 'not_from_here', offered: allowedActions(row.status, asked.by, row.hold !== null) };
  }
  const ends = hasEnded(next.to) || next.to === 'delivered';
  const change = changeOf(command, { facts, house }, { leavesQuoted: row.status === 'quoted' && next.to !== 'quoted', ends });
  const promise = promiseAfter(facts, command, house);
  const told = tellingOf(command, facts, ticket.clocks) !== null;
  const stands = after({ deed, row, house, clocks: ticket.clocks, action: asked.action, next, change, promise, told });
  const swap = command.action === 'qc.pass' ? command.input.swap : undefined;
  const swapped = swap === undefined ? [] : [hashed(swap.serial)];
  ticket.clocks = [...ticket.clocks.filter((old) => !stands.clocks.some(({ name, run }) => old.name === name && old.run === run)), ...stands.clocks];
  ticket.row = {
    ...row,
    ...stands.row,
    identifiers: [...row.identifiers, ...swapped],
    past: pastAfter(row, command, next.to, deed),
  };
  learnQuotes(
    ticket.row.quotes.map(({ id }) => id),
    names,
  );
  learnParts(ticket.row.parts, names);
  // Promises that were compared before are counted only: there can be many.
  const view = ticketView(deed, { ...ticket.row, promises: ticket.row.promises.slice(-2), identifiers: [] });
  return { kind: 'taken', seen: { ...seenIn(view, names), promises: ticket.row.promises.length }, allowed: view.allowedActions, by: asked.by };
}

/** What the statement that locks the ticket reads from its history. */
function pastAfter(row: LockedRow, command: Step, to: LockedRow['status'], { now }: Deed): LockedRow['past'] {
  const moved = to !== row.status;
  return {
    previousStatus: moved && !hasEnded(row.status) ? row.status : row.past.previousStatus,
    deliveredAt: moved && to === 'delivered' && command.action !== 'admin.reopen' ? now.toISOString() : row.past.deliveredAt,
    cameBackAt: command.action === 'shipment.returned' || command.action === 'delivery.dispute' ? now.toISOString() : row.past.cameBackAt,
    feeDisclosed: command.action === 'device.receive' ? (command.input.diagnosisFee ?? null) : row.past.feeDisclosed,
    work: row.past.work,
  };
}

/** What happens around the ticket. */
export function happen(ticket: PureTicket, happening: Happening, now: number): void {
  const { row } = ticket;
  const sent = row.quotes.find(({ status }) => status === 'sent');
  const at = new Date(now).toISOString();
  switch (happening) {
    case 'photo':
      row.intakePhotos += 1;
      break;
    case 'parcel':
      row.shipments.push({
        ...{
          id: 'shp',
          direction: 'outbound',
          carrier: 'easypost',
          waybill: 'W',
          status: 'label_created',
          eta: null,
          deliveredAt: null,
          openBy: null,
          labelExpiresAt: null,
          toCenterId: null,
          receivedAt: null,
        },
        createdAt: at,
      } as LockedRow['shipments'][number]);
      break;
    case 'parcel_ends':
      for (const parcel of row.shipments) if (parcel.direction === 'outbound') parcel.status = 'returned';
      break;
    case 'sent_on':
      row.shipments.push({
        ...{ id: 'shp', direction: 'transfer', carrier: 'easypost', waybill: 'W', status: 'in_transit', eta: null, deliveredAt: null },
        ...{ openBy: null, labelExpiresAt: null, toCenterId: 'ctr', receivedAt: null, createdAt: at },
      } as LockedRow['shipments'][number]);
      break;
    case 'comes_back':
      for (const parcel of row.shipments) if (parcel.direction === 'transfer') parcel.status = 'returned';
      break;
    case 'remind':
      if (sent === undefined) row.reminders += 1;
      else sent.reminders += 1;
      break;
    case 'notice':
      row.storage?.notices.push({ at, kind: 'notice' });
      break;
    case 'mails_leave':
    case 'sibling_opens':
    case 'sibling_ends':
      break;
  }
}
