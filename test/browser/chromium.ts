// The system's Chromium, driven by playwright-core; where there is none, what to install.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The command of the browser on this machine; null where there is none. */
export const browserPath = names.find((name) => spawnSync(name, ['--version']).status === 0) ?? null;

/** Says which part of the proof is missing and how to get it. */
export const howToGetIt = 'no Chromium on this machine: the pages were not opened in a browser (apt-get install -y chromium fonts-noto-cjk)';

/** A browser with a profile of its own. */
export interface Browser {
  context: BrowserContext;
  close(): Promise<void>;
}

/** Starts one; `scripts: false` is a browser that runs none. */
export async function openBrowser({ scripts = true, locale = 'en' }: { scripts?: boolean; locale?: string } = {}): Promise<Browser> {
  const profile = mkdtempSync(path.join(tmpdir(), 'glassbench-browser-'));
  const executable = spawnSync('which', [browserPath ?? 'chromium'], { encoding: 'utf8' }).stdout.trim();
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: executable,
    headless: true,
    javaScriptEnabled: scripts,
    locale,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'],
  });
  return {
    context,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
