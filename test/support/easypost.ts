// EasyPost as a carrier: pushes of our own making in the documented form, signed the way EasyPost signs them.
import { createHmac, randomUUID } from 'node:crypto';

/** One row of a tracker's history. */
export interface Row {
  status: 'pre_transit' | 'in_transit' | 'out_for_delivery' | 'delivered' | 'available_for_pickup' | 'return_to_sender' | 'failure' | 'unknown';
  detail: string;
  message: string;
  /** When it was scanned. */
  at: Date;
  city?: string;
}

/** A `tracker.updated` event: EasyPost repeats the whole history with every push, oldest first. */
export function trackerUpdated(waybill: string, rows: readonly Row[], eta: Date | null = null): string {
  const last = rows.at(-1);
  const now = new Date().toISOString();
  return JSON.stringify({
    id: `evt_${randomUUID().replaceAll('-', '')}`,
    object: 'Event',
    created_at: now,
    updated_at: now,
    description: 'tracker.updated',
    mode: 'production',
    previous_attributes: { status: rows.at(-2)?.status ?? 'unknown' },
    pending_urls: [],
    completed_urls: [],
    result: {
      id: `trk_${waybill.toLowerCase()}`,
      object: 'Tracker',
      mode: 'production',
      tracking_code: waybill,
      status: last?.status ?? 'unknown',
      status_detail: last?.detail ?? 'unknown',
      created_at: now,
      updated_at: last?.at.toISOString() ?? now,
      signed_by: null,
      weight: 17.6,
      est_delivery_date: eta?.toISOString() ?? null,
      shipment_id: null,
      carrier: 'UPS',
      tracking_details: rows.map((row) => ({
        object: 'TrackingDetail',
        message: row.message,
        description: '',
        status: row.status,
        status_detail: row.detail,
        datetime: row.at.toISOString().replace(/\.\d+Z/, 'Z'),
        source: 'UPS',
        carrier_code: '',
        tracking_location: {
          object: 'TrackingLocation',
          city: row.city ?? null,
          state: null,
          country: row.city === undefined ? null : 'CN',
          zip: null,
        },
      })),
      finalized: last?.status === 'delivered',
      is_return: false,
    },
  });
}

/** The header of signature v1: HMAC-SHA256 over the raw body, keyed with the NFKD form of the secret. */
export const signature = (secret: string, body: string): string =>
  `hmac-sha256-hex=${createHmac('sha256', secret.normalize('NFKD')).update(body).digest('hex')}`;
