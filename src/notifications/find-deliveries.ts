// Reads what was sent to whom, as far as the caller may know.
import type { Deed } from '#access/deed.ts';
import { type ListScope, type Page, page, readCursor } from '#platform/http/page.ts';
import { idPattern } from '#platform/id.ts';
import { Problem } from '#problems.ts';
import { Delivery, type DeliveryAttempt, type DeliveryDetail, type DeliverySearch, SentMail, SentNote, SentText } from './delivery.ts';
import { type AttemptRow, attemptsOf, type DeliveryRow, deliveryById, listDeliveries } from './delivery-store.ts';

const TRIES_SHOWN = 200;
const ticketIds = idPattern('ticket');
const channels = Delivery.shape.channel;

function view(row: DeliveryRow): Delivery {
  const [kind, id = ''] = row.recipient.split(':');
  return {
    id: row.messageId,
    ticketId: ticketIds.test(row.subject) ? row.subject : null,
    endpointId: kind === 'endpoint' || kind === 'owner' ? id : null,
    channel: channels.parse(row.channel),
    message: row.message,
    state: row.state,
    reason: row.reason,
    attempts: row.attempts,
    nextTryAt: row.nextTryAt?.toISOString() ?? null,
    receipt:
      row.receipt === null || row.receiptAt === null ? null : { outcome: row.receipt, reason: row.receiptReason, at: row.receiptAt.toISOString() },
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

function tryView({ exchange, startedAt, finishedAt, ...tried }: AttemptRow): DeliveryAttempt {
  const times = { startedAt: startedAt.toISOString(), finishedAt: finishedAt?.toISOString() ?? null };
  if (exchange === null) return { ...tried, ...times, request: null, response: null };
  const { url, requestHeaders, responseHeaders, responseBody, tookMs } = exchange;
  const response = responseHeaders === null ? null : { headers: responseHeaders, body: responseBody, tookMs };
  return { ...tried, ...times, request: { url, headers: requestHeaders }, response };
}

/** Lists deliveries from the newest. Throws cursor_invalid. */
export async function findDeliveries(deed: Deed, query: DeliverySearch): Promise<Page<Delivery>> {
  const scope: ListScope = { list: 'deliveries', brandId: deed.brandId, actorId: deed.actor.id, filter: query };
  const from = readCursor(deed.seal, scope, query.cursor);
  const rows = await listDeliveries(deed, query, query.limit + 1, from === null ? null : Number(from[0]));
  return page(deed.seal, scope, rows, query.limit, (row) => [row.outboxId], view);
}

/** Reads a delivery with its tries and what was sent. Throws not_found. */
export async function readDelivery(deed: Deed, deliveryId: string): Promise<DeliveryDetail> {
  const row = await deliveryById(deed, deliveryId);
  if (row === undefined) throw new Problem('not_found', 'No delivery that you may see has this id.');
  const tries = await attemptsOf(deed, row.outboxId, TRIES_SHOWN);
  const { rendered } = row;
  const { to, locale, subject, text: said, parts, fields, url, template } = rendered ?? {};
  const mail = SentMail.safeParse({ to, locale, subject, text: said, template });
  const text = SentText.safeParse({ to, locale, text: said, parts });
  const note = SentNote.safeParse({ to, locale, fields, url });
  return {
    ...view(row),
    tries: tries.map(tryView),
    mail: mail.success ? mail.data : null,
    text: text.success ? text.data : null,
    note: note.success ? note.data : null,
    body: rendered?.['body'] === undefined ? null : JSON.stringify(rendered['body']),
  };
}
