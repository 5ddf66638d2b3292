// Registers a brand's account at a carrier, changes it, and lists them.
import { randomBytes } from 'node:crypto';
import type { Deed } from '#access/deed.ts';
import { type Page, page, readCursor } from '#platform/http/page.ts';
import { newId } from '#platform/id.ts';
import type { Seal } from '#platform/seal.ts';
import { Problem } from '#problems.ts';
import { type AccountRow, accounts, changeAccount, insertAccount, lockAccount } from './accounts-store.ts';
import type { CarrierAccountChange, CarrierAccountInput, CarrierAccountView } from './carrier-account.ts';
import { carriers } from './carriers/carriers.ts';
import { addressKey } from './carriers/proof.ts';

const accountView = (seal: Seal, row: AccountRow): CarrierAccountView => {
  const { id, carrier, name, codes, timeZone, createdAt } = row;
  // The key in the address does the work of a signature, so whoever manages the account can read it again.
  const key = carriers.get(carrier)?.proof === 'signature' ? '' : `&key=${addressKey(seal.open(row.sealedSecret, row.keyId))}`;
  const webhookPath = `/v1/carriers/${carrier}/events?account=${id}${key}`;
  return { id, carrier, name, webhookPath, hasApiKey: row.sealedApiKey !== null, codes, timeZone, createdAt: createdAt.toISOString() };
};

const sealedKey = (seal: Seal, apiKey: string | null): Pick<AccountRow, 'sealedApiKey' | 'apiKeyId'> =>
  apiKey === null ? { sealedApiKey: null, apiKeyId: null } : { sealedApiKey: seal.seal(apiKey), apiKeyId: seal.keyId };

/** Keeps the secrets sealed; nobody reads them again but the check of a push and the question to the carrier. */
export async function registerCarrierAccount(deed: Deed, input: CarrierAccountInput): Promise<CarrierAccountView> {
  const { carrier, name, codes = {}, timeZone = null } = input;
  const row: AccountRow = {
    id: newId('carrierAccount', deed.now.getTime()),
    carrier,
    name,
    sealedSecret: deed.seal.seal(input.webhookSecret ?? randomBytes(32).toString('base64url')),
    keyId: deed.seal.keyId,
    ...sealedKey(deed.seal, input.apiKey ?? null),
    codes,
    timeZone,
    createdAt: deed.now,
  };
  await insertAccount(deed, row);
  return accountView(deed.seal, row);
}

/** Changes what is sent. A new secret counts at once, and with it a new address where the address is the secret. Problems: not_found, validation_failed. */
export async function changeCarrierAccount(deed: Deed, accountId: string, change: CarrierAccountChange): Promise<CarrierAccountView> {
  const before = await lockAccount(deed, accountId);
  if (before === undefined) throw new Problem('not_found', 'There is no such carrier account of this brand. Check the id.');
  const { name = before.name, codes = before.codes, timeZone = before.timeZone, webhookSecret, apiKey } = change;
  if (typeof apiKey === 'string' && carriers.get(before.carrier)?.inquiry === undefined) {
    throw new Problem('validation_failed', `We cannot ask ${before.carrier}: leave apiKey away.`, {
      errors: [{ in: 'body', pointer: '/apiKey', code: 'of_no_use' }],
    });
  }
  const secret = webhookSecret === undefined ? {} : { sealedSecret: deed.seal.seal(webhookSecret), keyId: deed.seal.keyId };
  const key = apiKey === undefined ? {} : sealedKey(deed.seal, apiKey);
  const after: AccountRow = { ...before, name, codes, timeZone, ...secret, ...key };
  await changeAccount(deed, after);
  return accountView(deed.seal, after);
}

/** The brand's accounts, oldest first. Problem: cursor_invalid. */
export async function findCarrierAccounts(deed: Deed, query: { limit: number; cursor?: string | undefined }): Promise<Page<CarrierAccountView>> {
  const scope = { list: 'carrier-accounts', brandId: deed.brandId, filter: {} };
  const after = readCursor(deed.seal, scope, query.cursor);
  const rows = await accounts(deed, String(after?.[0] ?? ''), query.limit + 1);
  return page(
    deed.seal,
    scope,
    rows,
    query.limit,
    ({ id }) => [id],
    (row) => accountView(deed.seal, row),
  );
}
