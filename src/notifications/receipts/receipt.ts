// What a provider must be able to tell of a message it took; one file in this folder each.
import type { IncomingHttpHeaders } from 'node:http';
import type { Stop } from '../channels/channel.ts';

/** What became of one message. */
export interface Receipt {
  /** By our id where the provider repeats it, else by its own. */
  of: { messageId: string } | { providerId: string };
  outcome: 'delivered' | 'failed';
  /** Why it failed, in the provider's code; at most 200 characters. */
  reason: string | null;
  /** Nothing is to be sent to this address any more. */
  stop?: Stop;
}

/** A call as it came in. */
export interface Push {
  /** Path and query as they were asked for, not decoded. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A push that is proven but cannot be read; `message` says what is wrong with it. */
export class UnreadableReceipt extends Error {
  override readonly name = 'UnreadableReceipt';
}

/** One provider. Pure: it proves, reads and answers bytes, and knows nothing of deliveries. */
export interface ReceiptReader {
  /** False where no body can make the push the provider's. Never throws. */
  plausible(push: Omit<Push, 'body'>): boolean;
  /** Whether the push is the provider's. Never throws; compares in constant time. */
  verify(push: Push): boolean;
  /** The receipts in it; none where it says nothing final. Throws UnreadableReceipt. */
  read(push: Push): Receipt[];
  /** What this provider takes as an acknowledgment. */
  answer: { type: 'application/json' | 'text/plain'; body: string };
  /** What proves our address to a provider that asks for it first (its push is verified before). */
  confirm?(push: Push): string;
}
