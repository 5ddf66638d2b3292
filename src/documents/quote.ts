// The quote as a contract: what is repaired for how much, until when it holds, what it replaces and what was decided.
import type { Locale } from '#platform/schema.ts';
import type { QuoteLine } from '#quotes/quote.ts';
import { amountsOf, differences } from './amounts.ts';
import { type Pen, penOf } from './format.ts';
import { customerBlocks, deviceFacts, issuerOf } from './parties.ts';
import { type Block, type Column, type Fact, known, type Printable, printable } from './printable.ts';
import type { Offer, QuoteRecord } from './record.ts';
import { type Words, words } from './wording.ts';

type Cell = [column: Column, of: (line: QuoteLine) => string];

/** Tax and cover have columns only where a line has them. */
function lineTable(w: Words, pen: Pen, { lines, currency }: Offer): Block {
  const amount = (minor: number): string => pen.amount({ amount: minor, currency });
  const taxed = lines.some(({ tax }) => tax !== undefined && tax !== 0);
  const covered = lines.some(({ coveredPercent }) => coveredPercent !== undefined && coveredPercent > 0);
  const grade = ({ partGrade }: QuoteLine): string => (partGrade === undefined ? '' : `${w.sep}${w.grades3[partGrade]}`);
  const taxOf = (line: QuoteLine): string => (amountsOf(line).tax === 0 ? '' : amount(amountsOf(line).tax));
  const coverOf = ({ coveredPercent = 0 }: QuoteLine): string => (coveredPercent === 0 ? '' : `${coveredPercent}%`);
  const cells: Cell[] = [
    [{ label: w.lineKind, share: 13, align: 'start' }, ({ kind }) => w.lineKinds[kind]],
    [{ label: w.line, share: 33, align: 'start' }, (line) => `${line.text}${grade(line)}`],
    [{ label: w.quantity, share: 7, align: 'end' }, ({ quantity }) => String(quantity)],
    [{ label: w.unitPrice, share: 15, align: 'end' }, ({ unitPrice }) => amount(unitPrice)],
    ...(taxed ? [[{ label: w.tax, share: 13, align: 'end' }, taxOf] satisfies Cell] : []),
    ...(covered ? [[{ label: w.covered, share: 12, align: 'end' }, coverOf] satisfies Cell] : []),
    [{ label: w.amount, share: 16, align: 'end' }, (line) => amount(amountsOf(line).amount)],
  ];
  return {
    kind: 'table',
    caption: w.lines(currency),
    columns: cells.map(([column]) => column),
    rows: lines.map((line) => cells.map(([, of]) => of(line))),
  };
}

/** The stored total stands last; what leads to it is shown only where it differs from it. */
function totals(w: Words, pen: Pen, { lines, currency, total }: Offer): Block {
  const money = (amount: number): string => pen.money({ amount, currency });
  const sum = (of: 'net' | 'tax' | 'covered'): number => lines.reduce((all, line) => all + amountsOf(line)[of], 0);
  const [net, tax, covered] = [sum('net'), sum('tax'), sum('covered')];
  const before = [
    [w.subtotal, net === total ? null : money(net)],
    [w.taxes, tax === 0 ? null : money(tax)],
    [w.coverage, covered === 0 ? null : money(-covered)],
  ] as const;
  return { kind: 'totals', rows: [...known(...before), { label: w.total, value: money(total) }] };
}

/** The form has named the time already. */
function terms(w: Words, pen: Pen, { form, diagnosisFee, currency, promisedDays, validDays }: Offer): Fact[] {
  const fee = pen.money({ amount: diagnosisFee, currency });
  return known(
    [w.time, form === 'eu_erif' ? null : w.days(promisedDays)],
    [w.ifDeclined, diagnosisFee === 0 ? w.declineFree : w.declineFee(fee)],
    [w.notIncluded, w.notIncludedText],
    [w.validityLabel, w.validity(validDays)],
  );
}

/** Items (a) to (k) of Directive (EU) 2024/1799 Article 4 (4), in its order; price and lines follow below. */
function formBlocks(w: Words, pen: Pen, { repair, offer }: QuoteRecord, locale: Locale): Block[] {
  const { brand, center, customer } = repair;
  const work = offer.lines.filter(({ kind }) => kind === 'part' || kind === 'labor').map(({ text }) => text);
  const extras = offer.lines.filter(({ kind }) => kind === 'shipping' || kind === 'other').map(({ text }) => text);
  const few = (texts: string[]): string => (texts.length > 5 ? `${texts.slice(0, 5).join('; ')} …` : texts.join('; '));
  const goods = deviceFacts(repair, locale, false).map(({ label, value }) => `${label} ${value}`);
  return [
    { kind: 'heading', text: w.formHeading },
    {
      kind: 'facts',
      columns: 1,
      facts: known(
        [w.repairer, `${center.name} (${brand.name})`],
        [w.address, center.address],
        [w.phone, center.phone],
        [w.contactLine, brand.contactLine],
        [w.goods, goods.join('; ')],
        [w.defect, repair.faultReported],
        [w.repairType, few(work.length === 0 ? offer.lines.map(({ text }) => text) : work)],
        [w.price, pen.money({ amount: offer.total, currency: offer.currency })],
        [w.time, w.days(offer.promisedDays)],
        [w.replacement, w.replacementNone],
        [w.place, repair.returnMethod === 'pick_up' ? center.address : (customer.address ?? w.returns.ship)],
        [w.ancillary, extras.length === 0 ? w.ancillaryNone : few(extras)],
      ),
    },
    { kind: 'paragraph', text: w.formNote, weight: 'small' },
  ];
}

