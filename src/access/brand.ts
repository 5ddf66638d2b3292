// A brand: the tenant that service centers, keys and tickets belong to.
import { z } from 'zod';
import { id, instant, int4, Locale, text, timeZone } from '#platform/schema.ts';

/** How much the public lookup tells: a serial alone, only with a proof, or only behind a link. */
export const LookupMode = z.enum(['open', 'proof', 'link']).meta({ id: 'LookupMode' });
export type LookupMode = z.infer<typeof LookupMode>;

const slug = () =>
  z
    .string()
    .max(40)
    .regex(/^[a-z0-9](-?[a-z0-9])*$/, { error: 'takes lower-case letters, digits and single hyphens' });
const name = () => text(80).meta({ description: 'As customers know the brand.' });
const smsBudget = () =>
  int4(0, 1_000).meta({ description: 'SMS parts that one ticket may cost; its center is alarmed at 80 % of them. 0: no SMS. Default: 12.' });
const contactLine = () => text(200).meta({ description: 'Whom a customer can ask; shown with every lookup and message.' });

/** What a new brand takes. */
export const BrandInput = z
  .strictObject({
    slug: slug().meta({ description: 'Names the brand in addresses; cannot be changed.' }),
    name: name(),
    lookupMode: LookupMode.default('open'),
    locale: Locale.default('zh-CN'),
    timeZone: timeZone().default('Asia/Shanghai'),
    contactLine: contactLine(),
    smsBudget: smsBudget().optional(),
    sandbox: z
      .boolean()
      .default(false)
      .meta({ description: 'For play: stories can be told on its tickets (`POST /v1/sandbox/scenarios/{scenario}`). Cannot be changed.' }),
  })
  .meta({ id: 'BrandInput', example: { slug: 'prism', name: 'Prism', contactLine: '400-820-0000, daily 9:00–18:00' } });
export type BrandInput = z.infer<typeof BrandInput>;

/** What can be changed later. What is left away stays as it is. */
export const BrandChange = z
  .strictObject({ name: name(), lookupMode: LookupMode, locale: Locale, timeZone: timeZone(), contactLine: contactLine(), smsBudget: smsBudget() })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { error: 'names nothing to change' })
  .meta({ id: 'BrandChange', example: { lookupMode: 'proof' } });
export type BrandChange = z.infer<typeof BrandChange>;

/** A brand as the API shows it. */
export const Brand = z
  .strictObject({
    id: id('brand'),
    slug: slug(),
    name: name(),
    lookupMode: LookupMode,
    locale: Locale,
    timeZone: z.string().max(64),
    contactLine: contactLine(),
    smsBudget: smsBudget(),
    sandbox: z.boolean(),
    createdAt: instant(),
    updatedAt: instant(),
  })
  .meta({
    id: 'Brand',
    example: {
      id: 'brd_01kam3w0xf8q9r2s4t6v8w0x1y',
      slug: 'prism',
      name: 'Prism',
      lookupMode: 'open',
      locale: 'zh-CN',
      timeZone: 'Asia/Shanghai',
      contactLine: '400-820-0000, daily 9:00–18:00',
      smsBudget: 12,
      sandbox: false,
      createdAt: '2026-11-22T05:00:00.000Z',
      updatedAt: '2026-11-22T05:00:00.000Z',
    },
  });
export type Brand = z.infer<typeof Brand>;
