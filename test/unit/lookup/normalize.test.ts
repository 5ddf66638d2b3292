// What people type for one device must become one spelling, and nothing else may become it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { luhnDigit, normalizeIdentifier, readIdentifier, readTypedIdentifier } from '#lookup/normalize.ts';

const norm = (raw: string): string => normalizeIdentifier(raw).norm;

describe('serial numbers', () => {
  it.each([
    'C02XK0AAJG5H',
    'c02xk0aajg5h',
    ' C02X-K0AA-JG5H ',
    'C02X K0AA JG5H',
    'C02X.K0AA/JG5H',
    'c02x:k0aa_jg5h',
    'Ｃ０２ＸＫ０ＡＡＪＧ５Ｈ',
    'C02X\u3000K0AA\u2013JG5H',
    '\uFEFFC02XK0AA\u200BJG5H',
  ])('reads %j as one', (typed) => {
    expect(norm(typed)).toBe('C02XK0AAJG5H');
  });

  it('keeps O and 0, I and 1 and L apart in the exact form and folds them in the other', () => {
    expect(normalizeIdentifier('OIL-0011')).toEqual({ norm: 'OIL0011', confusable: '0110011', kind: 'serial' });
  });

  it('does not fold S, B or Z', () => {
    expect(normalizeIdentifier('SBZ5820X').confusable).toBe('SBZ5820X');
  });

  it('refuses what is longer than 40 characters, before and after compatibility forms are spelt out', () => {
    expect(readIdentifier('A'.repeat(40)).ok).toBe(true);
    expect(readIdentifier('A'.repeat(41))).toEqual({ ok: false, hint: 'too_long' });
    expect(readIdentifier('A'.repeat(200))).toEqual({ ok: false, hint: 'too_long' });
    expect(readIdentifier('\uFDFA'.repeat(10))).toEqual({ ok: false, hint: 'too_long' });
  });

  it('refuses what has no letter or digit', () => {
    expect(readIdentifier(' -./:_ ')).toEqual({ ok: false, hint: 'empty' });
    expect(() => normalizeIdentifier('--')).toThrow(/no letter or digit/);
  });
});

describe('IMEI', () => {
  it.each([
    ['490154203237518', '15 digits with their check digit'],
    ['49015420323751', '14 digits: the check digit is computed'],
    ['4901542032375101', '16 digits: the software version is dropped'],
    ['49-015420-323751-8', 'separators'],
    ['４９０１５４２０３２３７５１８', 'full width'],
  ])('reads %s (%s)', (typed) => {
    expect(normalizeIdentifier(typed)).toEqual({ norm: '490154203237518', confusable: '490154203237518', kind: 'imei' });
  });

  it('names a wrong check digit', () => {
    expect(readIdentifier('490154203237517')).toEqual({ ok: false, hint: 'imei_check_digit' });
  });

  it('of a stranger with a wrong check digit may be a serial all the same', () => {
    const serial = { ok: true, norm: '490154203237517', confusable: '490154203237517', kind: 'serial' };
    expect(readTypedIdentifier('49-015420-323751-7')).toEqual({ ...serial, doubtful: true });
    expect(readTypedIdentifier('490154203237518')).toMatchObject({ kind: 'imei', doubtful: false });
    expect(readTypedIdentifier('--')).toEqual({ ok: false, hint: 'empty' });
  });

  it('takes numbers of other lengths for serials, unless an IMEI was announced', () => {
    expect(normalizeIdentifier('4901542032375').kind).toBe('serial');
    expect(normalizeIdentifier('49015420323751812').kind).toBe('serial');
    expect(readIdentifier('4901542032375', 'imei')).toEqual({ ok: false, hint: 'imei_length' });
    expect(readIdentifier('C02XK0AAJG5H', 'imei')).toEqual({ ok: false, hint: 'imei_length' });
  });

  it('keeps a declared serial that fails the check a serial', () => {
    expect(readIdentifier('490154203237517', 'serial')).toEqual({ ok: true, norm: '490154203237517', confusable: '490154203237517', kind: 'serial' });
    expect(normalizeIdentifier('490154203237518', 'serial').kind).toBe('imei');
  });
});

describe('for any text', () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 60 });

  it('never throws, and reading twice changes nothing', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        const once = readIdentifier(raw);
        if (!once.ok) return;
        expect(readIdentifier(once.norm)).toEqual(once);
        expect(once.norm.length).toBeLessThanOrEqual(40);
        expect(once.norm).not.toMatch(/[\s\-./:_\0]/);
      }),
    );
  });

  it('does not depend on case, width or separators', () => {
    const serial = fc.string({ unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'), minLength: 1, maxLength: 13 });
    const wide = (text: string): string => [...text].map((c) => String.fromCodePoint((c.codePointAt(0) ?? 0) + 0xfee0)).join('');
    fc.assert(
      fc.property(serial, fc.constantFrom(' ', '-', '.', '/', ':', '_', '\u3000', '\u2014'), (value, separator) => {
        expect(norm(value.toLowerCase())).toBe(value);
        expect(norm(wide(value))).toBe(value);
        expect(norm([...value].join(separator))).toBe(value);
      }),
    );
  });

  it('folds to a form without O, I and L that is folded already', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        const read = readIdentifier(raw);
        if (!read.ok) return;
        expect(read.confusable).not.toMatch(/[OIL]/);
        expect(read.confusable.length).toBe(read.norm.length);
      }),
    );
  });

  it('finds every single wrong digit of an IMEI', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 14, maxLength: 14 });
    fc.assert(
      fc.property(digits, fc.nat(14), fc.integer({ min: 1, max: 9 }), (body, at, shift) => {
        const imei = body + luhnDigit(body);
        const wrong = imei.slice(0, at) + ((Number(imei[at]) + shift) % 10) + imei.slice(at + 1);
        expect(readIdentifier(wrong)).toEqual({ ok: false, hint: 'imei_check_digit' });
      }),
    );
  });
});
