// The thread that prints: it comes when there is something to print, ends when there is not, and one bad document harms no other.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { openPress, type Press } from '#documents/press.ts';
import type { Printable } from '#documents/printable.ts';
import { receiptOf } from '#documents/receipt.ts';
import { receiptRecord } from '../../support/document-records.ts';

const document = receiptOf(receiptRecord('en'), 'en', 'https://repair.example');
/** It cannot be drawn: a block of no known kind. */
const broken = { ...document, blocks: [{ kind: 'table' }] } as unknown as Printable;

let press: Press;
afterEach(() => press?.close());

const isPdf = (pdf: Uint8Array): boolean => Buffer.from(pdf.subarray(0, 5)).toString() === '%PDF-';

describe('the press', () => {
  it('prints in turn, and again after its thread has ended', async () => {
    press = openPress({ idleMs: 50 });
    const printed = await Promise.all([press.print(document), press.print(document), press.print(document)]);
    expect(printed.every(isPdf)).toBe(true);
    await sleep(200);
    expect(isPdf(await press.print(document))).toBe(true);
  });

  it('survives a document that cannot be drawn: the one behind it is printed', async () => {
    press = openPress();
    const [bad, good] = await Promise.allSettled([press.print(broken), press.print(document)]);
    expect(bad.status).toBe('rejected');
    expect(good.status).toBe('fulfilled');
  });

  it('gives up what takes too long', async () => {
    press = openPress({ drawingMs: 1 });
    await expect(press.print(document)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('takes eight at a time and refuses the ninth', async () => {
    press = openPress();
    const taken = Array.from({ length: 8 }, () => press.print(document));
    await expect(press.print(document)).rejects.toMatchObject({ code: 'overloaded' });
    expect((await Promise.all(taken)).every(isPdf)).toBe(true);
  });

  it('refuses what is in hand when it closes', async () => {
    press = openPress();
    const printing = [press.print(document), press.print(document)];
    const settled = Promise.allSettled(printing);
    await press.close();
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
