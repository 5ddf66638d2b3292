// Opens a repair ticket: the device found again or registered, the customer, the first row of the history.
import type { Deed } from '#access/deed.ts';
import { earliestDue, turnClocks } from '#clocks/clock-rules.ts';
import { hashesOf } from '#contacts/change-contact.ts';
import { openWays } from '#contacts/contact.ts';
import { identifierHints, readIdentifier } from '#lookup/normalize.ts';
import { dueFor } from '#notifications/announce.ts';
import { newId, newTicketCode } from '#platform/id.ts';
import { Problem } from '#problems.ts';
import { houseOf } from '#service-centers/house.ts';
import { factsOf } from './facts.ts';
import { statuses } from './lifecycle.ts';
import { type Identifier, insert, type Opening, type Surroundings, surroundings } from './opening-store.ts';
import { byId, type TicketRow } from './store.ts';
import type { DeviceInput, TicketInput, TicketView } from './ticket.ts';
import { ticketView } from './view.ts';

const DAY_MS = 86_400_000;

/**
 * Opens a ticket in status `created`.
 * Problems: open_ticket_exists (409; for the center that has it, with its code), validation_failed.
 */
export async function openTicket(deed: Deed, input: TicketInput): Promise<TicketView> {
  const identifiers = identifiersOf(deed, input.device);
  const centerId = input.centerId ?? deed.actor.centerId ?? missingCenter();
  if (deed.actor.kind === 'center' && centerId !== deed.actor.centerId) {
    throw invalid('/centerId', 'foreign', 'A center opens tickets for itself only. Leave centerId out.');
  }
  const addresses = hashesOf(deed.seal, input.contact);
  const found = await surroundings(
    deed,
    centerId,
    identifiers.map(({ hash }) => hash),
    input.reRepairOf ?? null,
    addresses,
  );
  const { center } = found;
  if (center === null) throw invalid('/centerId', 'unknown', 'There is no such service center in this brand.');
  refuseSecond(deed, found);
  if (input.reRepairOf !== undefined) checkParent(deed, found, identifiers.length > 0);
  const opening = openingOf(deed, input, identifiers, found, center, addresses);
  const row = rowOf(deed, input, opening, center, found);
  const due = dueFor(
    { type: 'ticket.opened', ticketId: opening.ticketId, seq: 1, telling: 'created', facts: factsOf(deed, row) },
    { contactId: opening.contactId, ways: openWays(row.contact), endpoints: found.endpoints },
    deed.instantWays,
  );
  await insert(deed, opening, due);
  // A device that was here before has more to show than this call names.
  return ticketView(deed, opening.deviceIsNew ? row : ((await byId(deed, opening.ticketId)) ?? row));
}

const invalid = (pointer: string, code: string, detail: string): Problem =>
  new Problem('validation_failed', detail, { errors: [{ in: 'body', pointer, code }] });

function missingCenter(): never {
  throw invalid('/centerId', 'required', 'centerId says which service center repairs it.');
}

function refuseSecond(deed: Deed, found: Surroundings): void {
  if (found.open === null) return;
  // A device may have changed hands: its customer learns no code that opens somebody else's repair.
  const shown =
    deed.actor.kind !== 'courier' && deed.actor.kind !== 'customer' && (deed.actor.centerId === null || deed.actor.centerId === found.open.centerId);
  throw new Problem('open_ticket_exists', `The device has an open ticket already${shown ? `: ${found.open.code}` : ''}. Close it first.`);
}

/** A repair is done again on its warranty: the same device, a repair that was finished, and not too long ago. */
function checkParent(deed: Deed, { parent, deviceId, house }: Surroundings, named: boolean): void {
  if (parent === null) throw invalid('/reRepairOf', 'unknown', 'reRepairOf names no ticket of yours. Leave it out for a new repair.');
  if (named && deviceId !== parent.deviceId) throw invalid('/reRepairOf', 'other_device', 'That ticket was about another device.');
  if (parent.status !== 'closed' || (parent.outcome !== 'repaired' && parent.outcome !== 'replaced') || parent.deliveredAt === null) {
    throw invalid('/reRepairOf', 'not_repaired', 'That ticket is not a finished repair. Leave reRepairOf out for a new one.');
  }
  const { repairWarrantyDays } = houseOf(house).policy;
  if (Date.parse(parent.deliveredAt) + repairWarrantyDays * DAY_MS < deed.now.getTime()) {
    throw invalid(
      '/reRepairOf',
      'warranty_over',
      `The warranty of that repair was ${repairWarrantyDays} days. Leave reRepairOf out for a new repair.`,
    );
  }
}

