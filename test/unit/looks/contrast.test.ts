// Colors of brands: what is refused, what follows from what is taken, and that the style sheet of the pages is what is measured against.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { backgrounds, contrast, NEEDED, paletteOf, type Scheme, unreadable } from '#looks/contrast.ts';
import { stylesheetNamed, stylesheetUrl } from '#looks/stylesheet.ts';

const sheet = (name: string): string => readFileSync(path.resolve(import.meta.dirname, `../../../src/pages/assets/page/${name}.css`), 'utf8');
const css = sheet('base');
const schemes: Scheme[] = ['light', 'dark'];

/** Colors all over the cube. */
const levels = [0, 51, 102, 153, 204, 255];
const colors = levels.flatMap((r) =>
  levels.flatMap((g) => levels.map((b) => `#${[r, g, b].map((part) => part.toString(16).padStart(2, '0')).join('')}`)),
);

describe('contrast', () => {
  it.each([
    ['#000000', '#ffffff', 21],
    ['#ffffff', '#ffffff', 1],
    ['#777777', '#ffffff', 4.48],
    ['#0000ff', '#ffffff', 8.59],
  ])('of %s and %s is %d', (one, other, ratio) => {
    expect(contrast(one, other)).toBeCloseTo(ratio, 2);
    expect(contrast(other, one)).toBe(contrast(one, other));
  });

  it('is measured against the grounds that the pages have', () => {
    const [light = '', dark = ''] = [...css.matchAll(/:root \{(.*?)\n\s*\}/gs)].map(([, body]) => body ?? '');
    const of = (body: string, name: string): string => {
      const value = new RegExp(`--${name}: (#[0-9a-f]+);`).exec(body)?.[1] ?? '';
      return value.length === 4 ? `#${[...value.slice(1)].map((digit) => digit + digit).join('')}` : value;
    };
    expect({ light: { card: of(light, 'card'), bg: of(light, 'bg') }, dark: { card: of(dark, 'card'), bg: of(dark, 'bg') } }).toEqual(backgrounds);
    expect(unreadable(of(light, 'accent'), 'light')).toBeNull();
    expect(unreadable(of(dark, 'accent'), 'dark')).toBeNull();
  });
});

it('an accent that can be read on cards need not be on the box of what the customer is to do: links there have the color of its words', () => {
  const box = /--you: (#[0-9a-f]{6});/.exec(css)?.[1] ?? '';
  expect(colors.some((color) => unreadable(color, 'light') === null && contrast(color, box) < NEEDED)).toBe(true);
  expect(sheet('standing')).toContain('.turn a:not(.button) {\n  color: inherit;\n}');
});

describe.each(schemes)('an accent on %s screens', (scheme) => {
  const grounds = Object.values(backgrounds[scheme]);

  it('is taken where it can be read on every ground, and refused with one that can where it cannot', () => {
    const refused = colors.filter((color) => unreadable(color, scheme) !== null);
    expect(refused.length).toBeGreaterThan(20);
    expect(refused.length).toBeLessThan(colors.length - 20);
    for (const color of colors) {
      const found = unreadable(color, scheme);
      const least = Math.min(...grounds.map((ground) => contrast(color, ground)));
      expect([color, found === null]).toEqual([color, least >= NEEDED]);
      if (found === null) continue;
      expect([color, Number(found.ratio) < NEEDED, unreadable(found.nearest, scheme)]).toEqual([color, true, null]);
    }
  });

  it('gives colors that can be read', () => {
    for (const color of colors.filter((one) => unreadable(one, scheme) === null)) {
      const { accent, onAccent, tint, onTint } = paletteOf(color, scheme);
      expect(contrast(onAccent, accent), color).toBeGreaterThanOrEqual(NEEDED);
      expect(contrast(onTint, tint), color).toBeGreaterThanOrEqual(NEEDED);
    }
  });
});

describe('the style sheet of a brand', () => {
  const accent = { light: '#8a1c5b', dark: '#ff9fd0' };

  it('is found again by its name, by whatever process', () => {
    const name = stylesheetUrl(accent).replace('/assets/brand/', '');
    expect(name).toMatch(/^8a1c5b-ff9fd0-[\w-]{10}\.css$/);
    expect(stylesheetNamed(name)).toContain('--accent:#8a1c5b');
    expect(stylesheetNamed(name)).toContain('--accent:#ff9fd0');
  });

  it('has no other name', () => {
    const name = stylesheetUrl(accent).replace('/assets/brand/', '');
    for (const other of [
      name.replace('8a1c5b', '8a1c5c'),
      name.replace(/.\.css$/, '_.css').replace(/.{2}(?=\.css)/, 'zz'),
      `${name}x`,
      'page.css',
      '',
    ])
      expect([other, stylesheetNamed(other)]).toEqual([other, null]);
    const unreadableName = stylesheetUrl({ light: '#ffcc00', dark: '#ff9fd0' }).replace('/assets/brand/', '');
    expect(stylesheetNamed(unreadableName)).toBeNull();
  });
});
