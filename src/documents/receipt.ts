// The intake receipt: what was handed in, in which condition, and what was agreed. 16 CCR 2721 says what must stand in it.
import type { Locale } from '#platform/schema.ts';
import { type Pen, penOf } from './format.ts';
import { customerBlocks, deviceFacts, issuerOf } from './parties.ts';
import { type Block, known, type Printable, printable } from './printable.ts';
import type { Agreement, ReceiptRecord } from './record.ts';
import { type Words, words } from './wording.ts';

const yesOrNo = (w: Words, value: boolean | undefined): string | null => (value === undefined ? null : value ? w.yes : w.no);

/** How the customer agreed, in one line: method, day, who heard it, which text. */
function agreementLine(w: Words, pen: Pen, { givenAt, takenBy, textVersion }: Agreement, method: string | undefined): string {
  const parts = [
    method === undefined ? null : (w.methods[method] ?? method),
    givenAt === undefined ? null : pen.day(new Date(givenAt)),
    takenBy === undefined ? null : w.taken(takenBy),
    textVersion === undefined ? null : w.text(textVersion),
  ];
  return parts.filter((part) => part !== null).join(w.sep);
}

function conditionBlocks(w: Words, pen: Pen, { reception }: ReceiptRecord): Block[] {
  const { condition = [], accessories = [], powersOn, simRemoved, memoryCardRemoved, screenLock, packaging, receivedBy, acknowledgement } = reception;
  const confirmed = acknowledgement === undefined ? null : agreementLine(w, pen, { givenAt: acknowledgement.at }, acknowledgement.method);
  const checks = known(
    [w.powersOn, yesOrNo(w, powersOn)],
    [w.screenLock, screenLock === undefined ? null : w.locks[screenLock]],
    [w.simRemoved, yesOrNo(w, simRemoved)],
    [w.cardRemoved, yesOrNo(w, memoryCardRemoved)],
    [w.packaging, packaging],
    [w.receivedBy, receivedBy],
    [w.acknowledged, confirmed],
  );
  const looks: Block = {
    kind: 'table',
    caption: w.condition,
    columns: [
      { label: w.area, share: 3, align: 'start' },
      { label: w.grade, share: 3, align: 'start' },
      { label: w.remark, share: 5, align: 'start' },
    ],
    rows: condition.map(({ area, grade, note }) => [area, w.grades[grade] ?? grade, note ?? '']),
  };
  const things: Block = {
    kind: 'table',
    caption: w.accessories,
    columns: [
      { label: w.accessory, share: 5, align: 'start' },
      { label: w.quantity, share: 1, align: 'end' },
      { label: w.remark, share: 5, align: 'start' },
    ],
    rows: accessories.map(({ type, quantity, note }) => [type, String(quantity), note ?? '']),
  };
  return [
    ...(condition.length === 0 ? [] : [looks]),
    ...(checks.length === 0 ? [] : [{ kind: 'facts', facts: checks, columns: 2 } as const]),
    accessories.length === 0 ? { kind: 'paragraph', text: w.noAccessories, weight: 'normal' } : things,
  ];
}

function agreedBlocks(w: Words, pen: Pen, { repair, reception, backupConsent, promise }: ReceiptRecord, lookupAddress: string): Block[] {
  const moved = promise !== null && promise.first.getTime() !== promise.current.getTime();
  const consent = backupConsent === null ? w.backupNone : w.backupAgreed(agreementLine(w, pen, backupConsent, backupConsent.method));
  return [
    { kind: 'heading', text: w.agreed },
    {
      kind: 'facts',
      columns: 1,
      facts: known(
        [w.promised, promise === null ? w.promisedNone : pen.day(promise.first)],
        [w.promisedNow, moved ? pen.day(promise.current) : null],
        [w.diagnosisFee, reception.diagnosisFee === undefined ? w.feeNone : pen.money(reception.diagnosisFee)],
        [w.returnMethod, w.returns[repair.returnMethod]],
        [w.backup, consent],
        [w.progress, w.progressText(lookupAddress)],
      ),
    },
    { kind: 'paragraph', text: repair.jurisdiction === 'US-CA' ? w.estimate['US-CA'] : w.estimate.other, weight: 'prominent' },
  ];
}

/** The receipt in one language. @param lookupAddress where the customer follows the repair. */
export function receiptOf(record: ReceiptRecord, locale: Locale, lookupAddress: string): Printable {
  const { repair, receivedAt, reception } = record;
  const w = words[locale];
  const pen = penOf(locale, repair.center.timeZone);
  return printable({
    locale,
    fileName: `receipt-${repair.code}`,
    title: w.receipt,
    issuer: issuerOf(repair, locale),
    references: known([w.ticketCode, repair.code], [w.received, pen.moment(receivedAt)]),
    stamp: null,
    blocks: [
      ...customerBlocks(repair, locale),
      { kind: 'heading', text: w.device },
      { kind: 'facts', facts: deviceFacts(repair, locale, reception.serialUnreadable === true), columns: 2 },
      { kind: 'facts', facts: known([w.fault, repair.faultReported]), columns: 1 },
      ...conditionBlocks(w, pen, record),
      ...agreedBlocks(w, pen, record, lookupAddress),
      { kind: 'paragraph', text: `${w.keep} ${repair.brand.contactLine}`, weight: 'small' },
      { kind: 'signatures', lines: [w.signCustomer, w.signStaff] },
    ],
    foot: `${w.receipt} ${repair.code}`,
  });
}
