// What a carrier (or a tracking provider that speaks for many) must be able to do; one file in this folder each.
import type { IncomingHttpHeaders } from 'node:http';
import type { ParcelStatus, Proof, Scan, Watch } from '../tracking.ts';

/** A request as it came in: nothing of it is trusted before `verify`. */
export interface Push {
  headers: IncomingHttpHeaders;
  /** The bytes as they came. */
  body: Buffer;
  /** The secret part of the address; null where the address has none. */
  key: string | null;
  now: Date;
}

/** `late`: signed, but its time is too far from ours; said only of what is signed. */
export type Verdict = 'right' | 'wrong' | 'late';

/** How an account has its carrier read. */
export interface Terms {
  /** Codes of the carrier that this account reads in its own way; they win over the table of the file. */
  codes: Readonly<Record<string, ParcelStatus>>;
  /** Where the clocks hang whose times come without a zone. IANA name. */
  timeZone: string;
}

/** What a push says about one parcel. */
export interface ParcelNews {
  waybill: string;
  /** The history, one scan a row. */
  scans: Scan[];
  /** What is said of the parcel as a whole where no row of the history says it; null where the rows say it all. */
  state: Scan | null;
  /** Null: the push names no day. */
  eta: Date | null;
  /** What shows the delivery; absent where the carrier never says, null where it does not yet. */
  proof?: Proof | null;
  /** Whether the provider still looks after the parcel, which is no state of the parcel. Null: it does not say. */
  watch: Watch | null;
}

/** A push that is signed but cannot be read, or not all of it; `message` says what is wrong with it. */
export class UnreadablePush extends Error {
  /** What could be read all the same: a parcel that we cannot make out keeps no other one waiting. */
  readonly readable: readonly ParcelNews[];
  constructor(message: string, readable: readonly ParcelNews[] = []) {
    super(message);
    this.readable = readable;
  }
}

/** What a provider takes as an acknowledgment. */
export interface Answer {
  /** 202 is for providers that are content with any 2xx: it says that a waybill belongs to no shipment yet. */
  status: 200 | 202;
  contentType: string;
  body: string;
}

/** A question to the provider's own API about one parcel. */
export interface Question {
  /** Path and query, after the address of the provider. */
  path: string;
  headers: Record<string, string>;
}

/** How a provider that has fallen silent is asked. */
export interface Inquiry {
  /** The provider's address; a setting can name another. */
  url: string;
  ask(apiKey: string, waybill: string): Question;
  /** Reads the body of a 200. Throws UnreadablePush. */
  read(body: Buffer, waybill: string, terms: Terms): ParcelNews[];
}

/** One provider. Pure: it verifies, reads and answers bytes, and knows nothing of shipments. */
export interface Carrier {
  /** As in `/v1/carriers/{carrier}/events`. */
  name: string;
  /** Media types in which its pushes come. */
  types: readonly string[];
  /** What proves a push: a signature, a secret in the address because the provider signs nothing, or whichever it sends. */
  proof: 'signature' | 'address' | 'either';
  /** Where its clocks hang when its times name no zone. */
  timeZone: string;
  /** Whether the bytes are from who knows this account's secret. Never throws; compares in constant time. */
  verify(secret: string, push: Push): Verdict;
  /** The parcels of a push; none where it is of a kind that says nothing about parcels. Throws UnreadablePush. */
  read(body: Buffer, terms: Terms): ParcelNews[];
  /** The acknowledgment of a push that was read. `parked`: a waybill in it belongs to no shipment yet. */
  answer(push: Pick<Push, 'body' | 'now'>, parked: boolean): Answer;
  /** Absent where we cannot ask. */
  inquiry?: Inquiry;
}
