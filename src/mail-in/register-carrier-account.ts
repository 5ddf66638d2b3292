// Registers a brand's account at a carrier, changes it, and lists them.
import { randomBytes } from 'node:crypto';
import type { Deed } from '#access/deed.ts';
import { type Page, pageById, readCursor } from '#platform/http/page.ts';
import { newId } from '#platform/id.ts';
import type { Seal } from '#platform/seal.ts';
import { Problem } from '#problems.ts';
import { type AccountRow, accounts, changeAccount, type FormerSecret, insertAccount, lockAccount } from './accounts-store.ts';
import type { CarrierAccountChange, CarrierAccountInput, CarrierAccountView } from './carrier-account.ts';
import { carriers } from './carriers/carriers.ts';
import { addressKey } from './carriers/proof.ts';

/** An account as it is shown at this time. */
export const accountView = ({ seal, now }: Pick<Deed, 'seal' | 'now'>, row: AccountRow): CarrierAccountView => {
  const { id, carrier, name, codes, timeZone, createdAt, formerUntil } = row;
  // The key in the address does the work of a signature, so whoever manages the account can read it again.
  const key = carriers.get(carrier)?.proof === 'signature' ? '' : `&key=${addressKey(seal.open(row.sealedSecret, row.keyId))}`;
  const webhookPath = `/v1/carriers/${carrier}/events?account=${id}${key}`;
  const formerSecretUntil = formerUntil !== null && formerUntil > now ? formerUntil.toISOString() : null;
  const hasApiKey = row.sealedApiKey !== null;
  return { id, carrier, name, webhookPath, formerSecretUntil, hasApiKey, codes, timeZone, createdAt: createdAt.toISOString() };
};

/** A secret of our own making. */
export const newCarrierSecret = (): string => randomBytes(32).toString('base64url');

/** An account with one secret only. */
export const noFormer: FormerSecret = { formerSecret: null, formerKeyId: null, formerUntil: null };

const sealedKey = (seal: Seal, apiKey: string | null): Pick<AccountRow, 'sealedApiKey' | 'apiKeyId'> =>
  apiKey === null ? { sealedApiKey: null, apiKeyId: null } : { sealedApiKey: seal.seal(apiKey), apiKeyId: seal.keyId };

/** Keeps the secrets sealed; nobody reads them again but the check of a push and the question to the carrier. */
export async function registerCarrierAccount(deed: Deed, input: CarrierAccountInput): Promise<CarrierAccountView> {
  const { carrier, name, codes = {}, timeZone = null } = input;
  const row: AccountRow = {
    id: newId('carrierAccount', deed.now.getTime()),
    carrier,
    name,
    sealedSecret: deed.seal.seal(input.webhookSecret ?? newCarrierSecret()),
    keyId: deed.seal.keyId,
    ...noFormer,
    ...sealedKey(deed.seal, input.apiKey ?? null),
    codes,
    timeZone,
    createdAt: deed.now,
  };
  await insertAccount(deed, row);
  return accountView(deed, row);
}

/** One account of the brand, locked: two rotations at once would lose a secret. Problem: not_found. */
export async function accountInHand(deed: Deed, accountId: string): Promise<AccountRow> {
  const row = await lockAccount(deed, accountId);
  if (row === undefined) throw new Problem('not_found', 'There is no such carrier account of this brand. Check the id.');
  return row;
}

/**
 * Changes what is sent. A new secret counts at once and alone, and with it a new address where the address is the secret.
 * Problems: not_found, validation_failed.
 */
export async function changeCarrierAccount(deed: Deed, accountId: string, change: CarrierAccountChange): Promise<CarrierAccountView> {
  const before = await accountInHand(deed, accountId);
  const { name = before.name, codes = before.codes, timeZone = before.timeZone, webhookSecret, apiKey } = change;
  if (typeof apiKey === 'string' && carriers.get(before.carrier)?.inquiry === undefined) {
    throw new Problem('validation_failed', `We cannot ask ${before.carrier}: leave apiKey away.`, {
      errors: [{ in: 'body', pointer: '/apiKey', code: 'of_no_use' }],
    });
  }
  const secret = webhookSecret === undefined ? {} : { sealedSecret: deed.seal.seal(webhookSecret), keyId: deed.seal.keyId, ...noFormer };
  const key = apiKey === undefined ? {} : sealedKey(deed.seal, apiKey);
  const after: AccountRow = { ...before, name, codes, timeZone, ...secret, ...key };
  await changeAccount(deed, after);
  return accountView(deed, after);
}

/** The brand's accounts, oldest first. Problem: cursor_invalid. */
export async function findCarrierAccounts(deed: Deed, query: { limit: number; cursor?: string | undefined }): Promise<Page<CarrierAccountView>> {
  const scope = { list: 'carrier-accounts', brandId: deed.brandId, filter: {} };
  const after = readCursor(deed.seal, scope, query.cursor);
  const rows = await accounts(deed, String(after?.[0] ?? ''), query.limit + 1);
  return pageById(deed.seal, scope, rows, query.limit, (row) => accountView(deed, row));
}
