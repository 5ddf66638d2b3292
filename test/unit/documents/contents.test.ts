// What stands in a receipt and in a quote: what the law asks for, what was recorded, and nothing where nothing was.
import { describe, expect, it } from 'vitest';
import { amountsOf, differences } from '#documents/amounts.ts';
import { known, type Printable } from '#documents/printable.ts';
import { quoteOf } from '#documents/quote.ts';
import { receiptOf } from '#documents/receipt.ts';
import { aRepair, formRecord, quoteRecord, receiptRecord } from '../../support/document-records.ts';
import { textsOf } from '../../support/document-texts.ts';

const ADDRESS = 'https://repair.example';
const texts = (printable: Printable): string => textsOf(printable).join('\n');

describe('the receipt', () => {
  it('states what 16 CCR 2721 asks for, in the prescribed words', () => {
    const said = texts(receiptOf(receiptRecord('en'), 'en', ADDRESS));
    const asked = [
      'Prism Repair San José',
      '12 Market Street',
      '(408) 555-0100',
      'November 21, 2026',
      'A5 Pro',
      'C8QH-7T2K-PL0M',
      'Dropped: the screen',
    ];
    for (const text of [...asked, 'Maria Keller', '1 Lake Road', 'Chen Li']) expect(said).toContain(text);
    expect(said).toContain('An estimate as required (Section 9844 of the California Business and Professions Code) for repairs shall be given');
  });

  it('states what was handed in, how it looked and what was agreed', () => {
    const said = texts(receiptOf(receiptRecord('zh-CN'), 'zh-CN', ADDRESS));
    for (const text of ['4K9HCBVQV3B', '490154203237518', '破裂', '透明保护壳', '其中一个有裂纹', '¥50.00', '2026年11月27日', '签字', ADDRESS]) {
      expect(said).toContain(text);
    }
    expect(said).toMatch(/可以开机\n是\n屏幕锁\n已关闭\nSIM 卡已取出\n是\n存储卡已取出\n否/);
  });

  it('says how the device is locked and what the customer confirmed', () => {
    const said = texts(receiptOf(receiptRecord('en'), 'en', ADDRESS));
    expect(said).toContain('Screen lock\nTurned off');
    expect(said).toContain('You confirmed this\nby signature, November 21, 2026');
  });

  it('shows a changed promise beside the first', () => {
    const promise = { first: new Date('2026-11-27T10:00:00Z'), current: new Date('2026-12-02T10:00:00Z') };
    const said = texts(receiptOf(receiptRecord('en', { promise }), 'en', ADDRESS));
    expect(said).toContain('Promised by\nNovember 27, 2026');
    expect(said).toContain('as it stands now\nDecember 2, 2026');
  });

  it('leaves out what nobody recorded, and says so where the customer should know', () => {
    const customer = { name: null, phone: null, email: null, address: null, locale: 'en' as const };
    const device = { kind: 'other' as const, maker: null, model: null };
    const repair = aRepair('en', { customer, device, identifiers: [], jurisdiction: 'EU' });
    const said = texts(receiptOf({ repair, receivedAt: new Date(0), reception: {}, backupConsent: null, promise: null }, 'en', ADDRESS));
    expect(said).toContain('Serial number\ncould not be read');
    expect(said).toContain('Accessories: none were handed in.');
    expect(said).toContain('We tell you once the diagnosis is done.');
    expect(said).toContain('No agreement on record.');
    expect(said).toContain('Diagnosis fee\nNone');
    for (const text of ['Customer\n', 'Maker', 'Powers on', 'Condition at intake', 'undefined', 'null', 'California'])
      expect(said).not.toContain(text);
  });
});

