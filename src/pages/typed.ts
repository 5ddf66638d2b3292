// Reads what was typed into the form on `/`: which field is wrong, and what the lookup is to be asked.

import { readTypedIdentifier } from '#lookup/normalize.ts';
import type { OwnerQuestion } from '#lookup/progress.ts';
import { readTicketCode } from '#platform/id.ts';
import type { Asked, FormHint } from './start-page.ts';

/** What to ask; a hint where there is nothing to ask yet. */
export type Typed =
  | { kind: 'hint'; hint: FormHint }
  | { kind: 'open'; serial: string }
  | { kind: 'owner'; question: Pick<OwnerQuestion, 'identifier' | 'proof'> };

/** Four digits are the end of a telephone number, everything else can only be a code. */
export function readTyped({ identifier, proof }: Asked): Typed {
  const read = readTypedIdentifier(identifier);
  if (!read.ok) return { kind: 'hint', hint: read.hint };
  const extra = proof.normalize('NFKC').trim();
  if (extra === '') return readTicketCode(identifier) === null ? { kind: 'open', serial: identifier } : { kind: 'hint', hint: 'code_alone' };
  if (/^\d{4}$/.test(extra)) return { kind: 'owner', question: { identifier, proof: { phoneLast4: extra } } };
  const code = readTicketCode(extra);
  return code === null ? { kind: 'hint', hint: 'proof' } : { kind: 'owner', question: { identifier, proof: { ticketCode: code } } };
}
