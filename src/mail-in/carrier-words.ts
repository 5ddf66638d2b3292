// What customers read in place of a carrier's code: its name as people say it, and nothing where the code is that of a provider who reports for many.
import type { Locale } from '#platform/schema.ts';

type Words = Readonly<Record<Locale, string>>;

/** By code; of a provider null: whose parcel it is it does not say, and its own name tells a customer nothing. */
const words: Readonly<Record<string, Words | null>> = {
  sf: { 'zh-CN': '顺丰速运', en: 'SF Express' },
  '17track': null,
  aftership: null,
  easypost: null,
  kdniao: null,
  kuaidi100: null,
  shipengine: null,
  shippo: null,
};

/** The name to show; null: none. A code of the installation's own, for parcels that nobody reports of, is shown as it is. */
export function carrierIn(code: string, locale: Locale): string | null {
  const known = Object.hasOwn(words, code) ? words[code] : undefined;
  return known === undefined ? code : (known?.[locale] ?? null);
}
