// The access token of a WeChat account. Its stable form is one and the same for every process that asks while it is valid.
import { z } from 'zod';
import { int4 } from '#platform/schema.ts';
import { type Answer, type Caller, objectIn } from './http.ts';

const Granted = z.object({ access_token: z.string().min(1).max(1_000), expires_in: int4(1, 100_000) });
const Refused = z.object({ errcode: int4(-1_000_000) });

/** WeChat gave no token; the message says why, as a reason has it. */
export class NoToken extends Error {
  override readonly name = 'NoToken';
  readonly answer: Answer;

  constructor(reason: string, answer: Answer) {
    super(reason);
    this.answer = answer;
  }
}

function whyNot(said: unknown, { statusCode }: Answer): string {
  const refused = Refused.safeParse(said);
  if (refused.success) return `wechat_${refused.data.errcode}`;
  return statusCode === 200 ? 'token_unreadable' : `status_${statusCode}`;
}

/** Hands out the token, and another where one was refused. */
export interface Tokens {
  /** `refused`: the token that WeChat would not take any more. Throws NoToken, or what the call throws. */
  token(refused?: string): Promise<string>;
}

/** Asked for again this long before it ends. */
const EARLY_S = 120;
/** WeChat lets a token be ended for a new one twenty times a day. */
const FORCE_EVERY_MS = 60_000;

/** Keeps the token of one account; calls that need it at the same time wait for one answer. */
export function keepToken(caller: Caller, url: string, appid: string, secret: string): Tokens {
  let kept: { token: string; until: number } | null = null;
  let asking: Promise<string> | null = null;
  let forcedAt = Number.NEGATIVE_INFINITY;

  async function ask(force: boolean): Promise<string> {
    const body = JSON.stringify({ grant_type: 'client_credential', appid, secret, force_refresh: force });
    const answer = await caller.post(`${url}/cgi-bin/stable_token`, { 'content-type': 'application/json' }, body);
    const said = objectIn(answer.text);
    const granted = Granted.safeParse(said);
    if (!granted.success) throw new NoToken(whyNot(said, answer), answer);
    const { access_token: token, expires_in: seconds } = granted.data;
    kept = { token, until: performance.now() + Math.max(seconds - EARLY_S, seconds / 2) * 1000 };
    return token;
  }

  /** Another process may have had it renewed already; to force it ends the token that all of them use. */
  async function renew(refused: string | undefined): Promise<string> {
    const token = await ask(false);
    if (token !== refused || performance.now() - forcedAt < FORCE_EVERY_MS) return token;
    forcedAt = performance.now();
    return ask(true);
  }

  return {
    token(refused) {
      if (kept !== null && kept.token !== refused && kept.until > performance.now()) return Promise.resolve(kept.token);
      asking ??= renew(refused).finally(() => {
        asking = null;
      });
      return asking;
    },
  };
}
