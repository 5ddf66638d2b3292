// From which network a consent by link came, as a keyed hash: enough to compare, nothing to find a person by.
import { networkOf } from '#platform/http/network.ts';
import type { Seal } from '#platform/seal.ts';

/** What a decision by link is recorded with. */
export const evidenceOf = (seal: Seal, address: string): string => `network:${seal.hash('log', networkOf(address)).toString('hex', 0, 8)}`;
