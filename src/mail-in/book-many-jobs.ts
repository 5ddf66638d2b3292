// Up to a hundred bookings in one call: each stands or falls by itself.
import { z } from 'zod';
import type { Deed } from '#access/deed.ts';
import { inSavepoint } from '#platform/db/savepoint.ts';
import { DRAFT } from '#platform/http/openapi-tidy.ts';
import { ProblemDocument } from '#platform/http/problem-document.ts';
import { validationProblem } from '#platform/http/validation.ts';
import { int4 } from '#platform/schema.ts';
import { Problem } from '#problems.ts';
import { bookReserved } from './book-mail-in-job.ts';
import { MailInJobInput, MailInJobView } from './mail-in-job.ts';
import { reserveWaybills } from './match-orphans.ts';

/** Bookings that belong to nobody else's mistake: an item that does not fit its schema is answered by itself. */
export const MailInJobBatch = z
  .strictObject({
    items: z
      .array(z.unknown().meta({ $ref: `#/components/schemas/MailInJob${DRAFT}` }))
      .min(1)
      .max(100),
  })
  .meta({
    id: 'MailInJobBatch',
    example: {
      items: [
        {
          centerId: 'ctr_01kazy3v7me8rtkd8cz5nq2w4x',
          device: { kind: 'phone', maker: 'Aurora', model: 'A5', serial: 'C8QH7T2KPL0M' },
          contact: { name: 'Wang Fang', address: '1 Lake Road, Hangzhou', locale: 'zh-CN' },
          faultReported: 'The screen stays dark',
          returnMethod: 'ship',
          jurisdiction: 'CN',
          externalRef: 'CO-4711',
        },
      ],
    },
  });

/** What became of one item, in the place it had in the call. */
export const MailInJobResult = z
  .strictObject({
    status: int4(200, 599).meta({ description: 'The status the booking would have answered by itself.' }),
    job: MailInJobView.nullable(),
    problem: ProblemDocument.nullable(),
  })
  .meta({ id: 'MailInJobResult' });

/** A booking that was made, or why it was not. */
export type Booked = { ok: true; job: MailInJobView } | { ok: false; problem: Problem };

/** Books what can be booked, in the order of the call. Waybills are reserved first and in one order, so that two calls cannot deadlock. */
export async function bookMany(deed: Deed, items: readonly unknown[]): Promise<Booked[]> {
  const read = items.map((item) => MailInJobInput.safeParse(item));
  await reserveWaybills(
    deed,
    read.flatMap(({ data }) => data ?? []),
  );
  const results: Booked[] = [];
  for (const [index, item] of read.entries()) {
    if (item.success) results.push(await bookOne(deed, item.data));
    else results.push({ ok: false, problem: validationProblem(item.error.issues, 'body', { schema: MailInJobInput, value: items[index] }) });
  }
  return results;
}

async function bookOne(deed: Deed, input: MailInJobInput): Promise<Booked> {
  try {
    return { ok: true, job: await inSavepoint(deed.trx, () => bookReserved(deed, input)) };
  } catch (error) {
    if (error instanceof Problem) return { ok: false, problem: error };
    throw error;
  }
}
