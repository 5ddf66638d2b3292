// Puts the frame around a message: the next step, the day of the next word, where to look, whom to call, and where it was sent.
import { maskedAddress } from '#contacts/address.ts';
import type { Locale } from '#platform/schema.ts';
import { fillMail } from '#texts/own-mail.ts';
import type { MessageName, TicketFacts } from './event.ts';
import { type Block, mailHtml } from './mail-html.ts';
import { messages } from './messages.ts';
import { type Addressee, type Scene, sceneOf } from './scene.ts';
import { type Earlier, sinceThen } from './since.ts';
import { valuesOf } from './values.ts';
import type { Action, Taker, Wording } from './wording.ts';

/** A mail ready to be sent, and kept as it was. */
export interface Rendered {
  locale: Locale;
  /** The masked destination. */
  to: string;
  subject: string;
  text: string;
  html: string;
  template: Template;
}

/** Whose words they were: the house's of this release, or this version of the brand's own. */
export type Template = { of: 'house' } | { of: 'brand'; version: number };

type Where = 'see' | Action;

interface Frame {
  takers: Record<Taker, string>;
  next(taker: string): string;
  by(day: string): string;
  note(center: string, text: string): string;
  /** What stands before the address of the ticket's page, and on the button that opens it. */
  link: Record<Where, { lead: string; label: string }>;
  lookup(url: string, code: string): string;
  contact(brand: string, center: string, line: string): string;
  sentTo(masked: string): string;
  /** What stands before the address at which mails are stopped. */
  stop: string;
}

const frames: Record<Locale, Frame> = {
  'zh-CN': {
    takers: { you: '（您）', us: '（我们）', carrier: '（快递公司）', nobody: '' },
    next: (taker) => `下一步${taker}：`,
    by: (day) => `我们最迟于${day}再次向您告知进展。`,
    note: (center, text) => `${center}留言：${text}`,
    link: {
      see: { lead: '查看这次维修的专属链接（请勿转发）：', label: '查看维修进度' },
      decide: { lead: '查看报价并作出决定的专属链接（请勿转发）：', label: '查看报价并决定' },
      answer: { lead: '回答问题的专属链接（请勿转发）：', label: '选择分数' },
    },
    lookup: (url, code) => `查询进度：打开 ${url}，输入设备序列号和维修单号 ${code}。`,
    contact: (brand, center, line) => `${brand} · ${center} · 联系方式：${line}`,
    sentTo: (to) => `本邮件发送至 ${to}。如果您没有申请维修，请联系我们。`,
    stop: '不是您的维修，或不想再收到邮件：',
  },
  en: {
    takers: { you: ' (you)', us: ' (us)', carrier: ' (the carrier)', nobody: '' },
    next: (taker) => `Next step${taker}: `,
    by: (day) => `You will hear from us again by ${day} at the latest.`,
    note: (center, text) => `Note from ${center}: ${text}`,
    link: {
      see: { lead: 'Your own link to this repair (please do not pass it on): ', label: 'See your repair' },
      decide: { lead: 'Your own link to see the quote and decide (please do not pass it on): ', label: 'See the quote and decide' },
      answer: { lead: 'Your own link to answer (please do not pass it on): ', label: 'Choose a number' },
    },
    lookup: (url, code) => `See the progress at ${url} with the serial number of the device and the repair code ${code}.`,
    contact: (brand, center, line) => `${brand} · ${center} · Contact: ${line}`,
    sentTo: (to) => `This mail was sent to ${to}. If you did not ask for a repair, please tell us.`,
    stop: 'Not your repair, or no more mails: ',
  },
};

/** Where on the ticket's page a step is taken. */
const places: Record<Where, string> = { see: '', decide: '#quote', answer: '/survey' };

/** Every message of the catalog. */
export const messageNames = Object.keys(messages) as MessageName[];

/** Whether the catalog has a message of this name. */
export const isMessage = (name: string): name is MessageName => Object.hasOwn(messages, name);

const paragraph = (text: string): Block => ({ kind: 'text', text });
const small = (text: string): Block => ({ kind: 'small', text });

/** Subject and paragraphs: the brand's own where it has any that can be filled in, else the built-in ones. */
function told(name: MessageName, wording: Wording, scene: Scene, reader: Addressee): { subject: string; blocks: Block[]; template: Template } {
  const { subject, happened, next } = wording;
  const frame = frames[reader.locale];
  const step = { kind: 'next' as const, who: frame.next(frame.takers[next.by]), text: next.text };
  const own = reader.mails?.[`message.${name}`];
  const filled = own === undefined ? null : fillMail(own.body, reader.locale, valuesOf(scene, wording, step.who + step.text, reader));
  if (own === undefined || filled === null) return { subject, blocks: [...happened.map(paragraph), step], template: { of: 'house' } };
  const blocks = filled.paragraphs.map(({ text, isNext }) => (isNext ? step : paragraph(text)));
  return { subject: filled.subject, blocks, template: { of: 'brand', version: own.version } };
}

/** What stands below every message: what the center added, the day of the next word, what came before, the link, and where it was sent. */
function below(
  { action }: Wording,
  { customerNote, code }: TicketFacts,
  { by }: Scene,
  reader: Addressee,
  earlier: readonly Earlier[],
  said: readonly string[],
): Block[] {
  const frame = frames[reader.locale];
  const where: Where = action ?? 'see';
  return [
    ...(customerNote === null ? [] : [paragraph(frame.note(reader.center, customerNote))]),
    ...(by === null ? [] : [paragraph(frame.by(by))]),
    ...sinceThen(earlier, reader, said).map(paragraph),
    ...(reader.link === null ? [] : [{ kind: 'link' as const, ...frame.link[where], url: reader.link + places[where] }]),
    small(frame.lookup(reader.lookupUrl, code)),
    small(frame.contact(reader.brand, reader.center, reader.contactLine)),
    small(frame.sentTo(maskedAddress('email', reader.email))),
    ...(reader.unsubscribe ? [{ kind: 'small' as const, text: frame.stop, url: reader.unsubscribe }] : []),
  ];
}

function lineOf(block: Block): string {
  if (block.kind === 'next') return block.who + block.text;
  if (block.kind === 'link') return block.lead + block.url;
  return block.kind === 'small' ? block.text + (block.url ?? '') : block.text;
}

/** Renders a message for this reader, with what he was to be told before it and has not been. */
export function render(name: MessageName, facts: TicketFacts, reader: Addressee, earlier: readonly Earlier[] = []): Rendered {
  const { locale, brand, color = null } = reader;
  const scene = sceneOf(facts, reader);
  const wording: Wording = messages[name][locale](scene);
  const { subject, blocks, template } = told(name, wording, scene, reader);
  // A brand's own words may leave out what the house's would have said.
  const said = wording.happened.filter((sentence) => blocks.some((block) => block.kind === 'text' && block.text.includes(sentence)));
  const all = [...blocks, ...below(wording, facts, scene, reader, earlier, said)];
  const html = mailHtml({ locale, subject, preheader: wording.next.text, brand, color, blocks: all });
  return { locale, to: maskedAddress('email', reader.email), subject, text: `${all.map(lineOf).join('\n\n')}\n`, html, template };
}
