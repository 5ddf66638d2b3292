// Gives tickets from before there were links theirs: a migration cannot, because the secrets are not in the database.
import { asSystem } from '#access/perform.ts';
import type { Services } from '#services.ts';
import { linkHash } from './link.ts';
import { withoutLink, writeHashes } from './link-store.ts';

/** Writes the missing hashes, in batches that hold no long lock; answers how many. With none missing it is one look at an index. */
export async function giveLinks(services: Services, batch = 1_000): Promise<number> {
  let given = 0;
  for (;;) {
    const some = await asSystem(services, '*', async (deed) => {
      const missing = await withoutLink(deed, batch);
      if (missing.length > 0) {
        await writeHashes(
          deed,
          missing.map((linked) => ({ ...linked, hash: linkHash(deed.seal, linked) })),
        );
      }
      return missing.length;
    });
    given += some;
    if (some < batch) return given;
  }
}
