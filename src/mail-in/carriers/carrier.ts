// What a carrier (or a tracking provider that speaks for many) must be able to do; one file in this folder each.
import type { IncomingHttpHeaders } from 'node:http';
import type { Scan } from '../tracking.ts';

/** What a push says about one parcel. */
export interface ParcelNews {
  waybill: string;
  scans: Scan[];
  /** Null: the push names no day. */
  eta: Date | null;
}

/** A push that is signed but cannot be read; `message` says what is wrong with it. */
export class UnreadablePush extends Error {}

/** One provider. Pure: it verifies, reads and answers bytes, and knows nothing of shipments. */
export interface Carrier {
  /** As in `/v1/carriers/{carrier}/events`. */
  name: string;
  /** Whether the bytes were signed with this account's secret. Never throws; compares in constant time. */
  verify(secret: string, headers: IncomingHttpHeaders, body: Buffer): boolean;
  /** The parcels of a push; none where it is of a kind that says nothing about parcels. Throws UnreadablePush. */
  read(body: Buffer): ParcelNews[];
  /** The body that this carrier takes as an acknowledgment. */
  answer(): Record<string, string | boolean>;
}
