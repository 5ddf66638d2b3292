// Repairs, receipts and quotes as they are recorded, in the words of a shop: what the documents of the tests are printed from.
import type { QuoteRecord, ReceiptRecord, Repair } from '#documents/record.ts';
import type { Locale } from '#platform/schema.ts';
import type { QuoteLine } from '#quotes/quote.ts';

const at = (text: string): Date => new Date(text);

/** A phone in Shanghai, or in California for readers of English. */
export const aRepair = (locale: Locale, more: Partial<Repair> = {}): Repair => ({
  code: '4K9HCBVQV3B',
  ...(locale === 'zh-CN'
    ? {
        brand: { name: '棱镜数码', contactLine: '客服热线 400-820-0000，每日 9:00–18:00' },
        center: { name: '棱镜上海南京东路维修中心', address: '上海市黄浦区南京东路 1 号 2 层', phone: '021-6000-0000', timeZone: 'Asia/Shanghai' },
        customer: { name: '王芳', phone: '+8613800001234', email: 'fang@example.com', address: '上海市徐汇区湖滨路 18 号 602 室', locale },
        faultReported: '摔落后屏幕左下角碎裂，触摸偶尔失灵；中午前电量就会耗尽，充电时背面发烫。',
        jurisdiction: 'CN' as const,
      }
    : {
        brand: { name: 'Prism', contactLine: 'Call 400-820-0000, daily 9 am to 6 pm' },
        center: {
          name: 'Prism Repair San José',
          address: '12 Market Street, San José, CA 95113',
          phone: '(408) 555-0100',
          timeZone: 'America/Los_Angeles',
        },
        customer: { name: 'Maria Keller', phone: '+14085550123', email: 'maria@example.com', address: '1 Lake Road, San José, CA 95110', locale },
        faultReported: 'Dropped: the screen is cracked in the lower left corner and sometimes does not react. Battery is empty by noon.',
        jurisdiction: 'US-CA' as const,
      }),
  device: { kind: 'phone', maker: 'Aurora', model: 'A5 Pro' },
  identifiers: [
    { type: 'serial', value: 'C8QH-7T2K-PL0M' },
    { type: 'imei', value: '490154203237518' },
  ],
  returnMethod: 'ship',
  openedAt: at('2026-11-22T01:12:00Z'),
  ...more,
});

/** Everything an intake can record. */
export const receiptRecord = (locale: Locale, more: Partial<ReceiptRecord> = {}): ReceiptRecord => ({
  repair: aRepair(locale),
  receivedAt: at('2026-11-22T02:30:00Z'),
  reception: {
    receivedBy: locale === 'zh-CN' ? '陈立' : 'Chen Li',
    accessories: [
      { type: locale === 'zh-CN' ? '原装充电器' : 'Charger, original', quantity: 1 },
      { type: locale === 'zh-CN' ? '透明保护壳' : 'Clear case', quantity: 2, note: locale === 'zh-CN' ? '其中一个有裂纹' : 'one of them cracked' },
    ],
    condition: [
      { area: locale === 'zh-CN' ? '屏幕' : 'Screen', grade: 'cracked', note: locale === 'zh-CN' ? '左下角，约 3 厘米' : 'lower left, some 3 cm' },
      { area: locale === 'zh-CN' ? '后盖' : 'Back', grade: 'scratched' },
      { area: locale === 'zh-CN' ? '边框' : 'Frame', grade: 'used' },
    ],
    powersOn: true,
    simRemoved: true,
    memoryCardRemoved: false,
    screenLock: 'turned_off',
    acknowledgement: { method: 'signature', at: '2026-11-22T10:30:00+08:00' },
    diagnosisFee: { amount: 5_000, currency: locale === 'zh-CN' ? 'CNY' : 'USD' },
  },
  backupConsent: { method: 'signature', takenBy: locale === 'zh-CN' ? '林晓' : 'Lin', givenAt: '2026-11-22T10:20:00+08:00', textVersion: 'backup-1' },
  promise: { first: at('2026-11-27T10:00:00Z'), current: at('2026-11-27T10:00:00Z') },
  ...more,
});

const linesOf = (locale: Locale): QuoteLine[] => {
  const zh = locale === 'zh-CN';
  return [
    {
      kind: 'part',
      text: zh ? '屏幕总成 A5 Pro（含触摸层）' : 'Screen assembly A5 Pro, with digitizer',
      quantity: 1,
      unitPrice: 89_900,
      tax: 11_687,
      partGrade: 'original',
    },
    { kind: 'part', text: zh ? '电池 A5' : 'Battery A5', quantity: 1, unitPrice: 39_900, partGrade: 'original', coveredPercent: 100 },
    { kind: 'labor', text: zh ? '更换屏幕与电池' : 'Replacing screen and battery', quantity: 2, unitPrice: 10_000, tax: 2_600 },
    { kind: 'shipping', text: zh ? '寄回（保价）' : 'Return shipping, insured', quantity: 1, unitPrice: 2_300 },
    { kind: 'discount', text: zh ? '老客户优惠' : 'Loyal customer', quantity: 1, unitPrice: 10_000 },
  ];
};

/** A second version with tax, cover and a discount, sent and not decided. */
export const quoteRecord = (locale: Locale, more: Partial<QuoteRecord['offer']> = {}): QuoteRecord => {
  const currency = locale === 'zh-CN' ? 'CNY' : 'USD';
  const offer: QuoteRecord['offer'] = {
    version: 2,
    status: 'sent',
    form: 'standard',
    currency,
    lines: linesOf(locale),
    total: 116_487,
    diagnosisFee: 5_000,
    validDays: 14,
    promisedDays: 3,
    sentAt: at('2026-11-23T03:00:00Z'),
    validUntil: at('2026-12-07T03:00:00Z'),
    decidedAt: null,
    decidedBy: null,
    consent: null,
    wish: null,
    ...more,
  };
  const first = {
    ...offer,
    version: 1,
    status: 'superseded' as const,
    lines: linesOf(locale).slice(1),
    total: 14_900,
    sentAt: at('2026-11-22T08:00:00Z'),
  };
  return { repair: aRepair(locale), offer, replaced: first, replacedBy: null, why: null, now: at('2026-11-24T00:00:00Z') };
};

/** As the European Repair Information Form, approved by phone. */
export const formRecord = (locale: Locale): QuoteRecord => ({
  ...quoteRecord(locale, {
    version: 1,
    form: 'eu_erif',
    status: 'approved',
    currency: 'EUR',
    validDays: 30,
    validUntil: at('2026-12-23T03:00:00Z'),
    decidedAt: at('2026-11-24T08:10:00Z'),
    decidedBy: 'center',
    consent: { method: 'phone', takenBy: 'Lin', givenAt: '2026-11-24T08:05:00Z', phoneCalled: '+4915550000000', textVersion: 'quote-1' },
  }),
  replaced: null,
});

/** A hundred lines, which take several pages. */
export const longRecord = (locale: Locale): QuoteRecord => {
  const lines = Array.from({ length: 100 }, (_, n) => ({
    kind: n % 3 === 0 ? ('labor' as const) : ('part' as const),
    text:
      locale === 'zh-CN'
        ? `第 ${n + 1} 项：更换主板电容与接口，并做老化测试`
        : `Item ${n + 1}: capacitor and connector on the main board, burn-in test`,
    quantity: 1 + (n % 4),
    unitPrice: 1_000 + n * 37,
  }));
  const total = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
  return { ...quoteRecord(locale, { version: 1, lines, total }), replaced: null };
};
