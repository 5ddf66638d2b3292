// Which short template says what a message says, and with which day: one row per message. A missing one, or a missing value, does not compile.
import type { Locale } from '#platform/schema.ts';
import type { OwnLabels } from '#texts/columns.ts';
import { type HoldReason, holds } from '#tickets/holds.ts';
import { disposalLabel } from '#tickets/labels.ts';
import { hasEnded, labelOf } from '#tickets/lifecycle.ts';
import { stillToKeep } from '#tickets/promise-words.ts';
import type { Status } from '#tickets/status.ts';
import { isUnconfirmed } from '#tickets/wish.ts';
import type { MessageName, TicketFacts } from '../event.ts';
import { etaOf } from '../expected.ts';
import { type Addressee, dayIn, moneyIn } from '../scene.ts';
import type { Short } from '../short-templates.ts';

type Manner = Pick<Addressee, 'locale' | 'timeZone' | 'labels' | 'sentAt'>;
type Row = (facts: TicketFacts, reader: Manner) => Short;

/** A price of more characters than this is left to the page: the text would not fit. */
const PRICE = 9;
const unsaid: Record<Locale, string> = { 'zh-CN': '已出', en: 'on our page' };

/** English labels that a note in WeChat has no room for. */
const briefly: Partial<Record<Status | HoldReason, string>> = {
  awaiting_device: 'Awaiting device',
  quoted: 'Your decision',
  customer_info: 'Information needed',
  customer_unreachable: 'Could not reach you',
  device_lock: 'Device lock is on',
  proof_of_purchase: 'Receipt needed',
  maker_decision: 'With manufacturer',
  not_reproduced: 'Long test',
  rescheduled_customer: 'New date',
  serial_mismatch: 'Other device',
  suspected_loss: 'Locating your device',
  legal_block: 'On hold',
};

/** As `labelIn`, of what is to be disposed of. */
const disposalIn = (locale: Locale, own?: OwnLabels | null): string => disposalLabel(locale === 'en' ? null : own)[locale];

/** The state in a word or two: at most 5 Han characters, which a `phrase` takes, or 20 characters in English. */
export function labelIn({ hold, status, returnMethod, wish }: TicketFacts, locale: Locale, own?: OwnLabels | null): string {
  if (!hold && isUnconfirmed(status, wish)) return disposalIn(locale, own);
  const label = hold ? holds[hold.reason].label : labelOf(status, returnMethod, own);
  // A brand's label in Chinese has room wherever a built-in one has; in English it is as long as it likes.
  return (locale === 'en' ? (briefly[hold?.reason ?? status] ?? (hold ? label : labelOf(status, returnMethod)).en) : undefined) ?? label[locale];
}

/** A price as short as it can be said: no thousands separators, no decimals that are zero. */
function priceIn({ quote }: TicketFacts, locale: Locale): string {
  if (quote === null) return unsaid[locale];
  const price = moneyIn(quote.total, locale)
    .replaceAll(',', '')
    .replace(/[.]0+$/, '')
    .replaceAll('\u00a0', ' ');
  return price.length <= PRICE ? price : unsaid[locale];
}

const ended = (facts: TicketFacts, reader: Manner): Short => ({
  template: 'ended',
  date: facts.occurredAt,
  label: labelIn({ ...facts, hold: null }, reader.locale, reader.labels),
});

const step: Row = (facts, reader) =>
  facts.nextUpdateBy === null
    ? ended(facts, reader)
    : { template: 'step', date: facts.nextUpdateBy, label: labelIn(facts, reader.locale, reader.labels) };

const trouble: Row = (facts, reader) => {
  const by = facts.hold && facts.hold.reason !== 'suspected_loss' ? facts.hold.resumeBy : facts.nextUpdateBy;
  return by === null ? step(facts, reader) : { template: 'trouble', date: by };
};

const decide: Row = (facts, reader) =>
  facts.quote === null ? step(facts, reader) : { template: 'decide', date: facts.quote.validUntil, total: priceIn(facts, reader.locale) };

const send: Row = (facts, reader) => {
  const by = facts.closesAt ?? facts.nextUpdateBy;
  return by === null ? step(facts, reader) : { template: 'send', date: by };
};

/** Until when it costs nothing; once it does, until when it is kept. */
const collect: Row = (facts, reader) => {
  const { storage, occurredAt } = facts;
  if (!storage) return step(facts, reader);
  const charged = Date.parse(occurredAt) > Date.parse(storage.freeUntil) || storage.dailyFee.amount === 0;
  return { template: 'collect', date: charged ? storage.keepUntil : storage.freeUntil };
};

