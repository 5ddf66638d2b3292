// What the ticket search is asked in its bench, and how an answer is timed: one case in both databases by turns.
import type { FastifyInstance } from 'fastify';
import type { FilledBrand } from './fill.ts';

/** A database under measurement. */
export interface Side {
  app: FastifyInstance;
  now: Date;
  busy: FilledBrand;
  calm: FilledBrand;
}

/** Who asks: a key of the busy brand or of the calm one. */
type Asker = 'brand' | 'large' | 'small' | 'calm' | 'calm brand';

/** One case; `{serial}` and the like are filled in from another ticket every time. */
export interface Case {
  asker: Asker;
  query: string;
}

const rare = 'hold=legal_block';
const queries: Record<Asker, string[]> = {
  brand: [
    '',
    'limit=100',
    'serial={serial}',
    'imei={imei}',
    'code={code}',
    'waybill={waybill}',
    'serial={serial}&overdue=true',
    'waybill={waybill}&status=in_repair&hold=any',
    'status=received',
    'status=delivered',
    'status=in_repair&status=quoted&status=ready',
    'stage=repair',
    'stage=end',
    'centerId={small}',
    'centerId={small}&status=quality_check',
    'centerId={calm}&overdue=true',
    'updatedSince={hour}',
    'updatedSince={hour}&status=quality_check',
    'updatedSince={month}',
    'hold=any',
    'hold=payment',
    rare,
    'hold=payment&hold=legal_block&status=delivered',
    'hold=any&stage=intake',
    'hold=any&updatedSince={hour}',
    'overdue=true',
    'overdue=true&limit=100',
    'dueSoon=true',
    'stuck=true',
    'overdue=true&stuck=true',
    'overdue=true&hold=payment',
    `overdue=true&${rare}`,
    'overdue=true&hold=any&stuck=true',
    'overdue=true&status=quality_check',
    'overdue=true&updatedSince={hour}',
    'dueSoon=true&stuck=true',
    'dueSoon=true&hold=any',
    'dueSoon=true&stage=return&updatedSince={hour}',
    'stuck=true&hold=any',
    'stuck=true&status=received&status=approved',
    'stuck=true&updatedSince={hour}',
    'overdue=true&dueSoon=true',
  ],
  large: [
    '',
    'status=outbound_transit',
    'stage=repair&updatedSince={month}',
    'hold=any',
    rare,
    'hold=payment&status=quality_check',
    'overdue=true',
    'overdue=true&stuck=true',
    `overdue=true&${rare}`,
    'dueSoon=true&hold=tech_support',
    'stuck=true&stage=diagnosis',
    'stuck=true&hold=any',
  ],
  small: ['', 'status=ready', 'hold=any', 'overdue=true', 'dueSoon=true', 'stuck=true', 'overdue=true&status=in_repair&stuck=true'],
  calm: ['hold=any', 'overdue=true', 'dueSoon=true', 'stuck=true'],
  'calm brand': ['', 'hold=any', 'overdue=true', 'dueSoon=true', 'stuck=true', 'overdue=true&stuck=true', 'status=quality_check&overdue=true'],
};

export const cases: Case[] = (Object.keys(queries) as Asker[]).flatMap((asker) => queries[asker].map((query) => ({ asker, query })));

const HOUR_MS = 3_600_000;

function filledIn(side: Side, { asker, query }: Case, turn: number): string {
  const brand = asker === 'calm brand' ? side.calm : side.busy;
  const [, small = ''] = brand.centers;
  const sample = <K extends 'serial' | 'imei' | 'code' | 'waybill'>(name: K): string => {
    const known = brand.samples.flatMap((each) => each[name] ?? []);
    return known[turn % known.length] ?? '';
  };
  const values: Record<string, () => string> = {
    serial: () => sample('serial'),
    imei: () => sample('imei'),
    code: () => sample('code'),
    waybill: () => sample('waybill'),
    small: () => small,
    calm: () => brand.centers.at(-1) ?? '',
    hour: () => new Date(side.now.getTime() - HOUR_MS).toISOString(),
    month: () => new Date(side.now.getTime() - 30 * 24 * HOUR_MS).toISOString(),
  };
  return query.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name]?.() ?? '');
}

const PAGES = 10;

/** Asks again and again, page after page up to the tenth and then anew. */
export function asking(side: Side, what: Case): () => Promise<{ ms: number; rows: number }> {
  const key = what.asker === 'calm brand' ? side.calm.keys.brand : side.busy.keys[what.asker];
  let turn = 0;
  let cursor = '';
  return async () => {
    const url = `/v1/tickets?${filledIn(side, what, Math.floor(turn / PAGES))}${turn % PAGES === 0 || cursor === '' ? '' : `&cursor=${cursor}`}`;
    turn += 1;
    const began = performance.now();
    const answer = await side.app.inject({ url, headers: { authorization: `Bearer ${key}` } });
    const ms = performance.now() - began;
    if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.body}`);
    const page = answer.json<{ data: unknown[]; nextCursor: string | null }>();
    cursor = page.nextCursor ?? '';
    return { ms, rows: page.data.length };
  };
}
