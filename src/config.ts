// The only reader of the environment: every setting, its default and its meaning. README and .env.example are made from it.
import path from 'node:path';
import { z } from 'zod';
import { ChannelSettings, missingIn } from '#notifications/channels/settings.ts';
import { secretsIn, secretsOf } from '#platform/secrets-file.ts';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const namesBucket = (address: string): boolean => {
  const url = URL.parse(address);
  // What is no URL is refused as such already.
  return url === null || (url.username !== '' && url.password !== '' && /^\/[^/]/.test(url.pathname));
};
const seconds = z.coerce.number().min(0.05).max(31_536_000);

/** `easypost=https://…,…` as a table; undefined where an entry is none. */
function addressesIn(text: string): Record<string, string> | undefined {
  const entries = text.split(',').map((entry) => /^([a-z0-9_-]{2,40})=(https?:\/\/\S+)$/.exec(entry.trim()));
  if (entries.some((entry) => entry === null || !URL.canParse(entry[2] ?? ''))) return undefined;
  return Object.fromEntries(entries.map((entry) => [entry?.[1], entry?.[2]]));
}

/** Every setting by the name of its environment variable. The description is the documentation. */
export const Settings = z.object({
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('PostgreSQL 15 or newer. Without it an embedded server runs under DATA_DIR.'),
  MIGRATION_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('Login that owns the tables, for migrations. Default: DATABASE_URL.'),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe('Redis 6.2 or newer, or Valkey, for the queue. Without it the queue lives in PostgreSQL.'),
  DATA_DIR: z
    .string()
    .min(1)
    .default('.data')
    .describe('Where photos and files are kept, and the data of the embedded server. API and worker share it.'),
  FILES_S3_URL: z
    .url({ protocol: /^https?$/ })
    .refine(namesBucket, { error: 'takes https://key:secret@host/bucket?region=…' })
    .optional()
    .describe(
      'Bucket for photos and files in place of DATA_DIR, on any S3-compatible server: https://key:secret@host/bucket?region=…; a folder after the bucket is put before every key.',
    ),
  FILE_MAX_BYTES: whole(1_024, 100_000_000).default(15_000_000).describe('Largest photo or file that is taken.'),
  HOST: z.string().min(1).default('127.0.0.1').describe('Address the API listens on.'),
  PORT: whole(0, 65_535).default(8080).describe('Port the API listens on; 0 takes a free one.'),
  OPS_HOST: z.string().min(1).optional().describe('Address of the ops port. Default: HOST.'),
  OPS_TOKEN: z
    .string()
    .regex(/^\S{16,200}$/, { error: 'takes 16 to 200 characters without spaces' })
    .optional()
    .describe(
      'Opens the boards of the ops port (/lanes, /queues), as a bearer token or as the password of a browser. Without it they are shown on loopback only.',
    ),
  OPS_PORT: whole(0, 65_535).default(9090).describe('Port for health and metrics of each process, apart from the public one; 0 takes a free one.'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    // Paths are put behind it as it stands.
    .transform((url) => url.replace(/\/+$/, ''))
    .default('http://localhost:8080')
    .describe('Where customers reach the service; messages name it. Follows PORT when absent.'),
  SECRETS: z
    .string()
    .optional()
    .transform((text, context) => {
      const secrets = text === undefined ? [] : secretsOf(text);
      if (secrets === null) context.addIssue('takes secrets of at least 32 characters, separated by commas');
      return secrets?.join(',') || undefined;
    })
    .describe('Secrets of at least 32 characters, comma-separated, oldest first. They protect serials and API keys: never lose them.'),
  SECRETS_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('File with SECRETS, made with a random one when it does not exist. Default with the embedded database: DATA_DIR/secrets.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least level that is logged; npm start shows warnings only unless it is debug or trace.'),
  TRUST_PROXY: whole(0, 10)
    .default(0)
    .describe('How many reverse proxies stand in front; the client address is taken from X-Forwarded-For accordingly.'),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .optional()
    .describe('SMTP server for mail. Without it mails are kept in the deliveries resource and logged by id (console channel).'),
  MAIL_FROM: z.string().min(3).default('Glassbench <no-reply@localhost>').describe('Sender of mails.'),
  WEBHOOKS_TO_PRIVATE: flag.default(false).describe('Let webhooks go to loopback and private addresses, over http too. Only for trying out.'),
  ...ChannelSettings.shape,
  COALESCE_SECONDS: whole(0, 3_600)
    .default(600)
    .describe(
      'How long a message to a customer that can wait is held back, so that several steps become one message; 0: each step is told by itself.',
    ),
  LEASE_SECONDS: z.coerce
    .number()
    .min(1)
    .max(300)
    .default(12)
    .describe('What a worker that died had in hand is taken over after this long. While it sends, a worker renews its hold.'),
  SETTLE_AFTER_SECONDS: seconds
    .optional()
    .describe(
      'A delivered ticket is closed after this long in every brand. Only for trying out: without it, when the disputeDays of its policy are over.',
    ),
  SWEEP_EVERY_SECONDS: seconds.default(60).describe('How often the schedulers look for what has fallen due.'),
  ASK_CARRIERS_AFTER_HOURS: z.coerce
    .number()
    .min(0.01)
    .max(720)
    .default(12)
    .describe('A parcel whose carrier has said nothing for so long is asked for, where its account has an API key and the carrier can be asked.'),
  CARRIER_URLS: z
    .string()
    .optional()
    .transform((text, context) => {
      const addresses = text === undefined ? {} : addressesIn(text);
      if (addresses === undefined) context.addIssue('takes easypost=https://…, several separated by commas');
      return addresses ?? {};
    })
    .describe('Other addresses for asking carriers than their own, for a proxy or for trying out: easypost=https://…'),
  DRAIN_SECONDS: z.coerce.number().min(0).max(60).default(5).describe('How long /readyz answers 503 before the server closes.'),
  STREAMS_MAX: whole(1, 4_000).default(2_000).describe('Pages that one API process keeps up to date at once; further ones are told to ask again.'),
  STREAM_SECONDS: seconds.max(3_600).default(900).describe('A live stream ends after this long; its page opens the next one by itself.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Collector for traces (OTLP over HTTP, /v1/traces is added). Without it nothing is traced and nothing of OpenTelemetry is loaded. OTEL_EXPORTER_OTLP_HEADERS is sent along.',
    ),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe("Share of requests and deliveries that are traced, 0 to 1; a caller's own trace is followed or not as the caller says."),
  RATE_LIMITS: flag.default(true).describe('Per-address and per-key rate limits.'),
});

/** The settings, parsed. */
export type Config = z.infer<typeof Settings>;

/** A wrong setting, in one sentence. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Parses the environment. Throws a ConfigError that names the variable and what it takes. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = Settings.safeParse(given);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new ConfigError(`The setting ${String(issue?.path[0])} is wrong: ${issue?.message}.`);
  }
  if (result.data.DATABASE_URL !== undefined && (result.data.SECRETS ?? result.data.SECRETS_FILE) === undefined) {
    throw new ConfigError('The setting SECRETS is missing: with DATABASE_URL, set it (or SECRETS_FILE) to a random text of at least 32 characters.');
  }
  const missing = missingIn(result.data);
  if (missing !== null) throw new ConfigError(missing);
  const { PORT } = result.data;
  return given['PUBLIC_URL'] === undefined && PORT > 0 ? { ...result.data, PUBLIC_URL: `http://localhost:${PORT}` } : result.data;
}

/** The settings of this process. Throws like readConfig. */
export const configOfProcess = (): Config => readConfig(process.env);

/** The settings with SECRETS filled in from their file, which is made where it does not exist. Throws a Trouble. */
export const withSecrets = (config: Config): Config => ({
  ...config,
  SECRETS: config.SECRETS ?? secretsIn(config.SECRETS_FILE ?? path.join(config.DATA_DIR, 'secrets')),
});
