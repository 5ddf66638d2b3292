// Ids sort by time and name their kind; ticket codes survive being typed and spoken.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idPattern, newId, newTicketCode, readTicketCode } from '#platform/id.ts';

describe('ids', () => {
  it('carry their kind and fit its pattern', () => {
    expect(newId('ticket')).toMatch(idPattern('ticket'));
    expect(newId('ticket')).not.toMatch(idPattern('quote'));
  });

  it('sort by the time they were made', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 47), fc.nat(2 ** 47), (a, b) => {
        fc.pre(a !== b);
        expect(newId('event', a) < newId('event', b)).toBe(a < b);
      }),
    );
  });

  it('are UUIDv7 underneath (RFC 9562)', () => {
    const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
    const value = [...newId('event', 1_700_000_000_000).slice(4)].reduce((sum, c) => sum * 32n + BigInt(alphabet.indexOf(c)), 0n);
    expect(value >> 80n).toBe(1_700_000_000_000n);
    expect((value >> 76n) & 0xfn).toBe(7n);
    expect((value >> 62n) & 3n).toBe(2n);
  });
});

describe('ticket codes', () => {
  it('are read however they are typed', () => {
    fc.assert(
      fc.property(fc.nat(), () => {
        const code = newTicketCode();
        expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}[0-9A-HJKMNP-Z]$/);
        expect(readTicketCode(`${code.slice(0, 5).toLowerCase()}-${code.slice(5)} `)).toBe(code);
        expect(readTicketCode(code.replaceAll('0', 'o').replaceAll('1', 'l'))).toBe(code);
      }),
      { numRuns: 500 },
    );
  });

  it('do not forgive one wrong character or two that changed places', () => {
    fc.assert(
      fc.property(fc.nat(9), fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'), (at, other) => {
        const code = newTicketCode();
        fc.pre(code[at] !== other);
        expect(readTicketCode(code.slice(0, at) + other + code.slice(at + 1))).toBeNull();
        const swapped = code.slice(0, at) + code[at + 1] + code[at] + code.slice(at + 2);
        if (swapped !== code) expect(readTicketCode(swapped)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  it('are nothing else', () => {
    for (const text of ['', '1234567890', 'ABCDEFGHJK*', '💥'.repeat(11), 'A'.repeat(4000)]) expect(readTicketCode(text)).toBeNull();
  });
});