/** Nobody is told to fetch, or that we send, what is to be disposed of. */
const confirm: Row = (facts, reader) => {
  const { storage, nextUpdateBy } = facts;
  const date = storage ? collect(facts, reader).date : nextUpdateBy;
  return date === null ? step(facts, reader) : { template: 'act', date, label: disposalIn(reader.locale, reader.labels) };
};

const goesBack: Row = (facts, reader) => {
  if (facts.returnMethod === 'pick_up') return collect(facts, reader);
  return facts.nextUpdateBy === null ? step(facts, reader) : { template: 'back', date: facts.nextUpdateBy };
};

/** What has to be said of a ticket on which nothing has moved: whose turn it is, by when. */
const standing: Row = (facts, reader) => {
  const { hold, status } = facts;
  if (hold?.reason === 'suspected_loss') return trouble(facts, reader);
  if (hold && holds[hold.reason].blame === 'customer')
    return { template: 'act', date: hold.resumeBy, label: labelIn(facts, reader.locale, reader.labels) };
  if (hold) return step(facts, reader);
  if (status === 'awaiting_device') return send(facts, reader);
  if (status === 'quoted') return decide(facts, reader);
  if (status === 'ready') return facts.wish === 'disposal' ? confirm(facts, reader) : goesBack(facts, reader);
  return hasEnded(status) ? ended(facts, reader) : step(facts, reader);
};

/** It came otherwise than announced, which no status says. */
const differs: Record<Locale, string> = { 'zh-CN': '与登记不符', en: 'Not as announced' };

const askedBack =
  (label: (facts: TicketFacts, locale: Locale) => string): Row =>
  (facts, reader) =>
    facts.nextUpdateBy === null ? standing(facts, reader) : { template: 'act', date: facts.nextUpdateBy, label: label(facts, reader.locale) };

/** The customer has to do something where the parcel goes home; on its way to us, we have. */
const onTheWay =
  (label: Record<Locale, string>, ours: Row): Row =>
  (facts, reader) =>
    facts.parcel?.direction === 'outbound' ? askedBack((_, locale) => label[locale])(facts, reader) : ours(facts, reader);

const expired: Row = (facts, reader) => {
  const { hold, nextUpdateBy } = facts;
  if (!hold || holds[hold.reason].blame !== 'customer' || nextUpdateBy === null) return standing(facts, reader);
  return { template: 'act', date: nextUpdateBy, label: labelIn(facts, reader.locale, reader.labels) };
};

const promised: Row = (facts, reader) => {
  const { promise, status, returnMethod, wish, occurredAt } = facts;
  const kept = promise && stillToKeep(status, returnMethod, wish) && Date.parse(promise.at) >= Date.parse(occurredAt);
  return kept ? { template: 'moved', date: promise.at } : standing(facts, reader);
};

/** A promise that another step moved is told with that step. */
const movedOr =
  (otherwise: Row): Row =>
  (facts, reader) => {
    const { promise, occurredAt } = facts;
    if (!promise || promise.previous === null || Date.parse(promise.madeAt ?? occurredAt) < Date.parse(occurredAt)) return otherwise(facts, reader);
    const day = (iso: string): string => dayIn(iso, reader.locale, reader.timeZone);
    return day(promise.previous) === day(promise.at) ? otherwise(facts, reader) : promised(facts, reader);
  };

const late: Row = (facts, reader) => {
  const { promise, occurredAt } = facts;
  return promise && Date.parse(promise.at) >= Date.parse(occurredAt) ? { template: 'late', date: promise.at } : step(facts, reader);
};

const shipped: Row = (facts, reader) => {
  const eta = etaOf(facts, reader);
  return facts.shipment === null || eta === null ? step(facts, reader) : { template: 'shipped', date: eta, tail: facts.shipment.waybillTail };
};

const cancelled: Row = (facts, reader) => (facts.status === 'cancelled' ? ended(facts, reader) : goesBack(facts, reader));

/** What we have done is told with the day; who finds it wrong is to say so. */
const done =
  (what: Record<Locale, string>): Row =>
  ({ occurredAt }, { locale }) => ({ template: 'done', date: occurredAt, what: what[locale] });

