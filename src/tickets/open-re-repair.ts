// A repair that did not hold is taken up again: the same device, customer and center, linked to the ticket it follows.
import type { Deed } from '#access/deed.ts';
import { ticketRow } from './find-tickets.ts';
import { openTicket } from './open-ticket.ts';
import type { TicketInput, TicketView } from './ticket.ts';

/** What is wrong with it this time. */
export interface Complaint {
  faultReported: string;
  returnMethod?: TicketInput['returnMethod'] | undefined;
}

/** Opens the follow-up of a closed ticket. Problems: not_found, open_ticket_exists (409), validation_failed where its warranty does not cover it. */
export async function openReRepair(deed: Deed, ticketId: string, complaint: Complaint): Promise<TicketView> {
  const row = await ticketRow(deed, ticketId);
  const given = <T>(value: T | null): T | undefined => value ?? undefined;
  const valueOf = (type: string): string | undefined => {
    const found = row.identifiers.find((identifier) => identifier.type === type);
    return found === undefined ? undefined : deed.seal.open(Buffer.from(found.sealed, 'base64'), found.keyId);
  };
  const { kind, maker, model } = row.device;
  return openTicket(deed, {
    channel: row.channel,
    centerId: row.centerId,
    device: {
      kind,
      maker: given(maker),
      model: given(model),
      serial: valueOf('serial'),
      imei: valueOf('imei'),
      imei2: valueOf('imei2'),
      serialUnknown: row.identifiers.length === 0 ? true : undefined,
    },
    contact: {
      name: given(row.contact.name),
      phone: given(row.contact.phone),
      email: given(row.contact.email),
      address: given(row.contact.address),
      locale: row.contact.locale,
      timeZone: row.contact.timeZone,
      wechatOpenid: given(row.contact.wechatOpenid),
      optedOut: row.contact.optedOut,
      quietHours: given(row.contact.quietHours),
    },
    faultReported: complaint.faultReported,
    returnMethod: complaint.returnMethod ?? row.returnMethod,
    jurisdiction: row.jurisdiction,
    reRepairOf: row.id,
  });
}