function changeBlocks(w: Words, pen: Pen, { offer, replaced, why }: QuoteRecord): Block[] {
  if (replaced === null) return [];
  const amount = (minor: number | null, currency: string): string => (minor === null ? '–' : pen.amount({ amount: minor, currency }));
  const row = (text: string, before: number | null, after: number | null): string[] => [
    text,
    amount(before, replaced.currency),
    amount(after, offer.currency),
    replaced.currency === offer.currency ? amount((after ?? 0) - (before ?? 0), offer.currency) : '',
  ];
  const label = (text: string): Column => ({ label: text, share: 17, align: 'end' });
  return [
    {
      kind: 'table',
      caption: w.change(replaced.version, offer.version),
      columns: [
        { label: w.line, share: 49, align: 'start' },
        label(w.versionOf(replaced.version)),
        label(w.versionOf(offer.version)),
        label(w.difference),
      ],
      rows: [
        ...differences(replaced, offer).map(({ kind, text, before, after }) => row(`${w.lineKinds[kind]}${w.colon}${text}`, before, after)),
        row(w.total, replaced.total, offer.total),
      ],
    },
    { kind: 'facts', facts: known([w.why, why]), columns: 1 },
  ];
}

/** When, how and with whom it was decided: what 16 CCR 2722 wants kept of an oral consent. */
function decisionBlocks(w: Words, pen: Pen, { offer }: QuoteRecord): Block[] {
  const { status, decidedAt, decidedBy, consent, wish } = offer;
  if (decidedAt === null || (status !== 'approved' && status !== 'declined')) return [];
  const method = consent?.method ?? (decidedBy === 'customer' ? 'link' : undefined);
  const facts = known(
    [w.decided, pen.moment(consent?.givenAt === undefined ? decidedAt : new Date(consent.givenAt))],
    [w.how, method === undefined ? null : (w.methods[method] ?? method)],
    [w.phoneCalled, consent?.phoneCalled],
    [w.heardBy, consent?.takenBy],
    [w.textVersion, consent?.textVersion],
    [w.wish, wish === null ? null : w.wishes[wish]],
  );
  return [
    { kind: 'heading', text: w.decision },
    { kind: 'facts', facts, columns: 2 },
  ];
}

/** A sent quote whose time has run out can no longer be approved, whether or not the sweep has been there yet. */
const statusNow = ({ offer, now }: QuoteRecord): Offer['status'] =>
  offer.status === 'sent' && offer.validUntil !== null && offer.validUntil < now ? 'expired' : offer.status;

/** An approval stays on its version's paper, and so does what took its place. */
function stampOf(w: Words, pen: Pen, { offer, replacedBy }: QuoteRecord, status: Offer['status']): Printable['stamp'] {
  const own = w.stamps[status](offer.decidedAt === null ? '' : pen.day(offer.decidedAt));
  const replaced = status === 'superseded' || replacedBy !== null ? w.replacedBy(replacedBy) : null;
  const text = [own, replaced].filter((part) => part !== null).join(w.sep);
  return text === '' ? null : { text, tone: status === 'approved' && replaced === null ? 'good' : 'alarm' };
}

/** The quote in one language. */
export function quoteOf(record: QuoteRecord, locale: Locale): Printable {
  const { repair, offer } = record;
  const w = words[locale];
  const pen = penOf(locale, repair.center.timeZone);
  const status = statusNow(record);
  const isForm = offer.form === 'eu_erif';
  const device: Block[] = [
    { kind: 'heading', text: w.device },
    { kind: 'facts', facts: deviceFacts(repair, locale, false), columns: 2 },
    { kind: 'facts', facts: known([w.fault, repair.faultReported]), columns: 1 },
  ];
  const open: Block[] = [
    { kind: 'paragraph', text: w.decide, weight: 'prominent' },
    { kind: 'signatures', lines: [w.signCustomer, w.signStaff] },
  ];
  return printable({
    locale,
    fileName: `quote-${repair.code}-v${offer.version}`,
    title: isForm ? w.form : w.quote,
    issuer: issuerOf(repair, locale),
    references: known(
      [w.ticketCode, repair.code],
      [w.version, String(offer.version)],
      [w.sent, offer.sentAt === null ? null : pen.day(offer.sentAt)],
      [w.validUntil, offer.validUntil === null ? null : pen.moment(offer.validUntil)],
    ),
    stamp: stampOf(w, pen, record, status),
    blocks: [
      ...customerBlocks(repair, locale),
      ...(isForm ? formBlocks(w, pen, record, locale) : device),
      lineTable(w, pen, offer),
      totals(w, pen, offer),
      { kind: 'heading', text: w.terms },
      { kind: 'facts', facts: terms(w, pen, offer), columns: 1 },
      ...changeBlocks(w, pen, record),
      ...decisionBlocks(w, pen, record),
      ...(status === 'sent' ? open : []),
    ],
    foot: `${isForm ? w.form : w.quote} ${repair.code} – ${w.versionOf(offer.version)}`,
  });
}
