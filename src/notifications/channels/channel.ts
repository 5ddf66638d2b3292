// The contract of a channel: one message in, one of three outcomes out. Nothing is thrown, nothing is retried inside.

/** A mail, rendered. */
export interface Mail {
  kind: 'mail';
  /** Stable over every try: receivers know a repeat by it. */
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
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
}

/** What became of one try. `statusCode` is the receiver's own (HTTP or SMTP). */
export type SendResult =
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
    };

/** A way out of the house. */
export interface Channel<M extends Mail | Post = Mail | Post> {
  send(message: M): Promise<SendResult>;
  close(): Promise<void>;
}
