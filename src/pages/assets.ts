// The files that pages load: read once, named by a hash of their bytes, so that a browser may keep them for good.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(import.meta.dirname, 'assets');
const types = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', svg: 'image/svg+xml' } as const;

/** A file as it is served. */
export interface Asset {
  /** Its name under `/assets/`. */
  name: string;
  type: string;
  bytes: Buffer;
}

function assetOf(name: string, ending: keyof typeof types, parts: readonly string[] = [name]): Asset | null {
  const files = parts.map((part) => path.join(folder, `${part}.${ending}`));
  if (!files.every((file) => existsSync(file))) return null;
  const bytes = Buffer.concat(files.map((file) => readFileSync(file)));
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 10);
  return { name: `${name}-${hash}.${ending}`, type: types[ending], bytes };
}

/** Served as one, in this order: of two rules that weigh the same the later one counts. */
const sheets = ['page/base', 'page/standing', 'page/cards', 'page/forms', 'page/screens'] as const;

const style = assetOf('page', 'css', sheets);
const mark = assetOf('mark', 'svg');
const form = assetOf('form', 'js');
const live = assetOf('live', 'js');

/** Every file there is; what is not there is not asked for by any page. */
export const assets: readonly Asset[] = [style, mark, form, live].filter((asset) => asset !== null);

const addressOf = (asset: Asset | null): string | null => asset && `/assets/${asset.name}`;

/** Where pages find them; null where there is none. */
export const addresses = { style: addressOf(style), mark: addressOf(mark), form: addressOf(form), live: addressOf(live) } as const;
