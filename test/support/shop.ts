// A brand with its center, couriers, carrier account and partner, all made through the API: where every story begins.
import { type Api, expected, openClient, type Schemas } from '../client/client.ts';
import { type Row, signature, trackerUpdated } from './easypost.ts';
import { until } from './until.ts';
import type { WebhookSink } from './webhook-sink.ts';

/** A brand in business. */
export interface Shop {
  brandId: string;
  slug: string;
  centerId: string;
  brand: Api;
  center: Api;
  courier: Api;
  stranger: Api;
  /** The center's caller, where nobody watches. */
  quiet: Api;
  keys: Record<'brand' | 'center' | 'courier', string>;
  /** Pushes a tracker's history as EasyPost does; answers the status. */
  push(waybill: string, rows: readonly Row[]): Promise<number>;
  /** Pushes this very body, signed as `signed` where that is another. */
  pushBody(body: string, signed?: string): Promise<number>;
}

type Watched = (name: string) => (request: Request) => Promise<Response>;

interface Options {
  baseUrl: string;
  adminKey: string;
  lookupMode?: Schemas['LookupMode'];
  /** What the brand and its center are called, where that matters. */
  brand?: Partial<Schemas['BrandInput']>;
  center?: Partial<Schemas['ServiceCenterInput']>;
  /** Hears of everything of the brand. */
  partner?: WebhookSink;
  /** fetch for a caller of this name; the demo prints what it sees. */
  watched?: Watched;
}

let opened = 0;

async function newKey(admin: Api, brandId: string, body: Schemas['KeyInput']): Promise<string> {
  const made = await expected(admin.POST('/v1/keys', { headers: { 'Glassbench-Brand': brandId }, body }), 201);
  return made.key;
}

/** Opens an endpoint of the key's holder for this partner, and waits until its challenge was answered. */
export async function openPartner(api: Api, partner: WebhookSink, events: Schemas['WebhookEndpointInput']['events']): Promise<void> {
  const { id: endpointId, secret } = await expected(api.POST('/v1/webhook-endpoints', { body: { url: partner.url, events } }), 201);
  partner.trust(secret);
  const read = () => expected(api.GET('/v1/webhook-endpoints/{endpointId}', { params: { path: { endpointId } } }), 200);
  await until(async () => (await read()).state === 'active', 20_000);
}

/** Opens a shop. */
export async function openShop(options: Options): Promise<Shop> {
  const { baseUrl, adminKey, lookupMode = 'open', partner, watched = () => globalThis.fetch } = options;
  const admin = openClient(baseUrl, adminKey);
  opened += 1;
  const slug = `aurora-${process.pid}-${opened}`;
  const contactLine = '+86 400 000 0000, daily 9:00–18:00';
  const brand = await expected(
    admin.POST('/v1/brands', {
      body: { slug, name: 'Aurora', contactLine, lookupMode, locale: 'en', timeZone: 'Asia/Shanghai', ...options.brand },
    }),
    201,
  );
  const place = { phone: '+862112345678', address: '88 Nanjing Road, Shanghai', locale: 'en' as const, timeZone: 'Asia/Shanghai' };
  const inBrand = { 'Glassbench-Brand': brand.id };
  const center = await expected(
    admin.POST('/v1/service-centers', {
      headers: inBrand,
      body: { code: 'SHA1', name: "Aurora Shanghai Jing'an", kind: 'own', ...place, ...options.center },
    }),
    201,
  );
  const keys = {
    brand: await newKey(admin, brand.id, { kind: 'brand', name: 'Head office' }),
    center: await newKey(admin, brand.id, { kind: 'center', name: 'Front desk', centerId: center.id }),
    courier: await newKey(admin, brand.id, { kind: 'courier', name: 'Swift couriers' }),
  };
  const caller = (name: keyof typeof keys): Api => openClient(baseUrl, keys[name], watched(name));
  const shop = {
    brand: caller('brand'),
    center: caller('center'),
    courier: caller('courier'),
    stranger: openClient(baseUrl, null, watched('stranger')),
    quiet: openClient(baseUrl, keys.center),
    keys,
  };
  const webhookSecret = `carrier-${brand.id}-sécret`;
  const account = await expected(shop.brand.POST('/v1/carrier-accounts', { body: { carrier: 'easypost', name: 'EasyPost', webhookSecret } }), 201);
  if (partner !== undefined) {
    const events: Schemas['WebhookEndpointInput']['events'] = ['ticket.opened', 'ticket.advanced', 'shipment.updated', 'note.added'];
    await openPartner(shop.brand, partner, events);
  }
  const carrier = watched('carrier');
  const pushBody = async (body: string, signed = body): Promise<number> => {
    const headers = { 'content-type': 'application/json', 'x-hmac-signature': signature(webhookSecret, signed) };
    const answer = await carrier(new Request(`${baseUrl}${account.webhookPath}`, { method: 'POST', headers, body }));
    return answer.status;
  };
  return {
    brandId: brand.id,
    slug,
    centerId: center.id,
    ...shop,
    push: (waybill, rows) => pushBody(trackerUpdated(waybill, rows)),
    pushBody,
  };
}
