// What a brand says in its own words: mails, labels of statuses, and the options that its lawyers have approved.
import { z } from 'zod';
import { instant, int4, Locale, text } from '#platform/schema.ts';

/** Names a text: `message.received`, `label.ready.pick_up`, `entitlement.cn_loaner`. */
export const TextName = z
  .string()
  .max(60)
  .regex(/^(message|label|entitlement)(\.[a-z_]+)+$/, { error: 'names a text like message.received or label.ready.pick_up' });

/** The words themselves. Subject and paragraphs make a message, `text` is a label or an approved option. */
const words = {
  subject: text(300),
  paragraphs: z.array(text(1_500)).min(1).max(12),
  text: text(500),
};

/** What is put in. */
export const BrandTextInput = z
  .strictObject({
    subject: words.subject.optional().meta({ description: 'Of a mail, in MessageFormat 2. Names the ticket: `{$code}`.' }),
    paragraphs: words.paragraphs
      .optional()
      .meta({ description: 'Of a mail, each in MessageFormat 2. Together they say when (`{$on}`) and what comes next (`{$next}`).' }),
    text: words.text.optional().meta({ description: 'A label (in Chinese at most 5 Han characters) or an option by law, as it is.' }),
  })
  .meta({ id: 'BrandTextInput', example: { text: '可以取机' } });
export type BrandTextInput = z.infer<typeof BrandTextInput>;

/** One version of a text. */
export const BrandText = z
  .strictObject({
    name: TextName,
    locale: Locale,
    version: int4(1).meta({ description: 'Deliveries name the version that was sent.' }),
    subject: z.string().max(300).nullable(),
    paragraphs: z.array(z.string().max(1_500)).max(12).nullable(),
    text: z.string().max(500).nullable(),
    withdrawn: z.boolean().meta({ description: 'From then on the built-in words counted again.' }),
    madeBy: z.string().max(40),
    madeAt: instant(),
  })
  .meta({
    id: 'BrandText',
    example: {
      name: 'label.ready.pick_up',
      locale: 'zh-CN',
      version: 2,
      subject: null,
      paragraphs: null,
      text: '可以取机',
      withdrawn: false,
      madeBy: 'key_holder_1',
      madeAt: '2026-11-22T05:00:00.000Z',
    },
  });
export type BrandText = z.infer<typeof BrandText>;

/** A text with what it was before. */
export const BrandTextDetail = z
  .strictObject({ current: BrandText, history: z.array(BrandText).max(100).meta({ description: 'The newest first, this one among them.' }) })
  .meta({ id: 'BrandTextDetail' });
export type BrandTextDetail = z.infer<typeof BrandTextDetail>;

/** What a text may say, for whoever writes one. */
export const WritableText = z
  .strictObject({
    name: TextName,
    kind: z.enum(['message', 'label', 'entitlement']),
    builtIn: z
      .strictObject({ 'zh-CN': z.string().max(200), en: z.string().max(200) })
      .nullable()
      .meta({ description: 'Of a label: the words that count without one of yours. Messages are shown by their preview.' }),
  })
  .meta({ id: 'WritableText', example: { name: 'label.ready.pick_up', kind: 'label', builtIn: { 'zh-CN': '待取机', en: 'Ready for pick-up' } } });
export type WritableText = z.infer<typeof WritableText>;

/** Everything a brand can say, and what it does say. */
export const BrandTexts = z
  .strictObject({
    data: z.array(BrandText).max(500).meta({ description: 'What counts now, by name.' }),
    names: z.array(WritableText).max(200),
    variables: z
      .array(z.string().max(40))
      .max(60)
      .meta({ description: 'What a mail may name. A paragraph that names something which is not known about a ticket is left out.' }),
    selectors: z.array(z.string().max(40)).max(10).meta({ description: 'What a `.match` may ask for, and no text may show.' }),
  })
  .meta({ id: 'BrandTexts' });
export type BrandTexts = z.infer<typeof BrandTexts>;
