// Pushes of outside systems, right in everything: a carrier's scans, and a provider's receipts.
import { newId } from '#platform/id.ts';
import { carrierPush } from './carrier-push.ts';
import type { Operation } from './contract.ts';
import type { World } from './world.ts';

/** What makes the provider known whose receipts are brought here. */
export const receiptSettings = { ALIYUN_RECEIPTS_TOKEN: 'for-tests-only-and-long-enough' };

/** What a push adds to a call. */
export interface RightPush {
  payload: string;
  query: string;
  headers: Record<string, string>;
}

const receipts = (): RightPush => ({
  payload: JSON.stringify([{ success: true, err_code: 'DELIVERED', out_id: newId('message') }]),
  query: `?token=${receiptSettings.ALIYUN_RECEIPTS_TOKEN}`,
  headers: { 'content-type': 'application/json' },
});

/** The push that this operation takes; null where it takes none. */
export function pushOf({ name }: Operation, world: World): RightPush | null {
  if (name === 'receiveCarrierEvents') return { ...carrierPush(world, world.waybill), query: `?account=${world.parameters['accountId']}` };
  return name === 'takeReceipts' ? receipts() : null;
}

/** Operations whose body is bytes in whatever form the sender has. */
export const takesPushes: ReadonlySet<string> = new Set(['receiveCarrierEvents', 'takeReceipts']);
