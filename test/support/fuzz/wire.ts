// Requests that no client sends, byte by byte, and the sending of all of them.
import { connect } from 'node:net';
import type { Agent } from 'undici';
import type { Callers } from '../contract/right-call.ts';
import type { Random } from '../model/random.ts';
import type { Shot } from './shot.ts';

/** What came back; null in place of a status: nothing did, and the connection ended. */
export interface Answer {
  status: number | null;
  contentType: string | null;
  etag: string | null;
  body: string;
}

const WITHIN_MS = 20_000;
/** An answer whose end cannot be known is over when nothing more has come for so long. */
const IDLE_MS = 2_000;
/** A caller that says nothing more hears from the server by then: its deadlines for head and body are shorter. */
const RAW_MS = 18_000;

const head = (line: string, headers: string[], body = ''): string => `${line}\r\n${headers.map((one) => `${one}\r\n`).join('')}\r\n${body}`;

/** Bytes for a socket. */
export function rawShot({ world, adminKey }: Callers, chance: Random): Shot {
  const host = 'Host: 127.0.0.1';
  const auth = `Authorization: Bearer ${world.keys.brand}`;
  const json = 'Content-Type: application/json';
  const post = 'POST /v1/tickets HTTP/1.1';
  const get = 'GET /v1/tickets HTTP/1.1';
  const key = `Idempotency-Key: raw-${chance.int(0, 1e9)}`;
  const end = 'Connection: close';
  const sent = [host, auth, json, key, end];
  const corpus: (() => string)[] = [
    () => 'GET /\r\n\r\n',
    () => 'GET\r\n\r\n',
    () => '\r\n\r\n\r\n',
    () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    () => head('GET /v1/tickets HTTP/1.0', []),
    () => head('GET /v1/tickets HTTP/9.9', [host]),
    () => head('GET  /v1/tickets  HTTP/1.1', [host]),
    () => head('get /v1/tickets HTTP/1.1', [host, end]),
    () => head('G\0T /v1/tickets HTTP/1.1', [host]),
    () => head(get, [end]),
    () => head(get, [host, host, auth, end]),
    () => head(get, [host, auth, 'No colon here', end]),
    () => head(get, [host, auth, 'Space : x', end]),
    () => head(get, [host, auth, ' folded: x', end]),
    () => head(get, [host, auth, 'X-Nul: a\0b', end]),
    () => head(get, [host, auth, 'X-High: \u00ff\u00fe', end]),
    () => head(get, [host, auth, auth, end]),
    () => head(get, [host, `X-Long: ${'x'.repeat(chance.pick([16_000, 20_000, 100_000]))}`, end]),
    () => head(get, [host, ...Array.from({ length: 2_100 }, (_, n) => `x${n}: y`), end]),
    () => head(`GET /v1/tickets?${'a'.repeat(chance.pick([8_000, 17_000, 80_000]))} HTTP/1.1`, [host, auth, end]),
    () => head('GET http://elsewhere.example/v1/tickets HTTP/1.1', [host, auth, end]),
    () => head('CONNECT elsewhere.example:443 HTTP/1.1', [host]),
    () => head('OPTIONS * HTTP/1.1', [host, end]),
    () => head('GET /v1/tickets\u00e4\u0001 HTTP/1.1', [host, auth, end]),
    () => head('TRACE /v1/tickets HTTP/1.1', [host, auth, end]),
    () => head(post, [...sent, 'Content-Length: 2', 'Content-Length: 3'], '{}'),
    () => head(post, [...sent, 'Content-Length: -1'], '{}'),
    () => head(post, [...sent, 'Content-Length: 0x2'], '{}'),
    () => head(post, [...sent, 'Content-Length: 99999999999999999999'], '{}'),
    () => head(post, [...sent, 'Content-Length: 2', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
    () => head(post, [...sent, 'Transfer-Encoding: gzip, chunked'], '2\r\n{}\r\n0\r\n\r\n'),
    () => head(post, [...sent, 'Transfer-Encoding: identity'], '{}'),
    () =>
      head(post, [...sent, 'Transfer-Encoding: chunked'], `${chance.pick(['zz', '-1', '2;', 'FFFFFFFFFFFFFFFFF', '2\t', ''])}\r\n{}\r\n0\r\n\r\n`),
    () => head(post, [...sent, 'Transfer-Encoding: chunked'], `2;${'e'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`),
    () => head(post, [...sent, 'Transfer-Encoding: chunked'], '2\r\n{}\r\n0\r\nTrailer: x\r\n\r\n'),
    () => head(post, [...sent, 'Transfer-Encoding: chunked'], `${'1\r\n \r\n'.repeat(5_000)}2\r\n{}\r\n0\r\n\r\n`),
    () => head(post, [...sent, 'Content-Length: 2', 'Expect: 100-continue'], '{}'),
    () => head(post, [...sent, 'Content-Length: 2', 'Expect: a miracle'], '{}'),
    () => head(post, [...sent, 'Content-Length: 2'], '{}GET / HTTP/1.1\r\n\r\n'),
    () => head(get, [host, auth, 'Connection: Upgrade', `Upgrade: ${chance.pick(['websocket', 'h2c', 'x'])}`]),
    () => head(get, [host, auth]).repeat(chance.int(2, 8)),
    () => get.replaceAll('\r\n', '\n') + `\n${host}\n${auth}\n${end}\n\n`,
    () => '\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003'.padEnd(300, '\u00a7'),
    () => Array.from({ length: chance.int(1, 3_000) }, () => String.fromCodePoint(chance.int(0, 255))).join(''),
    () =>
      head(
        'PUT /v1/brands/x/look/logo HTTP/1.1',
        [host, `Authorization: Bearer ${adminKey}`, key, end, 'Content-Type: multipart/form-data; boundary=b', 'Content-Length: 5'],
        '--b--',
      ),
    () => head(post, [host, auth, json, end, `Idempotency-Key: ${'\u00ff'.repeat(30)}`, 'Content-Length: 2'], '{}'),
  ];
  return { name: 'raw', method: 'GET', path: '/', headers: [], body: null, raw: Buffer.from(chance.pick(corpus)(), 'latin1') };
}

const token = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
/** What undici sends as it is told; everything else goes over a socket. */
const isPlain = ({ method, path, headers }: Shot): boolean =>
  /^[A-Z]+$/.test(method) &&
  /^\/[\x21-\x7e]*$/.test(path) &&
  headers.every(([name, value]) => token.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value) && !['host', 'expect', 'connection'].includes(name));

function bytesOf({ method, path, headers, body }: Shot): Buffer {
  const named = headers.some(([name]) => name === 'host') ? headers : [['host', '127.0.0.1'] as const, ...headers];
  const ended = named.some(([name]) => name === 'connection') ? named : [...named, ['connection', 'close'] as const];
  const lines = ended.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const length = body === null ? '' : `content-length: ${body.length}\r\n`;
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines}${length}\r\n`, 'latin1'), body ?? Buffer.alloc(0)]);
}

/** Without what only says that it may go on. */
const finalOf = (text: string): string => text.replace(/^HTTP\/1\.1 1\d\d[^\r]*\r\n(?:[^\r]+\r\n)*\r\n/, '');

/** Whether the first answer has come to its end, so far as it says where that is. */
function isWhole(text: string, withoutBody: boolean): boolean {
  const answer = finalOf(text);
  const end = answer.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const [head, body] = [answer.slice(0, end), answer.slice(end + 4)];
  if (withoutBody || /^HTTP\/1\.[01] (204|304)/.test(head)) return true;
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  if (length !== undefined) return body.length >= Number(length);
  return /^transfer-encoding: *chunked/im.test(head) && /(^|\r\n)0\r\n\r\n$/.test(body);
}

/** The first answer in these bytes. */
function read(text: string): Answer {
  const [line = '', ...rest] = finalOf(text).split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1];
  if (status === undefined) return { status: null, contentType: null, etag: null, body: text };
  const blank = rest.indexOf('');
  const headers = new Map(rest.slice(0, blank).map((one) => [one.slice(0, one.indexOf(':')).toLowerCase(), one.slice(one.indexOf(':') + 1).trim()]));
  const all = rest.slice(blank + 1).join('\r\n');
  const length = Number(headers.get('content-length') ?? Number.NaN);
  const body = Number.isNaN(length) ? unchunked(all) : Buffer.from(all, 'latin1').subarray(0, length).toString();
  return { status: Number(status), contentType: headers.get('content-type') ?? null, etag: headers.get('etag') ?? null, body };
}

function unchunked(text: string): string {
  let left = text;
  let whole = '';
  for (let size = Number.parseInt(left, 16); size > 0; size = Number.parseInt(left, 16)) {
    const from = left.indexOf('\r\n') + 2;
    whole += left.slice(from, from + size);
    left = left.slice(from + size + 2);
  }
  return Buffer.from(whole, 'latin1').toString();
}

/** Sends bytes and reads until the server ends the connection; throws where it never does. */
const overSocket = (port: number, bytes: Buffer): Promise<Answer> =>
  new Promise((resolve, reject) => {
    let text = '';
    const withoutBody = bytes.subarray(0, 5).toString('latin1') === 'HEAD ';
    const socket = connect(port, '127.0.0.1', () => void socket.write(bytes));
    // An answer on a connection that stays open is an answer too.
    let idle: NodeJS.Timeout | undefined;
    const late = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no answer and no end within ${RAW_MS} ms`));
    }, RAW_MS);
    const finish = (): void => {
      clearTimeout(late);
      clearTimeout(idle);
      socket.destroy();
      resolve(read(text));
    };
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      clearTimeout(idle);
      if (isWhole(text, withoutBody)) return finish();
      // That it may go on is not the answer yet.
      if (read(text).status !== null) idle = setTimeout(finish, IDLE_MS);
    });
    socket.on('close', finish);
    // A connection that is reset has ended.
    socket.on('error', () => undefined);
  });

/** Sends it. */
export async function sendShot(port: number, agent: Agent, shot: Shot): Promise<Answer> {
  if (shot.raw !== null || !isPlain(shot)) return overSocket(port, shot.raw ?? bytesOf(shot));
  const answer = await agent.request({
    origin: `http://127.0.0.1:${port}`,
    path: shot.path,
    method: shot.method as 'GET',
    headers: shot.headers.flat(),
    body: shot.body,
    bodyTimeout: WITHIN_MS,
    headersTimeout: WITHIN_MS,
  });
  const { 'content-type': type, etag } = answer.headers;
  return {
    status: answer.statusCode,
    contentType: typeof type === 'string' ? type : null,
    etag: typeof etag === 'string' ? etag : null,
    body: await answer.body.text(),
  };
}
