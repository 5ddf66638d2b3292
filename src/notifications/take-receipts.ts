// A provider says what became of a message: prove that it is the provider, then write down what it says, once, however often it comes.

import { setTimeout as sleep } from 'node:timers/promises';
import { Counter } from '@prometheus-io/client';
import { asSystem } from '#access/perform.ts';
import { metrics } from '#platform/metrics.ts';
import { Problem } from '#problems.ts';
import type { Services } from '#services.ts';
import { mindFailure } from './mind-failure.ts';
import { findReceiver, keepReceipt } from './receipt-store.ts';
import { type Push, type Receipt, type ReceiptReader, UnreadableReceipt } from './receipts/receipt.ts';

const counted = new Counter({
  name: 'glassbench_receipts_total',
  help: 'Receipts of providers, by provider and what they said; repeated: known already, unknown: of no message of ours.',
  labelNames: ['provider', 'said'],
  registers: [metrics],
});

/** A provider may report sooner than the worker has written down where a message went and what the provider calls it: all of a push are looked for this often. */
const LOOKS_MS: readonly number[] = [0, 200, 800];

/** The reader of this provider, once the push has been proven. Problems: not_found, signature_invalid. */
function provenReader(readers: ReadonlyMap<string, ReceiptReader>, provider: string, push: Push): ReceiptReader {
  const reader = readers.get(provider);
  if (reader === undefined) throw new Problem('not_found', 'We take no receipts of such a provider, or its settings are missing.');
  if (!reader.verify(push))
    throw new Problem('signature_invalid', 'The call does not prove that it comes from the provider. Check its token in the settings.');
  return reader;
}

/** What was made of a receipt; `early` where a further look may make more of it, which there is none after the `last`. */
async function takeOne(services: Services, receipt: Receipt, last: boolean): Promise<'early' | 'unknown' | 'repeated' | Receipt['outcome']> {
  const found = await findReceiver(services.db, receipt.of);
  // Ours was known before it was sent: to look again helps for theirs alone.
  if (found === undefined) return 'providerId' in receipt.of && !last ? 'early' : 'unknown';
  const { brandId, outboxId } = found;
  const kept = await asSystem(services, brandId, async (deed) => {
    const what = await keepReceipt(deed, outboxId, receipt, !last);
    if (what === 'fresh' && receipt.outcome === 'failed') await mindFailure(deed, outboxId, receipt);
    return what;
  });
  return kept === 'fresh' ? receipt.outcome : kept;
}

/**
 * Takes the receipts of a push; each commits by itself, so that a repeated push finds some of them done and harmless.
 * Problems: not_found, signature_invalid, malformed_request.
 */
export async function takeReceipts(
  services: Services,
  readers: ReadonlyMap<string, ReceiptReader>,
  provider: string,
  push: Push,
): Promise<ReceiptReader['answer']> {
  const reader = provenReader(readers, provider, push);
  let unknown = receiptsIn(reader, push);
  for (const wait of LOOKS_MS) {
    if (unknown.length === 0) break;
    if (wait > 0) await sleep(wait);
    const still: Receipt[] = [];
    for (const receipt of unknown) {
      const said = await takeOne(services, receipt, wait === LOOKS_MS.at(-1));
      if (said === 'early') still.push(receipt);
      else counted.inc({ provider, said });
    }
    unknown = still;
  }
  return reader.answer;
}

function receiptsIn(reader: ReceiptReader, push: Push): Receipt[] {
  try {
    return reader.read(push);
  } catch (error) {
    if (error instanceof UnreadableReceipt) throw new Problem('malformed_request', error.message);
    throw error;
  }
}

/** Answers a provider that asks first whether the address is ours. Problems: not_found, signature_invalid. */
export function confirmAddress(readers: ReadonlyMap<string, ReceiptReader>, provider: string, push: Push): string {
  const { confirm } = provenReader(readers, provider, push);
  if (confirm === undefined) throw new Problem('not_found', 'This provider asks for no confirmation.');
  return confirm(push);
}
