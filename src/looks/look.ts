// How a brand's pages look: what can be set, and what pages are given to show.
import { z } from 'zod';
import { instant, int4, type Locale, text } from '#platform/schema.ts';

/** Bounds of a logo: as it is sent, as it is kept (its share of the 50 kB that a first view may have), and the box it is scaled into. */
export const LOGO = { sent: 262_144, kept: 16_384, box: { width: 480, height: 144 } } as const;

const color = () =>
  z
    .string()
    .max(7)
    .regex(/^#[0-9a-f]{6}$/, { error: 'takes six hexadecimal digits in lower case after #' });

/** Color of buttons, links and steps, for light and for dark screens. Refused where it could not be read. */
export const Accent = z
  .strictObject({
    light: color().meta({ description: 'At least 4.5:1 against #ffffff and #f3f5f7.' }),
    dark: color().meta({ description: 'At least 4.5:1 against #161d24 and #0e1318.' }),
  })
  .meta({ id: 'Accent', example: { light: '#0b6b78', dark: '#5fcbd6' } });
export type Accent = z.infer<typeof Accent>;

/** What a brand says about privacy in one language: a text, a link, or both. */
const PrivacyNote = z
  .strictObject({
    text: text(600).optional(),
    url: z
      .url({ protocol: /^https$/, error: 'takes an https address' })
      .max(500)
      .optional(),
  })
  .refine((note) => note.text !== undefined || note.url !== undefined, { error: 'takes a text, a url or both' })
  .meta({ id: 'PrivacyNote', example: { text: 'Prism keeps repair records for three years.', url: 'https://prism.example.com/privacy' } });
export type PrivacyNote = z.infer<typeof PrivacyNote>;

const Privacy = z
  .strictObject({ 'zh-CN': PrivacyNote.optional(), en: PrivacyNote.optional() })
  .meta({ id: 'Privacy', example: { en: { url: 'https://prism.example.com/privacy' } } });
export type Privacy = z.infer<typeof Privacy>;

const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const host = () =>
  z
    .string()
    .max(253)
    .regex(new RegExp(`^${label}(\\.${label})+$`), { error: 'takes a host name in lower case, without scheme, port or path' });

const pageHosts = () =>
  z
    .array(host())
    .max(10)
    .refine((hosts) => new Set(hosts).size === hosts.length, { error: 'names a host twice' })
    .meta({ description: 'Host names whose pages are this brand’s. Each belongs to one brand.', example: ['repairs.prism.example.com'] });

/** What is changed. What is left away stays as it is; null takes it away. */
export const LookChange = z
  .strictObject({ accent: Accent.nullable(), privacy: Privacy.nullable(), pageHosts: pageHosts() })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { error: 'names nothing to change' })
  .meta({ id: 'LookChange', example: { accent: { light: '#8a1c5b', dark: '#ff9fd0' } } });
export type LookChange = z.infer<typeof LookChange>;

/** The form of a logo. `file` stands for the bytes: what arrives here is their type and checksum. */
export const LogoUpload = z
  .strictObject({
    file: z.string().max(LOGO.sent).meta({ format: 'binary', example: '(the bytes)', description: 'JPEG, PNG or WebP, with its content type.' }),
  })
  .meta({ id: 'LogoUpload', example: { file: '(the bytes)' } });

const Logo = z
  .strictObject({
    url: z.string().max(100).meta({ description: 'Relative to this API; good for as long as the logo is this one.' }),
    mediaType: z.enum(['image/jpeg', 'image/png', 'image/webp']),
    width: int4(1),
    height: int4(1),
  })
  .meta({ id: 'Logo', example: { url: '/assets/brand/9a1cPzY3Jq0w5vXkT2bNfA', mediaType: 'image/png', width: 240, height: 72 } });

/** How a brand's pages look, as the API shows it. */
export const Look = z
  .strictObject({
    pageUrl: z.string().max(2_100).meta({ description: "Where the brand's customers ask for their repairs; fit for printing on receipts." }),
    pageHosts: pageHosts(),
    accent: Accent.nullable(),
    privacy: Privacy,
    logo: Logo.nullable(),
    updatedAt: instant().nullable().meta({ description: 'Null: nothing was ever set.' }),
  })
  .meta({
    id: 'Look',
    example: {
      pageUrl: 'https://repairs.example.com/b/prism',
      pageHosts: ['repairs.prism.example.com'],
      accent: { light: '#0b6b78', dark: '#5fcbd6' },
      privacy: { en: { url: 'https://prism.example.com/privacy' } },
      logo: null,
      updatedAt: '2026-11-28T05:00:00.000Z',
    },
  });
export type Look = z.infer<typeof Look>;

/** A brand as its pages show it. */
export interface Face {
  brandId: string;
  slug: string;
  name: string;
  contactLine: string;
  /** IANA. */
  timeZone: string;
  /** Address of its style sheet; null: the house's colors. */
  style: string | null;
  logo: { url: string; mediaType: string; width: number; height: number } | null;
  privacy: { [L in Locale]?: PrivacyNote | undefined };
}
