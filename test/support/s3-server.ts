// A bucket on a local HTTP server: keeps objects in memory and believes nobody whose Signature Version 4 it cannot compute itself.
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A started server; what it holds can be looked at. */
export interface S3Server {
  /** As the setting takes it. */
  url: string;
  objects: Map<string, { bytes: Buffer; type: string; putAt: Date }>;
  /** Answers 500 to this many calls from now on. */
  stumble(times: number): void;
  calls: string[];
  close(): Promise<void>;
}

const ACCESS_KEY = 'GBTESTKEY';
const SECRET_KEY = 'a secret/with+signs in it';
const REGION = 'eu-test-1';
const PAGE = 3;

const hex = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const mac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
const encoded = (text: string): string => encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** The signature that the call should carry (AWS Signature Version 4, "Create a signed request"); null where the call is not signed so. */
function dueSignature(request: IncomingMessage, url: URL): { due: string; given: string } | null {
  const form = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/;
  const [, accessKey, day = '', region = '', names = '', given = ''] = form.exec(request.headers.authorization ?? '') ?? [];
  const date = String(request.headers['x-amz-date']);
  if (accessKey !== ACCESS_KEY || region !== REGION || !date.startsWith(day) || !names.split(';').includes('x-amz-content-sha256')) return null;
  const query = [...url.searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).toSorted();
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`);
  const canonical = [request.method, url.pathname, query.join('&'), headers.join(''), names, request.headers['x-amz-content-sha256']].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const key = ['s3', 'aws4_request'].reduce((made, part) => mac(made, part), mac(mac(`AWS4${SECRET_KEY}`, day), region));
  return { due: mac(key, ['AWS4-HMAC-SHA256', date, scope, hex(canonical)].join('\n')).toString('hex'), given };
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Starts it, with one bucket called `photos`. */
export async function startS3(): Promise<S3Server> {
  const objects: S3Server['objects'] = new Map();
  const calls: string[] = [];
  let failures = 0;

  function list(url: URL): string {
    const prefix = url.searchParams.get('prefix') ?? '';
    const after = url.searchParams.get('continuation-token') ?? '';
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after.replace(/^&/, '')).toSorted();
    const shown = keys.slice(0, PAGE);
    const more = keys.length > PAGE;
    const entries = shown.map(
      (key) => `<Contents><Key>${escaped(key)}</Key><LastModified>${objects.get(key)?.putAt.toISOString()}</LastModified><Size>1</Size></Contents>`,
    );
    const token = more ? `<NextContinuationToken>${escaped(`&${shown.at(-1)}`)}</NextContinuationToken>` : '';
    return `<?xml version="1.0"?><ListBucketResult><IsTruncated>${more}</IsTruncated>${token}${entries.join('')}</ListBucketResult>`;
  }

  function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://here');
    const say = (status: number, code: string): void => void response.writeHead(status).end(`<Error><Code>${code}</Code></Error>`);
    calls.push(`${request.method} ${url.pathname}`);
    if (failures > 0) {
      failures -= 1;
      return say(500, 'InternalError');
    }
    const signature = dueSignature(request, url);
    if (signature === null || signature.due !== signature.given) return say(403, 'SignatureDoesNotMatch');
    if (hex(body) !== request.headers['x-amz-content-sha256']) return say(400, 'XAmzContentSHA256Mismatch');
    const key = /^\/photos(?:\/(.+))?$/.exec(url.pathname)?.[1];
    if (key === undefined) return url.pathname.startsWith('/photos') ? void response.end(list(url)) : say(404, 'NoSuchBucket');
    const found = objects.get(key);
    if (request.method === 'PUT') {
      if (request.headers['content-length'] === undefined) return say(411, 'MissingContentLength');
      objects.set(key, { bytes: body, type: String(request.headers['content-type']), putAt: new Date() });
      return void response.end();
    }
    if (request.method === 'DELETE') {
      objects.delete(key);
      return void response.writeHead(204).end();
    }
    if (found === undefined) return say(404, 'NoSuchKey');
    response.writeHead(200, { 'content-type': found.type }).end(found.bytes);
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(request, response, Buffer.concat(chunks)));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${ACCESS_KEY}:${encodeURIComponent(SECRET_KEY)}@127.0.0.1:${port}/photos?region=${REGION}`,
    objects,
    calls,
    stumble: (times) => void (failures = times),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}
