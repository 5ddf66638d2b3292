// A brand of which nothing matters but that it is there, made by the use cases that make brands: what benches and gates begin with.
import { createBrand } from '#access/manage-brands.ts';
import { createKey } from '#access/manage-keys.ts';
import { asSystem } from '#access/perform.ts';
import { openCenter } from '#service-centers/manage-centers.ts';
import type { Services } from '#services.ts';

/** Opens a brand that answers a serial alone; answers its id. */
export async function openBrand(services: Services, slug = 'bench'): Promise<string> {
  const said = { slug, name: slug, lookupMode: 'open', locale: 'en', timeZone: 'UTC', contactLine: 'nobody' } as const;
  return (await asSystem(services, '*', (deed) => createBrand(deed, said))).id;
}

/** Opens another center of a brand, by a code of its own; answers its id. */
export async function openCenterOf(services: Services, brandId: string, code = 'C1'): Promise<string> {
  const where = { phone: '1', address: 'Here', locale: 'en', timeZone: 'UTC' } as const;
  return (await asSystem(services, brandId, (deed) => openCenter(deed, { code, name: `Center ${code}`, kind: 'own', ...where }))).id;
}

/** A key for a brand, or for one center of it. */
export const keyOf = async (services: Services, brandId: string, centerId?: string): Promise<string> =>
  (
    await asSystem(services, brandId, (deed) =>
      createKey(deed, centerId === undefined ? { kind: 'brand', name: 'bench' } : { kind: 'center', name: 'bench', centerId }),
    )
  ).key;

/** A brand with one center, and the key of that. */
export interface Counter {
  brandId: string;
  centerId: string;
  key: string;
}

/** Opens all three. */
export async function openCounter(services: Services, slug?: string): Promise<Counter> {
  const brandId = await openBrand(services, slug);
  const centerId = await openCenterOf(services, brandId);
  return { brandId, centerId, key: await keyOf(services, brandId, centerId) };
}
