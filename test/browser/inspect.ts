// Looks at an open page as a critic does: barriers, width, size of what is touched, who else is asked; and keeps a picture.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import axe from 'axe-core';
import { errors, type Page } from 'playwright-core';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];
/** Everything at once, then again what depends on the colors or on the width. */
const looks = [
  { width: 360, colorScheme: 'light', rules: null },
  { width: 1280, colorScheme: 'dark', rules: ['color-contrast', 'target-size'] },
  { width: 360, colorScheme: 'dark', rules: [] },
  { width: 1280, colorScheme: 'light', rules: [] },
] as const;

/** How closely a page is looked at: `once` where only the words differ from another one that was seen in every way. */
export type Closeness = 'once' | 'twice' | 'every way';

/** Where the pictures of the run lie. */
export const pictures = path.resolve(import.meta.dirname, '..', '..', '.data', 'screenshots');

async function barriers(page: Page, rules: readonly string[] | null): Promise<string[]> {
  const runOnly = rules === null ? { type: 'tag', values: tags } : { type: 'rule', values: [...rules] };
  return page.evaluate(async (only) => {
    interface Answer {
      violations: { id: string; nodes: { html: string }[] }[];
    }
    const { axe: run } = globalThis as unknown as { axe: { run(on: string, options: object): Promise<Answer> } };
    const { violations } = await run.run('html', { runOnly: only, resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 150)).join(' | ')}`);
  }, runOnly);
}

const wider = (page: Page): Promise<boolean> => page.evaluate('document.documentElement.scrollWidth > window.innerWidth');

/** Whatever was asked of another host than that of the page. */
export function watchForeign(page: Page, baseUrl: string): string[] {
  const foreign: string[] = [];
  page.on('request', (request) => void (request.url().startsWith(baseUrl) || foreign.push(request.url())));
  return foreign;
}

/**
 * Keeps a picture. Now and then a Chromium with several pages draws no frame for one of them, and the picture waits for it in vain: the page is then
 * brought to the front and asked once more.
 */
export async function picture(page: Page, name: string, { fullPage = true } = {}): Promise<void> {
  const options = { path: path.join(pictures, `${name}.png`), fullPage };
  await page.screenshot(options).catch(async (error: unknown) => {
    if (!(error instanceof errors.TimeoutError)) throw error;
    await page.bringToFront();
    await page.screenshot(options);
  });
}

/** Everything that is wrong with the page that is open; keeps a picture of each look. */
export async function inspect(page: Page, name: string, closeness: Closeness = 'twice'): Promise<string[]> {
  const found: string[] = [];
  // A click ends where the next page begins: its styles may still be on their way.
  await page.waitForLoadState();
  await page.evaluate(axe.source);
  mkdirSync(pictures, { recursive: true });
  for (const { width, colorScheme, rules } of looks.slice(0, { once: 1, twice: 2, 'every way': 4 }[closeness])) {
    await page.setViewportSize({ width, height: 780 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce', media: 'screen' });
    const where = `${name}-${width}-${colorScheme}`;
    if (rules?.length !== 0) found.push(...(await barriers(page, rules)).map((barrier) => `${where}: ${barrier}`));
    if (await wider(page)) found.push(`${where}: wider than the window`);
    if (closeness !== 'once') await picture(page, where);
  }
  if (closeness === 'every way') {
    await page.setViewportSize({ width: 720, height: 1020 });
    await page.emulateMedia({ colorScheme: 'light', media: 'print' });
    if (await wider(page)) found.push(`${name}-print: wider than the paper`);
    await picture(page, `${name}-print`);
    await page.emulateMedia({ media: 'screen' });
  }
  await page.setViewportSize({ width: 360, height: 780 });
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}
