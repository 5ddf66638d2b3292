// Registers a brand's account at a carrier, and lists them.
import type { Deed } from '#access/deed.ts';
import { type Page, page, readCursor } from '#platform/http/page.ts';
import { newId } from '#platform/id.ts';
import { type AccountRow, accounts, insertAccount } from './accounts-store.ts';
import type { CarrierAccountInput, CarrierAccountView } from './carrier-account.ts';

const accountView = ({ id, carrier, name, createdAt }: AccountRow): CarrierAccountView => ({
  id,
  carrier,
  name,
  webhookPath: `/v1/carriers/${carrier}/events?account=${id}`,
  createdAt: createdAt.toISOString(),
});

/** Keeps the secret sealed; nobody reads it again but the check of a signature. */
export async function registerCarrierAccount(deed: Deed, { carrier, name, webhookSecret }: CarrierAccountInput): Promise<CarrierAccountView> {
  const row = { id: newId('carrierAccount', deed.now.getTime()), carrier, name, createdAt: deed.now };
  await insertAccount(deed, { ...row, sealedSecret: deed.seal.seal(webhookSecret) });
  return accountView(row);
}

/** The brand's accounts, oldest first. Problem: cursor_invalid. */
export async function findCarrierAccounts(deed: Deed, query: { limit: number; cursor?: string | undefined }): Promise<Page<CarrierAccountView>> {
  const scope = { list: 'carrier-accounts', brandId: deed.brandId, filter: {} };
  const after = readCursor(deed.seal, scope, query.cursor);
  const rows = await accounts(deed, String(after?.[0] ?? ''), query.limit + 1);
  return page(deed.seal, scope, rows, query.limit, ({ id }) => [id], accountView);
}
