// The contract of a channel: one message in, one of three outcomes out. Nothing is thrown, nothing is retried inside.
import type { Exchange } from './exchange.ts';

/** A mail, rendered. */
export interface Mail {
  kind: 'mail';
  /** Stable over every try: receivers know a repeat by it. */
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  /** The address that ends the mails with one click (RFC 8058). */
  unsubscribe?: string | null;
}

/** A text message to a telephone. */
export interface Text {
  kind: 'text';
  /** Stable over every try: the provider is given it where it takes one, and its receipts name it. */
  id: string;
  /** E.164, with the plus. */
  to: string;
  /** As a person reads it, without the signature of the sender. */
  text: string;
  /** For providers that send nothing but templates they have read before: which one, and what stands in its places. */
  template: string;
  values: Record<string, string>;
}

/** A service message in WeChat: a template that WeChat has read before, and what stands in its places. */
export interface Note {
  kind: 'wechat';
  /** Stable over every try. */
  id: string;
  /** The openid: who this person is to the account that sends. */
  to: string;
  template: string;
  fields: Record<string, string>;
  /** What opens when it is touched. */
  url: string | null;
}

/** A webhook call. */
export interface Post {
  kind: 'post';
  /** Stable over every try: receivers know a repeat by it. */
  id: string;
  url: string;
  /** `whsec_…`, newest first; every live secret signs. */
  secrets: string[];
  body: string;
  /** It counts as sent only where the answer carries this challenge. */
  expects?: string;
}

/** Why an address is not to be written to any more: its owner said so, a mail server knows no such box, or nobody with us is behind it. */
export type Stop = 'unsubscribed' | 'bounced' | 'wrong_number';

/** What became of one try, and what was said where the delivery log keeps it. */
export type SendResult = Outcome & { exchange?: Exchange };

/** `statusCode` is the receiver's own (HTTP or SMTP). */
type Outcome =
  | { outcome: 'sent'; providerId?: string; statusCode?: number }
  | {
      outcome: 'retry';
      reason: string;
      statusCode?: number;
      /** The receiver asked for this many seconds. */
      after?: number;
      /** The receiver as a whole is in trouble: leave it alone for a while, not only this message. */
      throttle?: true;
    }
  | {
      outcome: 'dead';
      reason: string;
      statusCode?: number;
      /** The receiver wants no more of anything. */
      gone?: true;
      /** Nothing is to be sent to this address any more: it goes to the stop list. */
      stop?: Stop;
      /** Nothing is wrong, they have only not asked for this one: no dead letter that somebody would have to look at. */
      unasked?: true;
    };

/** Everything that can leave the house. */
export type Message = Mail | Text | Note | Post;

/** A way out of the house. */
export interface Channel<M extends Message = Message> {
  send(message: M): Promise<SendResult>;
  close(): Promise<void>;
}