/** Normalized, hashed and sealed. Problems: validation_failed where an IMEI has a wrong check digit. */
function identifiersOf(deed: Deed, device: DeviceInput): Identifier[] {
  const given = [
    { type: 'serial', value: device.serial },
    { type: 'imei', value: device.imei },
    { type: 'imei2', value: device.imei2 },
  ] as const;
  return given.flatMap(({ type, value }) => {
    if (value === undefined) return [];
    const read = readIdentifier(value, type === 'serial' ? 'serial' : 'imei');
    if (!read.ok) throw invalid(`/device/${type}`, read.hint, identifierHints[read.hint]);
    return [
      {
        type,
        raw: value,
        hash: deed.seal.hash('identifier', read.norm),
        confusableHash: deed.seal.hash('identifier', read.confusable),
        last4: read.norm.slice(-4),
      },
    ];
  });
}

function openingOf(
  deed: Deed,
  input: TicketInput,
  identifiers: Identifier[],
  found: Surroundings,
  center: NonNullable<Surroundings['center']>,
  addresses: Opening['addresses'],
): Opening {
  const now = deed.now.getTime();
  const deviceId = found.deviceId ?? found.parent?.deviceId ?? null;
  const clocks = startClocks(deed, input, found);
  return {
    ticketId: newId('ticket', now),
    contactId: newId('contact', now),
    deviceId: deviceId ?? newId('device', now),
    deviceIsNew: deviceId === null,
    code: newTicketCode(),
    centerId: center.id,
    input,
    addresses,
    locale: input.contact.locale ?? center.locale,
    timeZone: input.contact.timeZone ?? center.timeZone,
    identifiers: identifiers.filter(({ hash }) => !found.knownHashes.has(hash.toString('hex'))),
    stagesReached: { intake: deed.now.toISOString() },
    nextUpdateBy: new Date(now + statuses.created.quietDays * DAY_MS),
    clocks,
    dueAt: earliestDue(clocks),
    // The device is here again: whoever answers for the repair before hears of both.
    alerts:
      found.recent === null
        ? []
        : [{ kind: 'repeat_repair', data: { earlierTicketId: found.recent.ticketId, deliveredAt: found.recent.deliveredAt } }],
  };
}

const startClocks = (deed: Deed, { returnMethod, jurisdiction }: TicketInput, found: Surroundings): Opening['clocks'] =>
  turnClocks([], {
    from: null,
    to: 'created',
    action: 'ticket.create',
    now: deed.now,
    actorKind: deed.actor.kind,
    returnMethod,
    jurisdiction,
    hold: null,
    promisedAt: null,
    quoteValidUntil: null,
    partsExpectedOn: null,
    deliveredAt: null,
    house: houseOf(found.house),
  });

function rowOf(
  deed: Deed,
  input: TicketInput,
  opening: Opening,
  { id: centerId, code, name }: TicketRow['center'],
  { stops, labels }: Surroundings,
): TicketRow {
  const { contact, device } = input;
  const keyId = deed.seal.keyId;
  return {
    id: opening.ticketId,
    code: opening.code,
    channel: input.channel,
    status: 'created',
    version: 1,
    outcome: null,
    centerId: opening.centerId,
    openedBy: deed.actor.id,
    deviceId: opening.deviceId,
    contactId: opening.contactId,
    faultReported: input.faultReported,
    returnMethod: input.returnMethod,
    jurisdiction: input.jurisdiction,
    externalRef: input.externalRef ?? null,
    stagesReached: opening.stagesReached,
    qcFailures: 0,
    createdAt: deed.now,
    updatedAt: deed.now,
    closedAt: null,
    nextUpdateBy: opening.nextUpdateBy,
    center: { id: centerId, code, name },
    contact: {
      name: contact.name ?? null,
      phone: contact.phone ?? null,
      email: contact.email ?? null,
      address: contact.address ?? null,
      locale: opening.locale,
      timeZone: opening.timeZone,
      wechatOpenid: contact.wechatOpenid ?? null,
      optedOut: [...new Set(contact.optedOut)],
      quietHours: contact.quietHours ?? null,
      stops,
    },
    device: { id: opening.deviceId, kind: device.kind, maker: device.maker ?? null, model: device.model ?? null },
    identifiers: opening.identifiers.map(({ type, raw, hash }) => ({
      type,
      hash: hash.toString('hex'),
      sealed: deed.seal.seal(raw).toString('base64'),
      keyId,
    })),
    parentTicketId: input.reRepairOf ?? null,
    promisedAt: null,
    dueAt: opening.dueAt,
    stuckAt: null,
    reminders: 0,
    repairedBy: null,
    disputedAt: null,
    quotes: [],
    parts: [],
    hold: null,
    promises: [],
    storage: null,
    shipments: [],
    labels,
  };
}
