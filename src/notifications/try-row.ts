// One try of one row: composed, sent, judged, and what follows from it for the address it went to.
import type { Logger } from 'pino';
import { raiseOnce } from '#alerts/raise.ts';
import { addressHash } from '#contacts/address.ts';
import type { Way } from '#contacts/contact.ts';
import { closeAddress, closedAddress } from '#contacts/stop-list.ts';
import type { Clock } from '#platform/clock.ts';
import type { Seal } from '#platform/seal.ts';
import type { Anyone, Caller } from './addressee.ts';
import { CHALLENGE } from './challenge.ts';
import type { Message, SendResult } from './channels/channel.ts';
import type { Channels } from './channels/channels.ts';
import { compose, noteOf, textOf } from './compose.ts';
import { chooseWay, instantVerdict, nearsBudget, noWay } from './instant.ts';
import { CRASHES, type Manner, setAside, type Verdict, verdictOf } from './lane-rules.ts';
import { type Attempt, type DueRow, extendLease, type HeldLane, type WorkerDb } from './lane-store.ts';
import { isMessage } from './render.ts';
import { routeOf } from './routing.ts';

/** What a try needs; one per process. */
export interface Sending {
  db: WorkerDb;
  channels: Channels;
  seal: Seal;
  clock: Clock;
  log: Logger;
  leaseMs: number;
  /** Who sends texts: stands before every one, and is billed with it. */
  smsSignature: string | undefined;
  random(): number;
}

/** What became of a try. */
export interface Tried {
  verdict: Verdict;
  result: SendResult | null;
  rendered: object | null;
  /** SMS parts it cost. */
  units: number | null;
}

class Unrenderable extends Error {}

const unsent = (verdict: Verdict): Tried => ({ verdict, result: null, rendered: null, units: null });

/** Tries the row. What it throws (the database is away) leaves the lane to its lease. */
export async function tryRow(sending: Sending, lane: HeldLane, row: DueRow, to: Anyone, attempt: Attempt): Promise<Tried> {
  const challenge = row.message === CHALLENGE;
  const { turnedAway } = attempt;
  const manner = { strict: to.kind === 'endpoint' && to.strict, random: sending.random(), challenge, turnedAway };
  if (to.kind === 'nobody') return unsent({ row: 'skipped', reason: to.reason, lane: 'on' });
  if (to.kind === 'endpoint' && !to.proven && !challenge) return unsent({ row: 'skipped', reason: 'endpoint_pending', lane: 'on' });
  if (attempt.crashes >= CRASHES) return unsent(setAside('poison', manner.strict, false));
  try {
    if (to.kind === 'phone') return await tryPhone(sending, lane, { row, to, attempt, manner });
    const composed = written(() => compose(row, to, attempt.carried));
    if (composed === null) return unsent(setAside('unknown_message', manner.strict, false));
    const result = await send(sending, lane, composed.message);
    if (to.kind === 'contact') await minded(sending, lane, 'email', to.email, result);
    const by = to.kind === 'endpoint' ? 'webhook' : sending.channels.mailBy;
    return { verdict: verdictOf(result, attempt.tried, manner), result, rendered: { ...composed.rendered, by }, units: null };
  } catch (error) {
    if (!(error instanceof Unrenderable)) throw error;
    sending.log.error({ err: error.cause, outboxId: row.id, message: row.message }, 'a message cannot be rendered');
    return unsent(setAside('cannot_be_rendered', manner.strict, false));
  }
}

function written<T>(write: () => T): T {
  try {
    return write();
  } catch (cause) {
    throw new Unrenderable('a message cannot be rendered', { cause });
  }
}

interface Turn {
  row: DueRow;
  to: Caller;
  attempt: Attempt;
  manner: Manner;
}

/** WeChat where it is open, else a text: in the same row, under the same id. */
async function tryPhone(sending: Sending, lane: HeldLane, { row, to, attempt, manner }: Turn): Promise<Tried> {
  const { message } = row;
  if (!isMessage(message)) return unsent(setAside('unknown_message', false, false));
  const { channels, smsSignature } = sending;
  const text = channels.text === null ? null : written(() => textOf(row, message, to, smsSignature));
  const note = channels.wechat === null ? null : written(() => noteOf(row, message, to));
  const forms = { sms: text, wechat: note };
  const provided = (['wechat', 'sms'] as const).filter((way) => forms[way] !== null);
  const parts = text?.parts ?? 0;
  const choice = chooseWay({ route: routeOf(message), ways: to.ways, provided, givenUp: row.givenUp, parts, sms: to.sms });
  if ('none' in choice) return unsent(noWay(choice.none));
  const form = forms[choice.way];
  if (form === null) throw new Error('a way was chosen for which nothing is written');
  const cost = choice.way === 'sms' ? parts : 0;
  if (cost > 0 && nearsBudget(to.sms, cost)) await alarm(sending, lane, to.sms.spent + cost, to.sms.budget);
  const result = await send(sending, lane, form.message);
  await minded(sending, lane, choice.way, choice.to, result);
  const address = addressHash(sending.seal, choice.way, choice.to).toString('base64url');
  const units = cost > 0 && result.outcome === 'sent' ? cost : null;
  to.sms.spent += units ?? 0;
  const verdict = instantVerdict(result, attempt.tried, attempt.waited, choice, manner);
  const by = choice.way === 'sms' ? channels.textBy : channels.wechatBy;
  return { verdict, result, rendered: { ...form.rendered, way: choice.way, address, by }, units };
}

/** Sends, and keeps the lease alive meanwhile: a slow receiver is no reason for a second worker to send the same. */
async function send({ channels, db, leaseMs }: Sending, lane: HeldLane, message: Message): Promise<SendResult> {
  const timer = setInterval(() => void extendLease(db, lane, leaseMs).catch(() => undefined), leaseMs / 3);
  try {
    switch (message.kind) {
      case 'mail':
        return await channels.mail.send(message);
      case 'post':
        return await channels.post.send(message);
      case 'text':
        return (await channels.text?.send(message)) ?? { outcome: 'retry', reason: 'no_provider' };
      case 'wechat':
        return (await channels.wechat?.send(message)) ?? { outcome: 'retry', reason: 'no_provider' };
    }
  } finally {
    clearInterval(timer);
  }
}

/** An address that was refused for good goes on the stop list before the row ends: a worker that dies in between finds it there. */
async function minded(
  { db, seal, clock }: Sending,
  { brandId, subject, recipient }: HeldLane,
  way: Way,
  address: string,
  result: SendResult,
): Promise<void> {
  if (result.outcome !== 'dead' || result.stop === undefined) return;
  const { stop } = result;
  const closed = { ...closedAddress(seal, way, address, subject), former: recipient.startsWith('former:') };
  await db.transaction().execute((trx) => closeAddress({ trx, brandId, now: clock.now() }, closed, stop, 'system'));
}

/** Its center learns that a ticket is about to have cost what it may. */
async function alarm({ db, clock }: Sending, { brandId, subject }: HeldLane, units: number, budget: number): Promise<void> {
  const data = { units, budget };
  await db.transaction().execute((trx) => raiseOnce({ trx, brandId, now: clock.now() }, subject, { kind: 'sms_budget', data }));
}
