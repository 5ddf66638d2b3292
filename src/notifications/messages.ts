// Every message to the customer in every language: what happened, and the one next step with whoever takes it. Missing ones do not compile.
import type { MessageName } from './event.ts';
import { benchMessages } from './messages/bench.ts';
import { claimMessages } from './messages/claim.ts';
import { contactMessages } from './messages/contact.ts';
import { endingMessages } from './messages/ending.ts';
import { intakeMessages } from './messages/intake.ts';
import { noticeMessages } from './messages/notices.ts';
import { parcelMessages } from './messages/parcel.ts';
import { quoteMessages } from './messages/quote.ts';
import { returnMessages } from './messages/return.ts';
import type { Row } from './wording.ts';

/** One row per message. */
export const messages = {
  ...intakeMessages,
  ...parcelMessages,
  ...claimMessages,
  ...quoteMessages,
  ...benchMessages,
  ...endingMessages,
  ...returnMessages,
  ...noticeMessages,
  ...contactMessages,
} as const satisfies Record<MessageName, Row>;
