// The recorded pushes of carriers that lie beside the project, with the note that says how each must be read.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { wire } from './carrier-wires.ts';

/** Where they lie; not part of the project, because they are other people's words. */
export const folder = path.resolve(import.meta.dirname, '../../../shared/fixtures/carriers');
export const isThere = existsSync(folder);

interface Meta {
  kind: 'webhook' | 'webhook_param' | 'webhook_field' | 'tracker_object' | 'track_object' | 'api_response' | 'route_query_response';
  bytes: number;
  sha256: string;
  secret: string | null;
  signature: { header: string; value: string; verified: boolean } | null;
  derived_signature?: Partial<Record<'secret' | 'key' | 'salt' | 'appkey' | 'header' | 'value' | 'sign' | 'DataSign_before_url_encoding', string>>;
  expected: {
    waybill: string | null;
    status_normalised: string | null;
    event_count: number;
    last_occurred_at: string | null;
    last_occurred_at_zone?: string;
    delivered_at?: string;
    status_time?: string;
    event_id?: string;
    opCode?: string;
    push_status?: 'polling' | 'shutdown' | 'abort';
    action?: string;
  };
}

/** One recorded body. */
export interface Recorded {
  carrier: string;
  name: string;
  meta: Meta;
  body: Buffer;
}

const namesIn = (at: string): string[] => (existsSync(at) ? readdirSync(at).toSorted() : []);

/** All of them, by carrier and name. */
export const recorded: readonly Recorded[] = namesIn(folder)
  .filter((carrier) => !carrier.endsWith('.md'))
  .flatMap((carrier) => {
    const files = namesIn(path.join(folder, carrier));
    const notes = files.filter((file) => file.endsWith('.meta.json'));
    return notes.map((note) => {
      const name = note.slice(0, -'.meta.json'.length);
      const file = files.find((one) => one !== note && one.startsWith(`${name}.`));
      if (file === undefined) throw new Error(`${carrier}/${name} has a note and no body`);
      const meta = JSON.parse(readFileSync(path.join(folder, carrier, note), 'utf8')) as Meta;
      return { carrier, name, meta, body: readFileSync(path.join(folder, carrier, file)) };
    });
  });

/** The bytes as they came over the wire: what was recorded without its envelope is put back into it. */
export function wrapped({ carrier, meta, body }: Pick<Recorded, 'carrier' | 'meta' | 'body'>): Buffer {
  const { derived_signature: derived } = meta;
  if (meta.kind === 'webhook_param') return wire('kuaidi100', body, derived?.salt ?? '', new Date(0)).body;
  if (meta.kind === 'webhook_field') return wire('kdniao', body, 'made up', new Date(0)).body;
  if (meta.kind === 'track_object') return Buffer.from(`{"event":"track_updated","data":${body.toString()}}`);
  if (meta.kind === 'tracker_object') return Buffer.from(`{"description":"tracker.updated","result":${body.toString()}}`);
  const computed = derived?.DataSign_before_url_encoding;
  if (carrier !== 'kdniao' || computed === undefined) return body;
  // The key that signed it was a customer's own: the signature that was computed takes its place, all other bytes stay.
  return Buffer.from(body.toString().replace(/^DataSign=[^&]*/, `DataSign=${encodeURIComponent(computed)}`));
}
