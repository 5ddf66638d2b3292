// Brands: made by an admin, read and changed by an admin or by the brand itself.
import { violates } from '#platform/db/failures.ts';
import { type ListScope, type Page, page, readCursor } from '#platform/http/page.ts';
import { newId } from '#platform/id.ts';
import { Problem } from '#problems.ts';
import type { Brand, BrandChange, BrandInput } from './brand.ts';
import type { Deed } from './deed.ts';
import { type BrandRow, brandById, insertBrand, listBrands, updateBrand } from './store.ts';

/** SMS parts a ticket may cost where the brand has set nothing else (notifications §5.3). */
const SMS_BUDGET = 12;

const view = (row: BrandRow): Brand => ({
  id: row.brand_id,
  slug: row.slug,
  name: row.name,
  lookupMode: row.lookup_mode,
  locale: row.locale,
  timeZone: row.time_zone,
  contactLine: row.contact_line,
  smsBudget: row.sms_budget,
  sandbox: row.sandbox,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

const unknown = (): Problem => new Problem('not_found', 'No brand of yours has this id.');

/** Makes a brand, in a deed of the installation. Throws already_exists for a slug that is taken. */
export async function createBrand(deed: Deed, input: Omit<BrandInput, 'sandbox'> & { sandbox?: boolean }): Promise<Brand> {
  const row: BrandRow = {
    brand_id: newId('brand', deed.now.getTime()),
    slug: input.slug,
    name: input.name,
    lookup_mode: input.lookupMode,
    locale: input.locale,
    time_zone: input.timeZone,
    contact_line: input.contactLine,
    sms_budget: input.smsBudget ?? SMS_BUDGET,
    sandbox: input.sandbox ?? false,
    created_at: deed.now,
    updated_at: deed.now,
  };
  try {
    await insertBrand(deed.trx, row);
  } catch (error) {
    if (violates(error, 'brands_slug_key')) throw new Problem('already_exists', 'There is a brand with this slug. Choose another.');
    throw error;
  }
  return view(row);
}

/** Reads a brand; a brand key sees its own. Throws not_found. */
export async function readBrand(deed: Deed, brandId: string): Promise<Brand> {
  const row = deed.brandId === '*' || deed.brandId === brandId ? await brandById(deed.trx, brandId) : undefined;
  if (row === undefined) throw unknown();
  return view(row);
}

/** Changes a brand. Throws not_found. */
export async function changeBrand(deed: Deed, brandId: string, change: BrandChange): Promise<Brand> {
  if (deed.brandId !== '*' && deed.brandId !== brandId) throw unknown();
  const row = await updateBrand(deed.trx, brandId, {
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.lookupMode === undefined ? {} : { lookup_mode: change.lookupMode }),
    ...(change.locale === undefined ? {} : { locale: change.locale }),
    ...(change.timeZone === undefined ? {} : { time_zone: change.timeZone }),
    ...(change.contactLine === undefined ? {} : { contact_line: change.contactLine }),
    ...(change.smsBudget === undefined ? {} : { sms_budget: change.smsBudget }),
    updated_at: deed.now,
  });
  if (row === undefined) throw unknown();
  return view(row);
}

/** Lists brands from the newest. */
export async function findBrands(deed: Deed, query: { limit: number; cursor?: string | undefined }): Promise<Page<Brand>> {
  const scope: ListScope = { list: 'brands', brandId: deed.brandId, filter: {} };
  const from = readCursor(deed.seal, scope, query.cursor);
  const after = from === null ? null : { createdAt: new Date(String(from[0])), id: String(from[1]) };
  const rows = await listBrands(deed.trx, deed.brandId, query.limit + 1, after);
  return page(deed.seal, scope, rows, query.limit, (row) => [row.created_at.toISOString(), row.brand_id], view);
}
