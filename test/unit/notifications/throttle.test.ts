// One receiver in trouble is left alone; the others notice nothing.
import { expect, test, vi } from 'vitest';
import type { Channel, Mail, SendResult } from '#notifications/channels/channel.ts';
import { sparing } from '#notifications/channels/sparing.ts';
import { type Admission, AT_ONCE, createThrottle } from '#notifications/throttle.ts';

const letIn = (admission: Admission): ((now: number) => void) => {
  if ('seconds' in admission) throw new Error(`put off for ${admission.seconds} s`);
  return admission.leave;
};

test('a quick receiver that is busy is waited for: the next lane goes in as soon as one leaves', async () => {
  const throttle = createThrottle();
  const places = await Promise.all(Array.from({ length: AT_ONCE }, () => throttle.admit('a', () => 0)));
  const next = throttle.admit('a', () => 0);
  expect('leave' in (await throttle.admit('b', () => 0))).toBe(true);
  letIn(places[0] as Admission)(0);
  expect('leave' in (await next)).toBe(true);
});

test('a receiver that does not answer gets no more: at once when it is known to be slow, after half a second before', async () => {
  vi.useFakeTimers();
  try {
    const throttle = createThrottle();
    await Promise.all(Array.from({ length: AT_ONCE }, () => throttle.admit('a', () => 0)));
    const answered = vi.fn<(admission: Admission) => void>();
    void throttle.admit('a', () => 0).then(answered);
    await vi.advanceTimersByTimeAsync(499);
    expect(answered).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(answered).toHaveBeenCalledWith({ seconds: 1 });
    // The time stands still: it does not wait.
    expect(await throttle.admit('a', () => 600)).toEqual({ seconds: 1 });
  } finally {
    vi.useRealTimers();
  }
});

test('after a failure nobody calls until the pause is over, then one at a time until one succeeds', async () => {
  const throttle = createThrottle();
  const leave = letIn(await throttle.admit('a', () => 0));
  throttle.failed('a', 0);
  leave(0);
  expect(await throttle.admit('a', () => 500)).toEqual({ seconds: 1.5 });
  expect('leave' in (await throttle.admit('a', () => 2_000))).toBe(true);
  expect(await throttle.admit('a', () => 2_000)).toEqual({ seconds: 1 });
  throttle.succeeded('a');
  expect('leave' in (await throttle.admit('a', () => 2_000))).toBe(true);
});

test('lanes that fail of the same trouble are one failure, the next one alone doubles the pause', async () => {
  const throttle = createThrottle();
  const places = await Promise.all(Array.from({ length: 10 }, () => throttle.admit('a', () => 0)));
  for (const [nth, place] of places.entries()) {
    throttle.failed('a', nth * 100);
    letIn(place)(nth * 100);
  }
  expect(await throttle.admit('a', () => 900)).toEqual({ seconds: 2 });
  const leave = letIn(await throttle.admit('a', () => 2_900));
  throttle.failed('a', 2_900);
  leave(2_900);
  expect(await throttle.admit('a', () => 2_900)).toEqual({ seconds: 4 });
  // Who asks for more time is given it.
  throttle.failed('a', 3_000, 60);
  expect(await throttle.admit('a', () => 3_000)).toEqual({ seconds: 60 });
});

test('who failed long ago and has not been called since is forgotten: customers of a provider’s bad night are not kept for ever', async () => {
  const throttle = createThrottle();
  const fails = async (recipient: string, now: number): Promise<void> => {
    const leave = letIn(await throttle.admit(recipient, () => now));
    throttle.failed(recipient, now);
    leave(now);
  };
  await fails('a', 0);
  const hour = 3_600_000;
  for (let other = 0; other < 2_000; other += 1) await fails(`other ${other}`, hour);
  expect('leave' in (await throttle.admit('a', () => hour))).toBe(true);
  expect('leave' in (await throttle.admit('a', () => hour))).toBe(true);
  // One that failed just now is still left alone.
  expect(await throttle.admit('other 1', () => hour)).toEqual({ seconds: 2 });
});

/** A provider of which each message asks what it answers. */
function provider(answer: () => SendResult | Promise<SendResult>, atOnce?: number) {
  const asked: string[] = [];
  const time = { now: 0 };
  const behind: Channel<Mail> = {
    async send({ id }) {
      asked.push(id);
      return answer();
    },
    close: () => Promise.resolve(),
  };
  const channel = sparing(behind, { now: () => time.now, ...(atOnce === undefined ? {} : { atOnce }) });
  const send = (id: string): Promise<SendResult> => channel.send({ kind: 'mail', id, to: 'w@example.com', subject: '', text: '', html: '' });
  return { asked, time, send };
}
const away = { outcome: 'retry', reason: 'etimedout', throttle: true } as const;
/** Turned away, with the rest of the pause. */
const spared = (after?: number) => ({ outcome: 'retry', reason: 'provider_in_trouble', ...(after === undefined ? {} : { after }) });

test('a provider that has failed three times in a row is left alone: others are answered at once, then one finds out', async () => {
  let answer: SendResult = away;
  const { asked, time, send } = provider(() => answer);
  for (const id of ['1', '2', '3']) expect(await send(id)).toEqual(away);
  time.now = 500;
  expect(await send('4')).toEqual(spared(1.5));
  time.now = 2_000;
  expect(await Promise.all([send('5'), send('6')])).toEqual([away, spared()]);
  time.now = 5_000;
  expect(await send('7')).toEqual(spared(1));
  answer = { outcome: 'sent' };
  time.now = 6_000;
  expect(await send('8')).toEqual(answer);
  expect(await Promise.all([send('9'), send('10')])).toEqual([answer, answer]);
  expect(asked).toEqual(['1', '2', '3', '5', '8', '9', '10']);
});

test('what a provider says of one message or one address is no trouble of its own', async () => {
  const answers: SendResult[] = [away, away, { outcome: 'dead', reason: 'refused_550' }, away, away, { outcome: 'retry', reason: 'eenvelope' }, away];
  const { asked, send } = provider(() => answers.shift() ?? { outcome: 'sent' });
  for (let n = 1; n <= 8; n += 1) await send(String(n));
  expect(asked).toHaveLength(8);
});

test('what waits for a place with a provider is answered as soon as that is known to be away', async () => {
  const { promise, resolve } = Promise.withResolvers<SendResult>();
  const { asked, send } = provider(() => promise, 4);
  const results = Array.from({ length: 400 }, (_, n) => send(String(n)));
  await Promise.resolve();
  expect(asked).toHaveLength(4);
  resolve(away);
  expect((await Promise.all(results)).filter((result) => result !== away)).toHaveLength(396 - 2);
  expect(asked.length).toBeLessThanOrEqual(6);
});

test('a provider that is slow is in no trouble: whoever waits for a place gets one', async () => {
  vi.useFakeTimers();
  try {
    const { asked, send } = provider(() => new Promise((resolve) => setTimeout(resolve, 20_000, { outcome: 'sent' })), 2);
    const results = Promise.all(Array.from({ length: 6 }, (_, n) => send(String(n))));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await results).toEqual(Array(6).fill({ outcome: 'sent' }));
    expect(asked).toHaveLength(6);
  } finally {
    vi.useRealTimers();
  }
});

test('a place that becomes free is given on', async () => {
  const { asked, send } = provider(() => ({ outcome: 'sent' }), 2);
  expect(await Promise.all(Array.from({ length: 10 }, (_, n) => send(String(n))))).toEqual(Array(10).fill({ outcome: 'sent' }));
  expect(asked).toHaveLength(10);
});
