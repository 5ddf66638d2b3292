// The label of a parcel: from whom to whom, what it is worth, and a code for each device that the intake desk scans.
import { create } from 'qrcode';
import { carrierIn } from '#mail-in/carrier-words.ts';
import type { Locale } from '#platform/schema.ts';
import { penOf } from './format.ts';
import { type Block, known, type Printable, printable } from './printable.ts';
import { words } from './wording.ts';

interface Party {
  name: string | null;
  address: string | null;
  phone: string | null;
}

/** What a label is written from. */
export interface LabelRecord {
  direction: string;
  carrier: string;
  waybill: string;
  payer: string;
  declared: { amount: number; currency: string } | null;
  insured: { amount: number; currency: string } | null;
  expiresAt: Date | null;
  pickupFrom: Date | null;
  pickupTo: Date | null;
  /** Receipt codes of the devices in it. */
  codes: string[];
  brand: { name: string; contactLine: string };
  center: { name: string; address: string; phone: string; timeZone: string };
  /** The other center of a transfer. */
  toCenter: { name: string; address: string; phone: string } | null;
  customer: { name: string | null; address: string | null; locale: Locale };
}

/** A QR code that says this text, with enough redundancy for a crumpled page. */
function codeBlock(text: string): Block {
  const { modules } = create(text, { errorCorrectionLevel: 'Q' });
  const { size } = modules;
  const rows = Array.from({ length: size }, (_, y) => Array.from({ length: size }, (__, x) => (modules.get(y, x) ? '1' : '0')).join(''));
  return { kind: 'code', text, rows };
}

const lineOf = ({ name, address, phone }: Party): string => [name, address, phone].filter((part) => part !== null && part !== '').join(', ');

function ends({ direction, center, toCenter, customer }: LabelRecord): { from: Party; to: Party } {
  const home: Party = { ...customer, phone: null };
  if (direction === 'transfer') return { from: center, to: toCenter ?? center };
  return direction === 'inbound' || direction === 'loaner_in' ? { from: home, to: center } : { from: center, to: home };
}

/** The label in one language. */
export function labelOf(record: LabelRecord, locale: Locale): Printable {
  const w = words[locale];
  const pen = penOf(locale, record.center.timeZone);
  const { from, to } = ends(record);
  const { pickupFrom, pickupTo, declared, insured } = record;
  const window = pickupFrom === null ? null : pickupTo === null ? pen.moment(pickupFrom) : w.between(pen.moment(pickupFrom), pen.moment(pickupTo));
  return printable({
    locale,
    fileName: `label-${record.waybill}`,
    title: w.labelOf(w.directions[record.direction] ?? record.direction),
    issuer: { name: record.center.name, lines: [record.brand.name, record.brand.contactLine] },
    references: known([w.carrier, carrierIn(record.carrier, locale)], [w.waybill, record.waybill]),
    stamp: null,
    blocks: [
      { kind: 'facts', columns: 1, facts: known([w.from, lineOf(from)], [w.to, lineOf(to)]) },
      {
        kind: 'facts',
        columns: 2,
        facts: known(
          [w.payer, w.payers[record.payer]],
          [w.declared, declared === null ? null : pen.money(declared)],
          [w.insuredFor, insured === null ? null : pen.money(insured)],
          [w.labelUntil, record.expiresAt === null ? null : pen.day(record.expiresAt)],
          [w.pickup, window],
        ),
      },
      { kind: 'paragraph', text: w.forIntake, weight: 'normal' },
      ...record.codes.map(codeBlock),
      ...(record.direction === 'inbound' ? [{ kind: 'paragraph', text: w.putInside, weight: 'prominent' } as const] : []),
    ],
    foot: `${w.label} ${record.waybill}`,
  });
}
