// Under which key the bytes of a file lie: by tenant, ticket and file, so that a copy of one tenant's files is a copy of one folder.

/** A file, wherever it is. */
export interface Place {
  brandId: string;
  ticketId: string;
  fileId: string;
}

const form = /^(brd_[0-9a-z]{26})\/(tkt_[0-9a-z]{26})\/(fil_[0-9a-z]{26})(\.[0-9a-f-]{36}\.part)?$/;

/** The key of a file's bytes. */
export const keyOf = ({ brandId, ticketId, fileId }: Place): string => `${brandId}/${ticketId}/${fileId}`;

/** Reads a key; null where it is none of ours. `whole: false` is a copy that was never finished. */
export function readKey(key: string): (Place & { whole: boolean }) | null {
  const [, brandId, ticketId, fileId, part] = form.exec(key) ?? [];
  if (brandId === undefined || ticketId === undefined || fileId === undefined) return null;
  return { brandId, ticketId, fileId, whole: part === undefined };
}
