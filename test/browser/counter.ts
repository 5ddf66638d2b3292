// One service center as its customers of one language meet it: the words that it writes, and repairs opened at its counter.
import { type Api, expected, type Schemas, step, type Ticket } from '../client/client.ts';
import { agreed, customer, freshSerial, offer } from '../support/samples.ts';
import type { Scene } from '../support/scene.ts';
import { openShop, type Shop } from '../support/shop.ts';

type Locale = Schemas['Locale'];

/** What people write into a ticket, by language. */
export const written = {
  en: {
    brand: { name: 'Aurora', contactLine: '+86 400 000 0000, daily 9:00–18:00' },
    center: { name: "Aurora Shanghai Jing'an", address: '88 Nanjing Road, Shanghai' },
    device: { kind: 'phone', maker: 'Aurora', model: 'A5' },
    fault: 'Battery is empty by noon, and the phone becomes warm while it charges.',
    accessories: [
      { type: 'Charger', quantity: 1 },
      { type: 'Case, blue', quantity: 1 },
    ],
    lines: ['Battery, original', 'Fitting and test', 'Autumn discount', 'Charging port'],
    moved: 'The battery comes from another warehouse. We are sorry that you have to wait.',
    note: 'The battery was swollen.\nYour data is safe: the storage is not touched by this repair.',
    hold: 'The lock is still on; we tried on Monday morning.',
    why: 'Water has reached the board, and the maker does not supply it any more.',
    photos: ['As it came in', 'The old battery'],
  },
  'zh-CN': {
    brand: { name: '极光', contactLine: '400-000-0000，每天 9:00–18:00' },
    center: { name: '极光上海静安服务中心', address: '上海市静安区南京西路 88 号' },
    device: { kind: 'phone', maker: '极光', model: 'A5' },
    fault: '电池不耐用，中午就没电，充电时机身发热。',
    accessories: [
      { type: '充电器', quantity: 1 },
      { type: '蓝色保护壳', quantity: 1 },
    ],
    lines: ['原装电池', '更换与检测', '秋季优惠', '充电接口'],
    moved: '电池从外地仓库调货，让您久等了，非常抱歉。',
    note: '电池已经鼓包。\n您的数据是安全的，这次维修不涉及存储。',
    hold: '设备锁仍未关闭，我们周一上午试过。',
    why: '主板进水，厂家已不再供应该主板。',
    photos: ['收到时的样子', '换下的旧电池'],
  },
} as const satisfies Record<Locale, object>;

/** The words of one language. */
export type Written = (typeof written)[Locale];

/** A counter where repairs are opened. */
export interface Counter {
  scene: Scene;
  shop: Shop;
  locale: Locale;
  words: Written;
  center: Api;
  offer: Schemas['QuoteOffer'];
  /** A repair that has not begun; the address of its customer is new. */
  open(more?: Partial<Schemas['TicketInput']>): Promise<Ticket>;
  /** Its customer's link, made anew. */
  linkOf(ticket: { id: string }): Promise<string>;
  read(ticket: { id: string }): Promise<Ticket>;
}

/** Opens a brand with a center whose people speak this language. */
export async function openCounter(scene: Scene, locale: Locale, lookupMode: Schemas['LookupMode'] = 'open'): Promise<Counter> {
  const words = written[locale];
  const shop = await openShop({ ...scene, lookupMode, brand: { ...words.brand, locale }, center: { ...words.center, locale } });
  const { center } = shop;
  const [part = '', labor = '', discount = ''] = words.lines;
  const { lines } = offer();
  return {
    scene,
    shop,
    locale,
    words,
    center,
    offer: { ...offer(), lines: lines.map((line, index) => ({ ...line, text: [part, labor, discount][index] ?? '' })) },
    async open(more = {}) {
      const body: Schemas['TicketInput'] = {
        channel: 'mail_in',
        device: { ...words.device, serial: freshSerial() },
        contact: { ...customer('shown'), locale },
        faultReported: words.fault,
        returnMethod: 'ship',
        jurisdiction: 'CN',
        ...more,
      };
      return expected(center.POST('/v1/tickets', { body }), 201);
    },
    async linkOf({ id }) {
      const { link } = await expected(center.POST('/v1/tickets/{ticketId}/link', { params: { path: { ticketId: id } } }), 201);
      return link;
    },
    read: ({ id }) => expected(center.GET('/v1/tickets/{ticketId}', { params: { path: { ticketId: id } } }), 200),
  };
}

/** Opens it with what is agreed before a device travels. */
export const agreedOn = (counter: Counter, ticket: Ticket): Promise<Ticket> => step(counter.center, ticket, 'intake.open', agreed());
