// Reads mail-in jobs: a courier its own, a center those of its tickets, a brand all.
import type { Deed } from '#access/deed.ts';
import { type Page, page, readCursor } from '#platform/http/page.ts';
import { Problem } from '#problems.ts';
import type { Status } from '#tickets/status.ts';
import { type JobWithParcels, jobById, jobs } from './jobs-store.ts';
import type { MailInJobView } from './mail-in-job.ts';
import { shipmentView } from './view.ts';

/** Nothing of it is carried any more: nobody needs to know where its customer lives. */
const carried: ReadonlySet<Status> = new Set(['delivered', 'closed', 'cancelled', 'disposed']);

const jobView = (deed: Deed, { job, inbound, outbound }: JobWithParcels): MailInJobView => ({
  ...job,
  shipment: inbound === null ? null : shipmentView(inbound, deed),
  outbound: outbound === null ? null : shipmentView(outbound, deed),
  customer: carried.has(job.status) ? null : job.customer,
  lookupPath: '/v1/lookup',
  createdAt: job.createdAt.toISOString(),
  updatedAt: job.updatedAt.toISOString(),
});

/** One job. Problem: not_found. */
export async function readMailInJob(deed: Deed, ticketId: string): Promise<MailInJobView> {
  const found = await jobById(deed, ticketId);
  if (found === undefined) throw new Problem('not_found', 'There is no such mail-in job for your key. Check the id.');
  return jobView(deed, found);
}

/** Jobs the actor may see, last changed first. Problem: cursor_invalid. */
export async function findMailInJobs(
  deed: Deed,
  query: { limit: number; cursor?: string | undefined; status?: Status | undefined },
): Promise<Page<MailInJobView>> {
  const scope = { list: 'mail-in-jobs:-updatedAt', brandId: deed.brandId, actorId: deed.actor.id, filter: { status: query.status } };
  const after = readCursor(deed.seal, scope, query.cursor);
  const from = after === null ? null : { updatedAt: new Date(String(after[0])), id: String(after[1]) };
  const rows = await jobs(deed, query, from, query.limit + 1);
  return page(
    deed.seal,
    scope,
    rows,
    query.limit,
    ({ job }) => [job.updatedAt.toISOString(), job.ticketId],
    (row) => jobView(deed, row),
  );
}
