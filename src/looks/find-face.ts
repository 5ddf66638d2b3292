// Whose page it is: by the host name it was asked under, the brand's short name in the address, or the ticket it shows.
import type { Deed } from '#access/deed.ts';
import type { Db } from '#platform/db/connect.ts';
import type { Face } from './look.ts';
import * as store from './store.ts';
import { logoUrl, stylesheetUrl } from './stylesheet.ts';

const extensions: Record<string, string> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' };

/** Reads a row. */
export function viewFace(row: store.FaceRow): Face {
  const { accent_light: light, accent_dark: dark, logo_hash: hash, logo_type: mediaType, logo_width: width, logo_height: height } = row;
  return {
    brandId: row.brand_id,
    slug: row.slug,
    name: row.name,
    contactLine: row.contact_line,
    timeZone: row.time_zone,
    style: light === null || dark === null ? null : stylesheetUrl({ light, dark }),
    logo:
      hash === null || mediaType === null || width === null || height === null
        ? null
        : { url: logoUrl(`${hash}.${extensions[mediaType] ?? ''}`), mediaType, width, height },
    privacy: row.privacy as Face['privacy'],
  };
}

const viewed = (row: store.FaceRow | undefined): Face | null => (row === undefined ? null : viewFace(row));

/** Whose host name it is; where it is nobody's, the one brand of an installation that has no other, else null: the house's own page. */
export const faceForHost = async ({ open }: Pick<Db, 'open'>, host: string): Promise<Face | null> =>
  viewed((await store.faceAt(open, host.toLowerCase())) ?? (await store.onlyFace(open)));

/** The brand of this short name. */
export const faceForSlug = async ({ open }: Pick<Db, 'open'>, slug: string): Promise<Face | null> => viewed(await store.faceOf(open, 'slug', slug));

/** The brand of this id. */
export const faceForBrand = async ({ open }: Pick<Db, 'open'>, brandId: string): Promise<Face | null> =>
  viewed(await store.faceOf(open, 'brand_id', brandId));

/** The brand that the deed is about. */
export async function ownFace({ trx, brandId }: Deed): Promise<Face> {
  const row = await store.faceOf(trx, 'brand_id', brandId);
  if (row === undefined) throw new Error('a deed about no brand');
  return viewFace(row);
}

/** The bytes of the logo that is served under this name; null where there is none (any more). */
export async function logoNamed({ open }: Pick<Db, 'open'>, name: string): Promise<{ type: string; bytes: Buffer } | null> {
  const [, hash] = /^([\w-]{22})\.(jpg|png|webp)$/.exec(name) ?? [];
  return hash === undefined ? null : store.logoBytes(open, hash);
}
