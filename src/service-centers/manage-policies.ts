// Policies: said by the brand for all its centers or for one; every change is a new version, and the old ones stay.
import type { Deed } from '#access/deed.ts';
import { readCenter } from './manage-centers.ts';
import { filled, housePolicy, type Policy, type PolicyChange, type PolicyInForce } from './policy.ts';
import { add, EVERY_CENTER, latest, lockPolicies, type PolicyRow } from './policy-store.ts';

const view = (row: PolicyRow | undefined): PolicyInForce =>
  row === undefined
    ? { of: 'house', version: 0, effectiveAt: null, policy: housePolicy }
    : {
        of: row.center_id === EVERY_CENTER ? 'brand' : 'center',
        version: row.version,
        effectiveAt: row.effective_at.toISOString(),
        policy: filled(row.body as Partial<Policy>),
      };

/** The policy of a brand's centers. */
export async function readPolicy(deed: Deed): Promise<PolicyInForce> {
  return view(await latest(deed, EVERY_CENTER));
}

/** The policy a center works by: its own, else the brand's. A center key reads its own. Problem: not_found. */
export async function readCenterPolicy(deed: Deed, centerId: string): Promise<PolicyInForce> {
  await readCenter(deed, centerId);
  return view((await latest(deed, centerId)) ?? (await latest(deed, EVERY_CENTER)));
}

/** Changes the policy of the brand's centers. Centers with one of their own keep it; clocks that run keep theirs. */
export async function changePolicy(deed: Deed, change: PolicyChange): Promise<PolicyInForce> {
  await lockPolicies(deed);
  return view(await nextVersion(deed, EVERY_CENTER, await latest(deed, EVERY_CENTER), change));
}

/** Gives a center a policy of its own, or changes it; it starts from the one the center works by. Problem: not_found. */
export async function changeCenterPolicy(deed: Deed, centerId: string, change: PolicyChange): Promise<PolicyInForce> {
  await readCenter(deed, centerId);
  await lockPolicies(deed);
  return view(await nextVersion(deed, centerId, (await latest(deed, centerId)) ?? (await latest(deed, EVERY_CENTER)), change));
}

function nextVersion(deed: Deed, centerId: string, base: PolicyRow | undefined, { checklists, ...change }: PolicyChange): Promise<PolicyRow> {
  const before = view(base).policy;
  const said = Object.fromEntries(Object.entries(checklists ?? {}).filter(([, items]) => items !== undefined));
  const body = { ...before, ...change, checklists: { ...before.checklists, ...said } };
  return add(deed, centerId, base?.center_id === centerId ? base.version + 1 : 1, body);
}
