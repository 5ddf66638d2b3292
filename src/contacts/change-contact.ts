// Corrects a contact: what changes, and where it was reached until now.
import type { Deed } from '#access/deed.ts';
import { newId } from '#platform/id.ts';
import type { Seal } from '#platform/seal.ts';
import { addressHash } from './address.ts';
import { type ContactChange, type ContactRow, Way } from './contact.ts';
import { type ContactColumns, updateContact } from './store.ts';

/** Where a contact was reached until now. */
export interface Former {
  id: string;
  way: Way;
  address: string;
}

interface Addressed {
  email?: string | null | undefined;
  phone?: string | null | undefined;
  wechatOpenid?: string | null | undefined;
}

/** The hashes that are kept beside the addresses. */
export const hashesOf = (seal: Seal, { email, phone, wechatOpenid }: Addressed) => ({
  email_hash: email ? addressHash(seal, 'email', email) : null,
  phone_hash: phone ? addressHash(seal, 'sms', phone) : null,
  wechat_hash: wechatOpenid ? addressHash(seal, 'wechat', wechatOpenid) : null,
});

const known = (row: Pick<ContactRow, 'email' | 'phone' | 'wechatOpenid'>): Record<Way, string | null> => ({
  email: row.email,
  sms: row.phone,
  wechat: row.wechatOpenid,
});

/** Writes the change; answers the contact as it is then, by which ways it is reached elsewhere now, and the addresses that are not its own any more. */
export async function changeContact(
  deed: Deed,
  contactId: string,
  before: ContactRow,
  change: ContactChange,
): Promise<{ row: ContactRow; moved: Way[]; former: Former[] }> {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<ContactRow>;
  const row: ContactRow = { ...before, ...given, optedOut: [...new Set(given.optedOut ?? before.optedOut)] };
  const [was, is] = [known(before), known(row)];
  const moved = Way.options.filter((way) => spelled(deed.seal, way, was[way]) !== spelled(deed.seal, way, is[way]));
  const former = moved.flatMap((way) => {
    const address = was[way];
    return address === null ? [] : [{ id: newId('formerAddress', deed.now.getTime()), way, address }];
  });
  const columns: ContactColumns = {
    name: row.name,
    phone: row.phone,
    email: row.email,
    address: row.address,
    locale: row.locale,
    time_zone: row.timeZone,
    wechat_openid: row.wechatOpenid,
    opted_out: row.optedOut,
    quiet_hours: row.quietHours === null ? null : JSON.stringify(row.quietHours),
    ...hashesOf(deed.seal, row),
  };
  await updateContact(deed, contactId, columns, former);
  return { row, moved, former };
}

const spelled = (seal: Seal, way: Way, address: string | null): string | null => address && addressHash(seal, way, address).toString('hex');
