// The style sheet of a brand's colors. Its name says all that is in it, so that any process serves it without asking, and browsers keep it for good.
import { createHash } from 'node:crypto';
import { type Palette, paletteOf, unreadable } from './contrast.ts';
import type { Accent } from './look.ts';

const folder = '/assets/brand';

const rules = ({ accent, onAccent, tint, onTint }: Palette): string =>
  `:root{--accent:${accent};--on-accent:${onAccent};--done:${accent};--us:${tint};--us-text:${onTint}}`;

/** For screens alone: on paper everything is black. */
const textOf = ({ light, dark }: Accent): string => `@media screen{${rules(paletteOf(light, 'light'))}}
@media screen and (prefers-color-scheme:dark){${rules(paletteOf(dark, 'dark'))}}
`;

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 10);

/** Where pages find it: the two colors, and a hash of what is made of them. */
export const stylesheetUrl = (accent: Accent): string => `${folder}/${accent.light.slice(1)}-${accent.dark.slice(1)}-${hashOf(textOf(accent))}.css`;

/** The style sheet of this name; null where it is none of ours. */
export function stylesheetNamed(name: string): string | null {
  const [, light, dark] = /^([0-9a-f]{6})-([0-9a-f]{6})-[\w-]{10}\.css$/.exec(name) ?? [];
  if (light === undefined || dark === undefined) return null;
  const accent = { light: `#${light}`, dark: `#${dark}` };
  if (unreadable(accent.light, 'light') !== null || unreadable(accent.dark, 'dark') !== null) return null;
  return stylesheetUrl(accent) === `${folder}/${name}` ? textOf(accent) : null;
}

/** Where pages find a logo: under a hash of its bytes. */
export const logoUrl = (hash: string): string => `${folder}/${hash}`;
