// Puts the frame around a message: the next step, the day of the next word, where to look, whom to call, and where it was sent.
import type { Locale } from '#platform/schema.ts';
import type { MessageName, TicketFacts } from './event.ts';
import { messages } from './messages.ts';
import { type Addressee, masked, sceneOf } from './scene.ts';
import { type Earlier, sinceThen } from './since.ts';
import type { Action, Taker, Wording } from './wording.ts';

/** A mail ready to be sent, and kept as it was. */
export interface Rendered {
  locale: Locale;
  /** The masked destination. */
  to: string;
  subject: string;
  text: string;
  html: string;
}

interface Frame {
  takers: Record<Taker, string>;
  next(taker: string, text: string): string;
  by(day: string): string;
  note(center: string, text: string): string;
  link: Record<'see' | Action, string>;
  lookup(url: string, code: string): string;
  contact(brand: string, center: string, line: string): string;
  sentTo(masked: string): string;
  stop(url: string): string;
}

const frames: Record<Locale, Frame> = {
  'zh-CN': {
    takers: { you: '（您）', us: '（我们）', carrier: '（快递公司）', nobody: '' },
    next: (taker, text) => `下一步${taker}：${text}`,
    by: (day) => `我们最迟于${day}再次向您告知进展。`,
    note: (center, text) => `${center}留言：${text}`,
    link: {
      see: '查看这次维修的专属链接（请勿转发）：',
      decide: '查看报价并作出决定的专属链接（请勿转发）：',
      answer: '回答问题的专属链接（请勿转发）：',
    },
    lookup: (url, code) => `查询进度：打开 ${url}，输入设备序列号和维修单号 ${code}。`,
    contact: (brand, center, line) => `${brand} · ${center} · 联系方式：${line}`,
    sentTo: (to) => `本邮件发送至 ${to}。如果您没有申请维修，请联系我们。`,
    stop: (url) => `不是您的维修，或不想再收到邮件：${url}`,
  },
  en: {
    takers: { you: ' (you)', us: ' (us)', carrier: ' (the carrier)', nobody: '' },
    next: (taker, text) => `Next step${taker}: ${text}`,
    by: (day) => `You will hear from us again by ${day} at the latest.`,
    note: (center, text) => `Note from ${center}: ${text}`,
    link: {
      see: 'Your own link to this repair (please do not pass it on): ',
      decide: 'Your own link to see the quote and decide (please do not pass it on): ',
      answer: 'Your own link to answer (please do not pass it on): ',
    },
    lookup: (url, code) => `See the progress at ${url} with the serial number of the device and the repair code ${code}.`,
    contact: (brand, center, line) => `${brand} · ${center} · Contact: ${line}`,
    sentTo: (to) => `This mail was sent to ${to}. If you did not ask for a repair, please tell us.`,
    stop: (url) => `Not your repair, or no more mails: ${url}`,
  },
};

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');

/** Where on the ticket's page a step is taken. */
const places: Record<Action, string> = { decide: '#quote', answer: '/survey' };

/** The link alone becomes one: what a center wrote stays text. */
const clickable = (paragraph: string, link: string | null): string =>
  link !== null && paragraph.endsWith(link) ? `${paragraph.slice(0, -link.length)}<a href="${link}">${link}</a>` : paragraph;

const html = (locale: Locale, subject: string, paragraphs: readonly string[], link: string | null): string =>
  [
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head>`,
    '<body style="font-family:sans-serif;line-height:1.5;max-width:36em;margin:1em auto">',
    ...paragraphs.map((paragraph) => `<p>${clickable(escaped(paragraph), link)}</p>`),
    '</body></html>',
  ].join('\n');

/** A mail's paragraphs as text and as HTML. */
export const pageOfMail = (locale: Locale, subject: string, paragraphs: readonly string[], link: string | null): { text: string; html: string } => ({
  text: `${paragraphs.join('\n\n')}\n`,
  html: html(locale, subject, paragraphs, link),
});

/** Whether the catalog has a message of this name. */
export const isMessage = (name: string): name is MessageName => Object.hasOwn(messages, name);

/** Renders a message for this reader, with what he was to be told before it and has not been. */
export function render(name: MessageName, facts: TicketFacts, reader: Addressee, earlier: readonly Earlier[] = []): Rendered {
  const { locale } = reader;
  const scene = sceneOf(facts, reader);
  const wording: Wording = messages[name][locale](scene);
  const frame = frames[locale];
  const to = masked(reader.email);
  const link = reader.link === null ? null : reader.link + (wording.action === undefined ? '' : places[wording.action]);
  const paragraphs = [
    ...wording.happened,
    ...(facts.customerNote === null ? [] : [frame.note(reader.center, facts.customerNote)]),
    frame.next(frame.takers[wording.next.by], wording.next.text),
    ...(scene.by === null ? [] : [frame.by(scene.by)]),
    ...sinceThen(earlier, reader, wording.happened),
    ...(link === null ? [] : [`${frame.link[wording.action ?? 'see']}${link}`]),
    frame.lookup(reader.lookupUrl, facts.code),
    frame.contact(reader.brand, reader.center, reader.contactLine),
    frame.sentTo(to),
    ...(reader.unsubscribe ? [frame.stop(reader.unsubscribe)] : []),
  ];
  return { locale, to, subject: wording.subject, ...pageOfMail(locale, wording.subject, paragraphs, link) };
}
