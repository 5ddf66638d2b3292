// Files in a bucket that speaks the S3 API: path-style addresses, Signature Version 4, every wait bounded, one more try where it stumbles.
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Agent, Dispatcher } from 'undici';
import { type FileStore, type Kept, StoreTrouble } from './contract.ts';

const CONNECT_MS = 5_000;
const ANSWER_MS = 15_000;
const TRIES = 2;
const PAGE = 1_000;
/** SHA-256 of nothing: calls without a body sign it. */
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

interface Bucket {
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Put before every key, so that several installations may share a bucket. */
  prefix: string;
}

function bucketOf(address: string): Bucket {
  const url = new URL(address);
  const [bucket = '', ...folders] = url.pathname.split('/').filter((part) => part !== '');
  return {
    endpoint: `${url.protocol}//${url.host}/${bucket}`,
    region: url.searchParams.get('region') ?? 'us-east-1',
    accessKeyId: decodeURIComponent(url.username),
    secretAccessKey: decodeURIComponent(url.password),
    prefix: folders.map((folder) => `${folder}/`).join(''),
  };
}

interface Ask {
  method: 'GET' | 'PUT' | 'DELETE';
  /** After the bucket, query included. */
  at: string;
  headers?: Record<string, string>;
  sha256?: string;
  body?: () => Readable;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const plain = (text: string): string => text.replaceAll(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);
const textOf = (xml: string, name: string): string | null => {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return found === undefined ? null : plain(found);
};

/** Loaded by the first call: a process whose files lie on the disk has no use for them. */
async function openWire() {
  const [{ Agent, request }, { AwsV4Signer }] = await Promise.all([import('undici'), import('aws4fetch')]);
  const agent: Agent = new Agent({ connect: { timeout: CONNECT_MS }, headersTimeout: ANSWER_MS, bodyTimeout: ANSWER_MS, connections: 16 });
  return { agent, request, AwsV4Signer };
}

/** Opens the bucket of `https://key:secret@host/bucket?region=…`; connections are made on first use. */
export function openS3(address: string): FileStore {
  const { endpoint, region, accessKeyId, secretAccessKey, prefix } = bucketOf(address);
  let wire: ReturnType<typeof openWire> | null = null;

  async function once({ method, at, headers = {}, sha256 = EMPTY, body }: Ask): Promise<Dispatcher.ResponseData> {
    const { agent, request, AwsV4Signer } = await (wire ??= openWire());
    const signer = new AwsV4Signer({
      method,
      url: `${endpoint}${at}`,
      headers: { ...headers, 'x-amz-content-sha256': sha256 },
      ...{ service: 's3', region, accessKeyId, secretAccessKey },
    });
    const signed = await signer.sign();
    return request(signed.url, {
      method,
      headers: Object.fromEntries(signed.headers),
      dispatcher: agent,
      ...(body === undefined ? {} : { body: body() }),
    });
  }

  /** Answers what came back with one of the statuses that are `good`. */
  async function ask(what: Ask, good: readonly number[]): Promise<Dispatcher.ResponseData> {
    let cause: unknown;
    for (let tried = 0; tried < TRIES; tried += 1) {
      try {
        const answer = await once(what);
        if (good.includes(answer.statusCode)) return answer;
        const said = await answer.body.text();
        cause = new Error(`${answer.statusCode} ${textOf(said, 'Code') ?? ''}`);
        // A refusal stays one; only what the server itself could not do is tried again.
        if (answer.statusCode < 500) break;
      } catch (error) {
        cause = error;
      }
    }
    throw new StoreTrouble(`the bucket refuses a ${what.method}`, { cause });
  }

  async function* pages(): AsyncGenerator<Kept> {
    let token: string | null = null;
    do {
      const more: string = token === null ? '' : `&continuation-token=${encodeURIComponent(token)}`;
      const answer = await ask({ method: 'GET', at: `?list-type=2&max-keys=${PAGE}&prefix=${encodeURIComponent(prefix)}${more}` }, [200]);
      const xml = await answer.body.text();
      for (const [, entry = ''] of xml.matchAll(/<Contents>([^]*?)<\/Contents>/g)) {
        const key = textOf(entry, 'Key') ?? '';
        yield { key: key.slice(prefix.length), putAt: new Date(textOf(entry, 'LastModified') ?? Number.NaN) };
      }
      token = textOf(xml, 'IsTruncated') === 'true' ? textOf(xml, 'NextContinuationToken') : null;
    } while (token !== null);
  }

  return {
    async put(key, path, about) {
      const headers = { 'content-type': about.mediaType, 'content-length': String(about.bytes) };
      const sha256 = about.sha256.toString('hex');
      // The server compares the bytes with the signed checksum: what arrives damaged is refused.
      const answer = await ask({ method: 'PUT', at: `/${prefix}${key}`, headers, sha256, body: () => createReadStream(path) }, [200]);
      await answer.body.dump();
    },
    async open(key) {
      const answer = await ask({ method: 'GET', at: `/${prefix}${key}` }, [200, 404]);
      if (answer.statusCode === 200) return answer.body;
      await answer.body.dump();
      return null;
    },
    async remove(key) {
      const answer = await ask({ method: 'DELETE', at: `/${prefix}${key}` }, [200, 204, 404]);
      await answer.body.dump();
    },
    list: pages,
    close: async () => (await wire)?.agent.close(),
  };
}
