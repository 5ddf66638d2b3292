// Whether a brand's color can be read where pages use it (WCAG 2.2, 1.4.3), and the colors that follow from it.

/** sRGB as `#rrggbb`, lower case. */
export type Color = string;
export type Scheme = 'light' | 'dark';

/** What pages put the accent on, as text: cards, and the page around them. The same values as in `pages/assets/page/base.css`. */
export const backgrounds: Record<Scheme, { card: Color; bg: Color }> = {
  light: { card: '#ffffff', bg: '#f3f5f7' },
  dark: { card: '#161d24', bg: '#0e1318' },
};

/** WCAG 2.2 AA for text. */
export const NEEDED = 4.5;
/** For words in a box of the brand's own tint: more than is needed, because the heading in it is small. */
const IN_BOXES = 6;
/** How much of the accent is in the box that says it is our turn. */
const TINT = 0.1;

const channels = (color: Color): number[] => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));

/** Relative luminance, 0 to 1 (WCAG 2.2 glossary). */
function luminance(color: Color): number {
  const [r = 0, g = 0, b = 0] = channels(color).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio, 1 to 21. */
export function contrast(one: Color, other: Color): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

/** `share` of `color`, the rest of `base`. */
const mixed = (color: Color, base: Color, share: number): Color => {
  const under = channels(base);
  const parts = channels(color).map((value, index) => Math.round(value * share + (under[index] ?? 0) * (1 - share)));
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
};

const away: Record<Scheme, Color> = { light: '#000000', dark: '#ffffff' };

/** As little darker, or in the dark lighter, as makes it readable on all of these. */
function readable(color: Color, scheme: Scheme, on: readonly Color[], needed: number): Color {
  for (let share = 1; share > 0; share -= 0.02) {
    const candidate = mixed(color, away[scheme], share);
    if (on.every((ground) => contrast(candidate, ground) >= needed)) return candidate;
  }
  return away[scheme];
}

/** A color that cannot be read. */
export interface Unreadable {
  /** On what, and how little it differs from it: cut off after two digits, so that it never looks like enough. */
  on: Color;
  ratio: string;
  /** The nearest that can be. */
  nearest: Color;
}

/** Null where the accent can be read on everything that it is used on. */
export function unreadable(color: Color, scheme: Scheme): Unreadable | null {
  const grounds = Object.values(backgrounds[scheme]);
  const worst = grounds.toSorted((a, b) => contrast(color, a) - contrast(color, b))[0] ?? '';
  const ratio = contrast(color, worst);
  if (ratio >= NEEDED) return null;
  return { on: worst, ratio: (Math.floor(ratio * 100) / 100).toFixed(2), nearest: readable(color, scheme, grounds, NEEDED) };
}

/** What the pages' style takes from the accent. */
export interface Palette {
  accent: Color;
  /** Words on the accent: black or white, whichever differs more, which is always enough. */
  onAccent: Color;
  /** The box that says it is our turn, and the words in it. */
  tint: Color;
  onTint: Color;
}

/** The colors that follow from an accent that can be read. */
export function paletteOf(accent: Color, scheme: Scheme): Palette {
  const tint = mixed(accent, backgrounds[scheme].card, TINT);
  const onAccent = contrast(accent, '#ffffff') >= contrast(accent, '#000000') ? '#ffffff' : '#000000';
  return { accent, onAccent, tint, onTint: readable(accent, scheme, [tint], IN_BOXES) };
}
