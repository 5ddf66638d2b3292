// Looks after endpoints that do not answer: their owner is warned after two failing days, and after five the endpoint is disabled. Lets go on what
// stands still for an endpoint that has no use for it any more.
import type { Deed } from '#access/deed.ts';
import { asSystem } from '#access/perform.ts';
import { enqueue } from '#platform/outbox.ts';
import type { Services } from '#services.ts';
import { disableFailing, restartForsaken, type TroubledRow, takeDisabled, takeFailing } from './endpoint-health-store.ts';
import { FAILED_FOR_DAYS, GONE, type OwnerFacts, type OwnerMessage } from './owner-mail.ts';

const WARN_AFTER_DAYS = 2;
const DISABLE_AFTER_DAYS = 5;
const BATCH = 200;

/** Runs until nothing is left to do; answers how many owners were told, endpoints disabled or lanes restarted. */
export async function mindEndpoints(services: Services): Promise<number> {
  let done = 0;
  for (;;) {
    const batch = await asSystem(services, '*', mindBatch);
    done += batch;
    if (batch < BATCH) return done;
  }
}

async function mindBatch(deed: Deed): Promise<number> {
  const disabled = await disableFailing(deed, DISABLE_AFTER_DAYS, FAILED_FOR_DAYS, BATCH);
  const told = await takeDisabled(deed, [FAILED_FOR_DAYS, GONE], BATCH);
  const failing = await takeFailing(deed, WARN_AFTER_DAYS, BATCH);
  await tell(deed, told, 'endpoint.disabled');
  await tell(deed, failing, 'endpoint.failing');
  const restarted = await restartForsaken(deed, BATCH);
  return Math.max(disabled, told.length, failing.length, restarted);
}

const DAY_MS = 86_400_000;

/** A mail to each owner who left an address. */
async function tell(deed: Deed, rows: readonly TroubledRow[], message: OwnerMessage): Promise<void> {
  for (const { brandId, id, ownerEmail, failingSince, disabledReason } of rows) {
    if (ownerEmail === null) continue;
    const tenant = { ...deed, brandId };
    const facts: OwnerFacts = {
      endpointId: id,
      occurredAt: deed.now.toISOString(),
      failingSince: failingSince?.toISOString() ?? null,
      disablesOn: failingSince === null ? null : new Date(failingSince.getTime() + DISABLE_AFTER_DAYS * DAY_MS).toISOString(),
      reason: disabledReason,
    };
    await enqueue(tenant, [{ subject: id, recipient: `owner:${id}`, channel: 'email', message, facts, eventSeq: null }]);
    deed.enqueued ||= tenant.enqueued;
  }
}
