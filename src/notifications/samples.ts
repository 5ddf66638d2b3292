// Values with which a brand's own mail is tried out before it is kept: everything known, and next to nothing, for every way it can turn out.
import type { Locale } from '#platform/schema.ts';
import type { Values } from '#texts/template.ts';
import { Outcome, ReturnMethod } from '#tickets/status.ts';

const turns = ['you', 'us', 'carrier', 'nobody'] as const;

const full: Record<Locale, Values> = {
  'zh-CN': {
    ...{
      brand: '极光',
      center: '极光上海服务中心',
      contact: '400-820-0000',
      code: '7K3M9QX2RT5',
      label: '检测中',
      on: '2026年11月22日',
      by: '2026年11月25日',
    },
    ...{
      next: '下一步（我们）：我们会尽快开始检测。',
      why: '主板进水',
      promisedOn: '2026年12月2日',
      holdLabel: '待解锁',
      holdWhy: '设备锁还开着。',
      holdUntil: '2026年11月24日',
    },
    ...{
      quoteTotal: '¥459.00',
      quoteUntil: '2026年12月22日',
      diagnosisFee: '¥50.00',
      parts: '电池',
      carrier: '顺丰',
      waybillTail: '4321',
      eta: '2026年11月24日',
    },
    ...{
      storageFreeUntil: '2026年12月22日',
      storageKeepUntil: '2027年5月21日',
      storageFee: '¥5.00',
      warrantyUntil: '2027年2月20日',
      diagnosisBy: '2026年11月25日',
    },
    ...{ outcome: 'none', returnMethod: 'ship', status: 'received', turn: 'us' },
  },
  en: {
    ...{
      brand: 'Aurora',
      center: 'Aurora Service Shanghai',
      contact: '400-820-0000',
      code: '7K3M9QX2RT5',
      label: 'Being diagnosed',
      on: 'November 22, 2026',
    },
    ...{
      by: 'November 25, 2026',
      next: 'Next step (us): We will start the diagnosis.',
      why: 'Water reached the board.',
      promisedOn: 'December 2, 2026',
    },
    ...{
      holdLabel: 'Waiting for payment',
      holdWhy: 'We can go on once your payment has arrived.',
      holdUntil: 'November 24, 2026',
      quoteTotal: 'CN¥459.00',
    },
    ...{
      quoteUntil: 'December 22, 2026',
      diagnosisFee: 'CN¥50.00',
      parts: 'Battery',
      carrier: 'SF Express',
      waybillTail: '4321',
      eta: 'November 24, 2026',
    },
    ...{ storageFreeUntil: 'December 22, 2026', storageKeepUntil: 'May 21, 2027', storageFee: 'CN¥5.00', warrantyUntil: 'February 20, 2027' },
    ...{ diagnosisBy: 'November 25, 2026', outcome: 'none', returnMethod: 'ship', status: 'received', turn: 'us' },
  },
};

/** What is known of every ticket; the rest can be missing. */
const always: ReadonlySet<string> = new Set([
  'brand',
  'center',
  'contact',
  'code',
  'label',
  'on',
  'next',
  'outcome',
  'returnMethod',
  'status',
  'turn',
]);
const bare = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, always.has(name) ? value : null])) as Values;

/** Every sample in this language. */
export const sampleValues = (locale: Locale): Values[] =>
  [full[locale], bare(full[locale])].flatMap((values) =>
    [...Outcome.options, 'none'].flatMap((outcome) =>
      ReturnMethod.options.flatMap((returnMethod) => turns.map((turn) => ({ ...values, outcome, returnMethod, turn }))),
    ),
  );
