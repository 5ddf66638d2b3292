// Fills a brand-new embedded database with a demo brand, through the same use cases that callers reach.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Deed } from '#access/deed.ts';
import { createBrand } from '#access/manage-brands.ts';
import { createAdminKey, createKey } from '#access/manage-keys.ts';
import { asSystem } from '#access/perform.ts';
import { openCenter } from '#service-centers/manage-centers.ts';
import type { Services } from '#services.ts';
import { advanceTicket } from '#tickets/advance-ticket.ts';
import { openTicket } from '#tickets/open-ticket.ts';
import { demoTickets } from './demo-tickets.ts';

/** What the start prints, and keeps in a file beside the data: of keys the database holds hashes only. */
export interface Demo {
  brand: { id: string; name: string };
  keys: { name: string; key: string }[];
  serials: { serial: string; what: string; code: string }[];
}

const HOUR_MS = 3_600_000;

const centers = {
  shanghai: {
    code: 'SHA-01',
    name: 'Aurora Service Shanghai',
    kind: 'own',
    phone: '021-6000-0000',
    address: '上海市黄浦区南京东路1号',
    locale: 'zh-CN',
    timeZone: 'Asia/Shanghai',
  },
  berlin: {
    code: 'BER-01',
    name: 'Aurora Service Berlin',
    kind: 'authorized',
    phone: '+49 30 6000 000',
    address: 'Friedrichstraße 1, 10117 Berlin',
    locale: 'en',
    timeZone: 'Europe/Berlin',
  },
} as const;

/** What the file holds; null where it is not there, or is none of ours. */
function kept(file: string): Demo | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Demo;
  } catch {
    return null;
  }
}

/** Whole or not at all, also where the process is killed. */
function keep(file: string, demo: Demo): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/**
 * Makes the demo where the database has no brand yet, all of it or nothing, and remembers the keys in `file` (0600).
 * Answers what the file holds; null where the brands are somebody's own, or the file is not of this database.
 */
export function seedOnce(services: Services, file: string): Promise<Demo | null> {
  return asSystem(services, '*', async (deed) => {
    const some = await deed.trx.selectFrom('brands').select('brand_id').limit(1).executeTakeFirst();
    if (some === undefined) {
      const demo = await seed(deed);
      // Before the commit: the keys of a demo that is there are nowhere else, and a file without its demo is written anew.
      keep(file, demo);
      return demo;
    }
    const demo = kept(file);
    const own = await deed.trx
      .selectFrom('brands')
      .select('brand_id')
      .where('brand_id', '=', demo?.brand?.id ?? '')
      .executeTakeFirst();
    return own === undefined ? null : demo;
  });
}

async function seed(installation: Deed): Promise<Demo> {
  const brand = await createBrand(installation, {
    slug: 'aurora',
    name: 'Aurora',
    lookupMode: 'open',
    locale: 'zh-CN',
    timeZone: 'Asia/Shanghai',
    contactLine: '400-820-0000, daily 9:00–18:00',
  });
  const deed: Deed = { ...installation, brandId: brand.id };
  const shanghai = await openCenter(deed, centers.shanghai);
  const berlin = await openCenter(deed, centers.berlin);
  const admin = await createAdminKey(installation, { name: 'Demo: admin' });
  const keys = {
    brand: await createKey(deed, { kind: 'brand', name: 'Demo: brand' }),
    shanghai: await createKey(deed, { kind: 'center', name: 'Demo: center Shanghai', centerId: shanghai.id }),
    berlin: await createKey(deed, { kind: 'center', name: 'Demo: center Berlin', centerId: berlin.id }),
    courier: await createKey(deed, { kind: 'courier', name: 'Demo: courier' }),
  };
  const serials: Demo['serials'] = [];
  for (const ticket of demoTickets) {
    const key = keys[ticket.center];
    const actor: Deed['actor'] = { kind: 'center', id: key.id, brandId: brand.id, centerId: key.centerId, scopes: new Set(key.scopes) };
    const code = await play({ ...deed, actor }, ticket);
    const serial = ticket.input.device.serial;
    if (ticket.tryIt !== undefined && serial !== undefined) serials.push({ serial, what: ticket.tryIt, code });
  }
  const shown = [
    { name: 'admin', key: admin.key },
    { name: 'brand', key: keys.brand.key },
    { name: 'center Shanghai', key: keys.shanghai.key },
    { name: 'center Berlin', key: keys.berlin.key },
    { name: 'courier', key: keys.courier.key },
  ];
  return { brand: { id: brand.id, name: brand.name }, keys: shown, serials };
}

/** Opens the ticket in the past and walks it to now; answers its code. */
async function play(deed: Deed, ticket: (typeof demoTickets)[number]): Promise<string> {
  const start = deed.now.getTime() - ticket.openedHoursAgo * HOUR_MS;
  const pace = (ticket.openedHoursAgo * HOUR_MS * 0.9) / ticket.steps.length;
  let view = await openTicket({ ...deed, now: new Date(start) }, ticket.input);
  for (const [index, step] of ticket.steps.entries()) {
    const at = new Date(start + (index + 1) * pace);
    const command = step({ at, quote: view.quote?.id ?? '' });
    view = await advanceTicket({ ...deed, now: at }, { ticketId: view.id, expectedVersion: view.version, command });
  }
  return view.code;
}
