// What a partner answers is kept without secrets, and whoever writes the answer cannot keep a worker busy with it.
import { expect, test } from 'vitest';
import { BODY_KEPT, bodyKept } from '#notifications/channels/exchange.ts';

const kept = (text: string): string | null => bodyKept(Buffer.from(text), 'text/plain');

test.each([
  ['{"accessToken": "abc", "code": 7}', '{"accessToken": "[redacted]", "code": 7}'],
  ['{"x-api-key":"a\\"b","ok":true}', '{"x-api-key":"[redacted]","ok":true}'],
  ['note: password=hunter2&next=1', 'note: password="[redacted]"&next=1'],
  ['session_id = 4711; path=/', 'session_id = "[redacted]"; path=/'],
  ['Bearer abcdefgh12345678', 'Bearer [redacted]'],
  ['nothing: to see', 'nothing: to see'],
])('%s', (said, expected) => {
  expect(kept(said)).toBe(expected);
});

test.each(['token', 'a', 'token-', '"token', 'token:"\\', 'basic ', 'a '])('an answer made of %j alone is read in no time', (piece) => {
  const body = piece.repeat(BODY_KEPT).slice(0, BODY_KEPT);
  // Of this process alone: other suites run beside it.
  const began = process.cpuUsage();
  kept(body);
  expect(process.cpuUsage(began).user).toBeLessThan(200_000);
});
