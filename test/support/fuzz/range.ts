// Where requests are fuzzed: an app of this process that listens, or one over the same database as a started API.
import type { TestApp } from '../app-over.ts';
import { passIn } from '../contract/link-calls.ts';
import { receiptSettings } from '../contract/pushes.ts';
import type { Callers } from '../contract/right-call.ts';
import { fill } from '../contract/world.ts';

/** Settings under which nothing but the request decides what is answered. */
export const fuzzSettings = { STREAM_SECONDS: '0.1', FILE_MAX_BYTES: '200000', ...receiptSettings };

/** A brand with one of everything, which nobody has touched. */
export async function freshCallers(app: TestApp): Promise<Callers> {
  const world = await fill(app, await app.addBrand());
  return { world, adminKey: app.adminKey, pass: await passIn({ ...app, brandId: world.brandId, keys: world.keys }) };
}