/** Every message in short; null: texts and notes must not carry it (questions how it was are marketing to networks in China, design §10.5). */
export const shorts = {
  created: step,
  label: send,
  send_reminder: send,
  request_expired: ended,
  received: step,
  received_differently: askedBack((_, locale) => differs[locale]),
  collected: step,
  parcel_arrived: step,
  delivery_failed: onTheWay({ 'zh-CN': '投递未成功', en: 'Not delivered' }, step),
  at_pickup_point: onTheWay({ 'zh-CN': '待您自提', en: 'At a pick-up point' }, step),
  parcel_held_up: trouble,
  parcel_moves_again: standing,
  parcel_refused: onTheWay({ 'zh-CN': '包裹被拒收', en: 'Parcel refused' }, trouble),
  parcel_returning: trouble,
  parcel_lost: trouble,
  parcel_damaged: trouble,
  claim_news: step,
  eta_moved: step,
  moved_center: step,
  diagnosing: step,
  diagnosing_again: step,
  diagnosis_late: step,
  covered: step,
  quoted: decide,
  quote_changed: decide,
  quote_reminder: decide,
  quote_expired: goesBack,
  declined: (facts, reader) => (facts.wish === 'disposal' ? step : goesBack)(facts, reader),
  approved: step,
  repair_started: step,
  awaiting_part: movedOr(step),
  part_delayed: movedOr(step),
  hold_opened: standing,
  hold_reminder: standing,
  hold_expired: expired,
  resumed: movedOr(standing),
  promise_moved: promised,
  promise_slipping: late,
  still_with_us: standing,
  ready: goesBack,
  replaced: goesBack,
  unrepairable: goesBack,
  storage_notice: (facts, reader) => (facts.wish === 'disposal' ? confirm : collect)(facts, reader),
  shipped,
  came_back: trouble,
  delivered: done({ 'zh-CN': '设备交还', en: 'device has been handed over' }),
  disputed: trouble,
  disposed: ended,
  cancelled,
  closed: ended,
  reopened: standing,
  entitlement: askedBack(labelIn),
  contact_changed: done({ 'zh-CN': '联系方式更改', en: 'contact details have changed' }),
  link_renewed: standing,
  lookups_blocked: standing,
  recalled: standing,
  survey: null,
} as const satisfies Record<MessageName, Row | null>;

/** Notes that say something else than their template does. */
export const lines: Partial<Record<MessageName, Record<Locale, string>>> = {
  collected: { 'zh-CN': '快递已取件，正在寄往维修中心', en: 'Carrier has it' },
  parcel_arrived: { 'zh-CN': '包裹已送到，我们会尽快开箱', en: 'Parcel at our door' },
  delivery_failed: { 'zh-CN': '快递投递未成功，会再次投递', en: 'Delivery failed' },
  at_pickup_point: { 'zh-CN': '包裹已到快递自提点', en: 'At a pick-up point' },
  parcel_moves_again: { 'zh-CN': '包裹已恢复正常运输', en: 'Parcel moves again' },
  parcel_refused: { 'zh-CN': '快递报告包裹被拒收', en: 'Parcel refused' },
  parcel_returning: { 'zh-CN': '包裹正在退回', en: 'Parcel comes back' },
  parcel_lost: { 'zh-CN': '快递找不到包裹，我们在追查', en: 'Parcel not found' },
  parcel_damaged: { 'zh-CN': '包裹在运输中受损', en: 'Parcel damaged' },
  claim_news: { 'zh-CN': '包裹索赔有新进展', en: 'News of the claim' },
  eta_moved: { 'zh-CN': '快递预计送达日期有变化', en: 'Parcel comes later' },
  moved_center: { 'zh-CN': '设备已转到另一家维修中心', en: 'At another center' },
  entitlement: { 'zh-CN': '维修超期，您可以选择其他办法', en: 'You have a choice' },
  contact_changed: { 'zh-CN': '联系方式已更改，有疑问请联系我们', en: 'Contact data changed' },
  link_renewed: { 'zh-CN': '专属链接已更换，请用新的链接', en: 'Your link is new' },
  lookups_blocked: { 'zh-CN': '有人多次错误查询，您无需操作', en: 'Failed lookups seen' },
  recalled: { 'zh-CN': '请忽略此前的消息，以这条为准', en: 'Ignore last message' },
};

/** Notes that say something else, with another day, where it is known. */
export const ownNotes: Partial<Record<MessageName, (facts: TicketFacts) => { date: string; line: Record<Locale, string> } | null>> = {
  delivered: ({ disputeUntil }) =>
    disputeUntil === undefined ? null : { date: disputeUntil, line: { 'zh-CN': '请检查设备，有问题请在此日期前联系', en: 'Please check by then' } },
};

/** What no template of a text says; it goes by other ways. */
export const withoutText: ReadonlySet<MessageName> = new Set(['link_renewed', 'lookups_blocked']);
