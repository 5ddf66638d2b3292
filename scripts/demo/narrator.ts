// Prints the story as it happens: each request with its answer, each mail, each webhook. Colors on a terminal only.
import type { ReceivedMail } from '../../test/support/inbox.ts';
import type { ReceivedWebhook } from '../../test/support/webhook-sink.ts';

const paint = (code: number) => (text: string) =>
  process.stdout.isTTY && process.env.NO_COLOR === undefined ? `\u001B[${code}m${text}\u001B[0m` : text;
const bold = paint(1);
const dim = paint(2);
const red = paint(31);
const green = paint(32);
const yellow = paint(33);
const blue = paint(34);
const cyan = paint(36);

const WIDTH = 150;
const INDENT = ' '.repeat(11);

const print = (line = ''): void => void process.stdout.write(`${line}\n`);
const cut = (text: string, length = WIDTH * 2): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
const who = (name: string): string => name.padStart(9).slice(0, 9);

/** Members that say where a ticket stands; the rest of it is long and the same every time. */
const TICKET = ['id', 'code', 'status', 'version', 'outcome', 'allowedActions', 'nextUpdateBy'];
/** What a reader need not see: it is long, or shown once and secret. */
const QUIET = new Set(['allowedActions', 'requestId', 'instance', 'type', 'stages', 'timeline']);

type Json = Record<string, unknown>;
const isTicket = (body: Json): boolean => 'allowedActions' in body && 'qcFailures' in body;

/** The body in one or two lines. */
function brief(body: unknown): string {
  if (typeof body !== 'object' || body === null) return JSON.stringify(body);
  const json = body as Json;
  const shown = isTicket(json) ? Object.fromEntries(TICKET.map((key) => [key, json[key]])) : json;
  const replacer = (key: string, value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (key !== '' && isTicket(value as Json)) return Object.fromEntries(TICKET.map((name) => [name, (value as Json)[name]]));
    return key !== '' && QUIET.has(key) ? undefined : value;
  };
  return cut(JSON.stringify(shown, replacer));
}

/** A chapter of the story. */
export function chapter(number: number, title: string): void {
  print();
  print(bold(`── ${number}  ${title} ${'─'.repeat(Math.max(3, 90 - title.length))}`));
}

/** A sentence between the calls. */
export const say = (text: string): void => print(`${INDENT}${dim(text)}`);

/** Something that turned out as it should. */
export const proved = (text: string): void => print(`${INDENT}${green('✓')} ${text}`);

/** Something that did not. */
export const disproved = (text: string): void => print(`${INDENT}${red('✗')} ${red(text)}`);

/** Plain lines, e.g. the sums at the end. */
export const line = (text = ''): void => print(text);

const shownHeaders = (headers: Headers): string =>
  ['idempotency-key', 'if-match', 'x-hmac-signature']
    .flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [`${name}: ${cut(value, 44)}`];
    })
    .join('  ');

/** fetch that prints what it does in the name of `name`. */
export const narratedFetch =
  (name: string) =>
  async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    const sent = request.body === null ? '' : await request.clone().text();
    const response = await fetch(request);
    const got = await response.clone().text();
    const json = (response.headers.get('content-type') ?? '').includes('json');
    const paintStatus = response.status < 300 ? green : response.status < 500 ? yellow : red;
    print(`${blue(who(name))} → ${bold(request.method)} ${decodeURIComponent(pathname)}${search}  ${dim(shownHeaders(request.headers))}`);
    if (sent !== '') print(`${INDENT}${cut(sent)}`);
    const replayed = response.headers.get('idempotency-replayed') === 'true' ? '  Idempotency-Replayed: true' : '';
    print(`${' '.repeat(9)} ← ${paintStatus(String(response.status))}${replayed}  ${json ? brief(JSON.parse(got)) : cut(got)}`);
    return response;
  };

/** A mail as the customer reads it. */
export function showMail(mail: ReceivedMail): void {
  print(`${cyan(who('mail'))} ✉ ${mail.to}  ${bold(mail.subject)}`);
  for (const text of mail.text.split('\n').filter((one) => one.trim() !== '')) print(`${INDENT}${cyan('│')} ${text}`);
}

/** A webhook as the partner's receiver saw it. */
export function showWebhook(call: ReceivedWebhook): void {
  const seal = call.verified ? green('signature verified') : red('SIGNATURE REFUSED');
  print(`${yellow(who('partner'))} ⚑ ${bold(call.type)}  ${seal}  ${dim(call.id)}`);
  print(`${INDENT}${dim(cut(JSON.stringify(call.payload.data), WIDTH))}`);
}
