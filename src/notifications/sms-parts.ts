// What a text costs: telephone networks carry it in parts, and providers bill each (3GPP TS 23.038, 23.040).

/** GSM 03.38, default alphabet. */
const BASIC = '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** Its extension: each costs two. */
const EXTENDED = '\f^{}\\[~]|€';

const basic: ReadonlySet<string> = new Set(BASIC);
const extended: ReadonlySet<string> = new Set(EXTENDED);

/** Whether the text fits the alphabet of telephone networks; one character outside of it doubles what every one costs. */
export const isGsm7 = (text: string): boolean => [...text].every((character) => basic.has(character) || extended.has(character));

/** Parts of a text, its signature included: 160 characters or 153 each in GSM-7, else 70 or 67 UTF-16 units. */
export function smsParts(text: string): number {
  const gsm = isGsm7(text);
  const length = gsm ? [...text].reduce((sum, character) => sum + (extended.has(character) ? 2 : 1), 0) : text.length;
  const [whole, part] = gsm ? [160, 153] : [70, 67];
  return length <= whole ? 1 : Math.ceil(length / part);
}
