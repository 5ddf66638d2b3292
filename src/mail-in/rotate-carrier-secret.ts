// Changes what a carrier signs with while it goes on sending: the secret before stays live beside the new one, for a week or until it is retired.
import type { Deed } from '#access/deed.ts';
import { changeAccount } from './accounts-store.ts';
import type { CarrierAccountView, CarrierAccountWithSecret, CarrierSecretInput } from './carrier-account.ts';
import { accountInHand, accountView, newCarrierSecret, noFormer } from './register-carrier-account.ts';

/** Longer than any provider goes on repeating a push (AfterShip: about three days). */
const FORMER_MS = 7 * 24 * 3_600_000;

/**
 * Gives an account a new secret, made here where none is given; the one before is taken for seven days, an older one not any more. The
 * secret it has already changes nothing, so that a repeated call cannot end the one before. Problem: not_found.
 */
export async function rotateCarrierSecret(deed: Deed, accountId: string, input: CarrierSecretInput): Promise<CarrierAccountWithSecret> {
  const { seal, now } = deed;
  const before = await accountInHand(deed, accountId);
  const webhookSecret = input.webhookSecret ?? newCarrierSecret();
  if (seal.open(before.sealedSecret, before.keyId) === webhookSecret) return { ...accountView(deed, before), webhookSecret };
  const former = { formerSecret: before.sealedSecret, formerKeyId: before.keyId, formerUntil: new Date(now.getTime() + FORMER_MS) };
  const after = { ...before, ...former, sealedSecret: seal.seal(webhookSecret), keyId: seal.keyId };
  await changeAccount(deed, after);
  return { ...accountView(deed, after), webhookSecret };
}

/** Ends a rotation: only the newest secret proves a push from now on. Problem: not_found. */
export async function retireCarrierSecret(deed: Deed, accountId: string): Promise<CarrierAccountView> {
  const after = { ...(await accountInHand(deed, accountId)), ...noFormer };
  await changeAccount(deed, after);
  return accountView(deed, after);
}
