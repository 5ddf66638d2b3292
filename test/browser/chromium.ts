// The system's Chromium, driven by playwright-core; where there is none, what to install.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { describe } from 'vitest';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The command of the browser on this machine; null where there is none. */
const browserPath = names.map((name) => spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim()).find((found) => found !== '') ?? null;

const howToGetIt = 'no Chromium on this machine: the pages were not opened in a browser (apt-get install -y chromium fonts-noto-cjk)';
if (browserPath === null) process.stderr.write(`LEFT OUT: ${howToGetIt}\n`);

/** Describes what is seen in a browser; without one it is left out, and says which part of the proof is missing. */
export function inBrowser(title: string, tell: () => void): void {
  describe.skipIf(browserPath === null)(`${title}${browserPath === null ? ` (${howToGetIt})` : ''}`, () => {
    tell();
  });
}

/** A started browser. */
export interface Browser {
  /** A page of somebody new: no cookies, nothing kept. */
  visitor(options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

/** Starts one. `letters: 'phone'` has letters as narrow as those of a telephone; those of a bare Linux need more room than any. */
export async function openBrowser({ letters = 'system' }: { letters?: 'system' | 'phone' } = {}): Promise<Browser> {
  const fonts = letters === 'system' ? {} : { FONTCONFIG_FILE: path.join(import.meta.dirname, 'fonts.conf') };
  const browser = await chromium.launch({
    executablePath: browserPath ?? 'chromium',
    headless: true,
    env: { ...process.env, ...fonts },
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'],
  });
  return {
    async visitor(options = {}) {
      const context = await browser.newContext({ locale: 'en', viewport: { width: 360, height: 780 }, ...options });
      return context.newPage();
    },
    close: () => browser.close(),
  };
}
