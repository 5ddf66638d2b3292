// The pass of a proof: for one ticket, for half an hour, and not to be made or changed by anyone else.
import { describe, expect, it } from 'vitest';
import { readToken, writeToken } from '#lookup/token.ts';
import { createSeal } from '#platform/seal.ts';

const seal = createSeal(['a secret of at least 32 characters, for tests']);
const now = new Date('2026-11-22T08:00:00.000Z');
const pass = { brandId: 'brd_a', ticketId: 'tkt_a' };
const later = (minutes: number): Date => new Date(now.getTime() + minutes * 60_000);

describe('lookup token', () => {
  const token = writeToken(seal, pass, now);

  it('opens its ticket for 30 minutes', () => {
    expect(token.expiresAt).toEqual(later(30));
    expect(readToken(seal, token.value, later(29))).toEqual({ ...pass, expiresAt: later(30) });
    expect(readToken(seal, token.value, later(30))).toBeNull();
  });

  it.each(['', '.', 'a.b', `${token.value}x`, `x${token.value}`, token.value.slice(0, -2), token.value.split('.')[0] ?? ''])(
    'refuses %j',
    (value) => {
      expect(readToken(seal, value, now)).toBeNull();
    },
  );

  it('refuses a pass signed under another secret or for another ticket', () => {
    expect(readToken(createSeal(['another secret of at least 32 characters']), token.value, now)).toBeNull();
    const other = Buffer.from(JSON.stringify(['brd_a', 'tkt_b', later(30).getTime()])).toString('base64url');
    expect(readToken(seal, `${other}.${token.value.split('.')[1] ?? ''}`, now)).toBeNull();
  });
});
