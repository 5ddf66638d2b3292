// A brand's look: read and changed by an admin or by the brand itself. What nobody could read is refused with what would do.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Deed } from '#access/deed.ts';
import { readBrand } from '#access/manage-brands.ts';
import { cleanPicture } from '#files/clean-picture.ts';
import { typeOf } from '#files/prepare-file.ts';
import { cleanedPath, type Received } from '#files/receive-upload.ts';
import { violates } from '#platform/db/failures.ts';
import { Problem } from '#problems.ts';
import { NEEDED, unreadable } from './contrast.ts';
import { viewFace } from './find-face.ts';
import { type Accent, LOGO, type Look, type LookChange } from './look.ts';
import * as store from './store.ts';

/** Problem: not_found, where the brand is not the caller's. */
export async function readLook(deed: Deed, brandId: string, publicUrl: string): Promise<Look> {
  await readBrand(deed, brandId);
  const row = await store.faceOf(deed.trx, 'brand_id', brandId);
  if (row === undefined) throw new Error('a brand has no face');
  const { slug, logo, privacy } = viewFace(row);
  const { accent_light: light, accent_dark: dark } = row;
  return {
    pageUrl: `${publicUrl}/b/${slug}`,
    pageHosts: await store.hostsOf(deed.trx, brandId),
    accent: light === null || dark === null ? null : { light, dark },
    privacy,
    logo: logo as Look['logo'],
    updatedAt: (await store.changedAt(deed.trx, brandId))?.toISOString() ?? null,
  };
}

function refuseUnreadable(accent: Accent): void {
  const errors = (['light', 'dark'] as const).flatMap((scheme) => {
    const found = unreadable(accent[scheme], scheme);
    if (found === null) return [];
    const detail = `${accent[scheme]} has a contrast of ${found.ratio}:1 against ${found.on}; text needs ${NEEDED}:1 (WCAG 2.2, 1.4.3). The nearest that has it is ${found.nearest}.`;
    return [{ in: 'body' as const, pointer: `/accent/${scheme}`, code: 'contrast_too_low', detail }];
  });
  if (errors.length > 0) throw new Problem('validation_failed', errors.map(({ detail }) => detail).join(' '), { errors });
}

/** The installation's own address stands for all its brands: no brand takes it by itself. */
function refuseHouse({ actor }: Deed, hosts: readonly string[], publicUrl: string): void {
  const { hostname } = new URL(publicUrl);
  const index = hosts.indexOf(hostname);
  if (index === -1 || actor.kind === 'admin' || actor.kind === 'system') return;
  const detail = `${hostname} is the address of the whole installation. Only an admin key gives it to a brand.`;
  throw new Problem('validation_failed', detail, { errors: [{ in: 'body', pointer: `/pageHosts/${index}`, code: 'host_of_installation', detail }] });
}

async function takeHosts(deed: Deed, brandId: string, hosts: readonly string[]): Promise<void> {
  try {
    await store.replaceHosts(deed.trx, brandId, hosts);
  } catch (error) {
    if (!violates(error, 'page_hosts_host_key')) throw error;
    throw new Problem('already_exists', 'One of these host names is another brand’s. Leave it away, or have it given up there first.');
  }
}

/** Changes what is named. Problems: not_found, validation_failed (contrast_too_low, host_of_installation), already_exists. */
export async function changeLook(deed: Deed, brandId: string, change: LookChange, publicUrl: string): Promise<Look> {
  await readBrand(deed, brandId);
  const { accent, privacy, pageHosts } = change;
  if (accent !== undefined && accent !== null) refuseUnreadable(accent);
  await store.change(deed.trx, brandId, deed.now, {
    ...(accent === undefined ? {} : { accent_light: accent?.light ?? null, accent_dark: accent?.dark ?? null }),
    ...(privacy === undefined ? {} : { privacy: JSON.stringify(privacy ?? {}) }),
  });
  if (pageHosts !== undefined) {
    refuseHouse(deed, pageHosts, publicUrl);
    await takeHosts(deed, brandId, pageHosts);
  }
  return readLook(deed, brandId, publicUrl);
}

/** A logo as it is kept. */
export interface PreparedLogo {
  type: string;
  width: number;
  height: number;
  bytes: Buffer;
}

/** Cleans a logo and scales it down. Problems: file_type_unknown, file_type_differs, file_unreadable, picture_too_large, file_too_large. */
export async function prepareLogo(received: Received): Promise<PreparedLogo> {
  const type = typeOf(received);
  if (type === 'application/pdf') throw new Problem('file_type_unknown', 'Send the logo as a JPEG, PNG or WebP picture.');
  const cleaned = cleanedPath(received.path);
  const { width, height } = await cleanPicture(received.path, cleaned, type, LOGO.box);
  const bytes = await readFile(cleaned);
  if (bytes.length > LOGO.kept) {
    const detail = `Scaled into ${LOGO.box.width} × ${LOGO.box.height} pixels the logo takes ${bytes.length} bytes; every page carries it, so ${LOGO.kept} are the most. Send a plainer one, or a WebP.`;
    throw new Problem('file_too_large', detail);
  }
  return { type, width, height, bytes };
}

/** Sets the logo; null takes it away. Problem: not_found. */
export async function setLogo(deed: Deed, brandId: string, logo: PreparedLogo | null, publicUrl: string): Promise<Look> {
  await readBrand(deed, brandId);
  await store.change(deed.trx, brandId, deed.now, {
    logo: logo?.bytes ?? null,
    logo_hash: logo === null ? null : createHash('sha256').update(logo.bytes).digest('base64url').slice(0, 22),
    logo_type: logo?.type ?? null,
    logo_width: logo?.width ?? null,
    logo_height: logo?.height ?? null,
  });
  return readLook(deed, brandId, publicUrl);
}
