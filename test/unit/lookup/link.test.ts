// The customer's link as text: the same every time, different for each ticket and generation, and findable after a new secret.
import { describe, expect, it } from 'vitest';
import { customerLink, hashToken, isLinkToken, linkHash, linkToken } from '#lookup/link.ts';
import { newId } from '#platform/id.ts';
import { createSeal } from '#platform/seal.ts';

const first = 'the first secret of this installation';
const second = 'a second one, added a year afterwards';
const seal = createSeal([first]);
const linked = { ticketId: newId('ticket'), generation: 1 };

describe('a link', () => {
  it('can be written down again at any time', () => {
    expect(linkToken(seal, linked)).toMatch(/^lnk_[\w-]{22}$/);
    expect(linkToken(createSeal([first]), { ...linked })).toBe(linkToken(seal, linked));
    expect(linkHash(seal, linked)).toEqual(hashToken(linkToken(seal, linked)));
  });

  it('is of one ticket and one generation', () => {
    const others = [
      { ...linked, generation: 2 },
      { ticketId: newId('ticket'), generation: 1 },
    ];
    const all = [linked, ...others].map((one) => linkToken(seal, one));
    expect(new Set(all).size).toBe(3);
    expect(linkToken(createSeal([second]), linked)).not.toBe(all[0]);
  });

  it('survives a secret that is added', () => {
    expect(linkToken(createSeal([first, second]), linked)).toBe(linkToken(seal, linked));
  });

  it('has an address under PUBLIC_URL', () => {
    const address = `https://repairs.example.com/t/${linkToken(seal, linked)}`;
    expect(customerLink(seal, 'https://repairs.example.com', linked)).toBe(address);
  });

  it.each(['', 'lnk_', 'lnk_short', `${linkToken(seal, linked)}x`, ` ${linkToken(seal, linked)}`, `gb_b_${'x'.repeat(40)}`])('is not %j', (text) => {
    expect(isLinkToken(text)).toBe(false);
  });
  it('is recognized by its form', () => {
    expect(isLinkToken(linkToken(seal, linked))).toBe(true);
  });
});
