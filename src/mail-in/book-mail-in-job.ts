// Books a device in for repair by mail: ticket, label and consent in one deed.
import type { Deed } from '#access/deed.ts';
import { openTicket } from '#tickets/open-ticket.ts';
import { addParcel } from './create-shipment.ts';
import { readMailInJob } from './find-mail-in-jobs.ts';
import type { MailInJobInput, MailInJobView } from './mail-in-job.ts';
import { matchOrphans, reserveWaybills } from './match-orphans.ts';

/**
 * Opens the ticket, and its inbound parcel where there is a label; with the customer's consent it waits for the device at once.
 * Problems: open_ticket_exists, already_exists (the waybill), validation_failed.
 */
export async function bookMailInJob(deed: Deed, input: MailInJobInput): Promise<MailInJobView> {
  await reserveWaybills(deed, [input]);
  return bookReserved(deed, input);
}

/** The same where `reserveWaybills` was called for it already. */
export async function bookReserved(deed: Deed, { label, intake, ...input }: MailInJobInput): Promise<MailInJobView> {
  const ticket = await openTicket(deed, { ...input, channel: 'mail_in' });
  if (label !== undefined) await addParcel(deed, ticket, { direction: 'inbound', toCenterId: null }, label, intake);
  // It may lie at a depot already.
  await matchOrphans(deed, ticket.id);
  return readMailInJob(deed, ticket.id);
}