describe('the quote', () => {
  it('shows lines, tax, cover and the stored total', () => {
    const printable = quoteOf(quoteRecord('en'), 'en');
    const table = printable.blocks.find((block) => block.kind === 'table');
    expect(table?.rows).toEqual([
      ['Part', 'Screen assembly A5 Pro, with digitizer, original', '1', '899.00', '116.87', '', '1,015.87'],
      ['Part', 'Battery A5, original', '1', '399.00', '', '100%', '0.00'],
      ['Labor', 'Replacing screen and battery', '2', '100.00', '26.00', '', '226.00'],
      ['Shipping', 'Return shipping, insured', '1', '23.00', '', '', '23.00'],
      ['Discount', 'Loyal customer', '1', '100.00', '', '', '-100.00'],
    ]);
    expect(printable.blocks.find((block) => block.kind === 'totals')?.rows.map(({ value }) => value)).toEqual([
      '$1,421.00',
      '$142.87',
      '-$399.00',
      '$1,164.87',
    ]);
  });

  it('has no columns for tax and cover where there is neither', () => {
    const lines = [{ kind: 'labor' as const, text: 'Cleaning', quantity: 1, unitPrice: 1_000 }];
    const printable = quoteOf(quoteRecord('en', { lines, total: 1_000, currency: 'JPY', diagnosisFee: 0 }), 'en');
    const table = printable.blocks.find((block) => block.kind === 'table');
    expect(table?.columns.map(({ label }) => label)).toEqual(['Kind', 'Description', 'Qty', 'Unit price', 'Amount']);
    expect(table?.rows).toEqual([['Labor', 'Cleaning', '1', '1,000', '1,000']]);
    expect(printable.blocks.find((block) => block.kind === 'totals')?.rows).toEqual([{ label: 'Total you pay', value: '¥1,000' }]);
    expect(texts(printable)).toContain('Nothing is due.');
  });

  it('shows the difference to the version it replaces', () => {
    const said = texts(quoteOf(quoteRecord('en'), 'en'));
    expect(said).toContain('What changed from version 1 to version 2');
    expect(said).toContain('Part: Screen assembly A5 Pro, with digitizer\n–\n1,015.87\n1,015.87');
    expect(said).toContain('Total you pay\n149.00\n1,164.87\n1,015.87');
  });

  it('as European form names the items of Directive (EU) 2024/1799 Article 4 in their order', () => {
    const [, form] = quoteOf(formRecord('en'), 'en').blocks.filter((block) => block.kind === 'facts');
    expect(form?.facts.map(({ label }) => label)).toEqual([
      'Repairer',
      'Address',
      'Phone',
      'Other ways to reach us',
      'Goods to be repaired',
      'Nature of the defect',
      'Type of repair suggested',
      'Price',
      'Time needed',
      'Temporary replacement',
      'Place of hand-over',
      'Ancillary services',
    ]);
    expect(texts(quoteOf(formRecord('en'), 'en'))).toContain('do not change for 30 days');
  });

  it('records how it was approved', () => {
    const printable = quoteOf(formRecord('en'), 'en');
    expect(printable.stamp).toEqual({ text: 'Approved on November 24, 2026', tone: 'good' });
    expect(texts(printable)).toContain('How\nby phone\nPhone called\n+4915550000000\nTaken by\nLin\nText version\nquote-1');
    expect(printable.blocks.some(({ kind }) => kind === 'signatures')).toBe(false);
  });

  it.each([
    ['draft', 'Draft, not an offer'],
    ['declined', 'Declined on November 25, 2026'],
    ['expired', 'Expired'],
    ['superseded', 'No longer applies'],
  ] as const)('says that it is %s', (status, text) => {
    const decidedAt = new Date('2026-11-25T20:00:00Z');
    const printable = quoteOf(quoteRecord('en', { status, decidedAt, decidedBy: 'customer', wish: 'return', sentAt: null, validUntil: null }), 'en');
    expect(printable.stamp).toEqual({ text, tone: 'alarm' });
    expect(texts(printable)).not.toContain('Please tell us yes or no');
  });

  it('keeps the approval on the paper of a version that was revised, and names the newer one', () => {
    const revised = quoteOf({ ...formRecord('en'), replacedBy: 2 }, 'en');
    expect(revised.stamp).toEqual({ text: 'Approved on November 24, 2026, Superseded by version 2', tone: 'alarm' });
    const newer = texts(quoteOf({ ...quoteRecord('en'), why: 'The charging port is broken too.' }, 'en'));
    expect(newer).toContain('Why it costs more\nThe charging port is broken too.');
  });

  it('no longer asks for a decision once its time has run out', () => {
    const record = quoteRecord('en');
    expect(quoteOf({ ...record, now: new Date('2027-01-01T00:00:00Z') }, 'en').stamp?.text).toBe('Expired');
    expect(quoteOf(record, 'en').stamp).toBeNull();
  });
});

describe('amounts', () => {
  it('of a line add up to what the customer pays for it; tax is not covered', () => {
    const line = { kind: 'part' as const, text: 'x', quantity: 1, unitPrice: 5, coveredPercent: 50, tax: 1 };
    expect(amountsOf(line)).toEqual({ net: 5, tax: 1, covered: 2, amount: 4 });
    expect(amountsOf({ ...line, kind: 'discount' })).toEqual({ net: -5, tax: -1, covered: -2, amount: -4 });
  });

  it('differ by what was taken out, changed and added', () => {
    const { offer } = quoteRecord('en');
    const line = (text: string, unitPrice: number) => ({ kind: 'part' as const, text, quantity: 1, unitPrice });
    const before = { ...offer, lines: [line('same', 1), line('out', 2), line('changed', 3), line('changed', 4)] };
    const after = { ...offer, lines: [line('same', 1), line('changed', 9), line('in', 5)] };
    expect(differences(before, after)).toEqual([
      { kind: 'part', text: 'out', before: 2, after: null },
      { kind: 'part', text: 'changed', before: 7, after: 9 },
      { kind: 'part', text: 'in', before: null, after: 5 },
    ]);
  });
});

it('facts without a value are left out', () => {
  expect(known(['a', '1'], ['b', null], ['c', undefined], ['d', ''])).toEqual([{ label: 'a', value: '1' }]);
});
