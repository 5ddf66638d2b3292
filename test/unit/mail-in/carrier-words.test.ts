// Customers read the names of carriers, and never that of a provider who reports for many.
import { expect, it } from 'vitest';
import { carrierIn } from '#mail-in/carrier-words.ts';
import { carriers } from '#mail-in/carriers/carriers.ts';
import { render } from '#notifications/render.ts';
import { Locale } from '#platform/schema.ts';
import { facts, reader } from '../../support/told.ts';

it.each([...carriers.keys()])('%s is no word for a customer', (code) => {
  for (const locale of Locale.options) expect(carrierIn(code, locale)).not.toBe(code);
});

it('shows a name that people know, and a code of the installation’s own as it is', () => {
  expect([carrierIn('sf', 'zh-CN'), carrierIn('sf', 'en'), carrierIn('corner-shop', 'en')]).toEqual(['顺丰速运', 'SF Express', 'corner-shop']);
});

it.each(Locale.options)('in %s a mail names nobody where only the provider is known', (locale) => {
  const of = (carrier: string): string => render('shipped', { ...facts, shipment: { carrier, waybillTail: '1234', eta: null } }, reader(locale)).text;
  expect(of('easypost')).toMatch(/(快递：运单尾号|Parcel: waybill ending in) 1234/);
  expect(of('sf')).toMatch(/快递：顺丰速运，运单尾号 1234|Parcel: SF Express, waybill ending in 1234/);
});

it.each(Locale.options)('in %s a number under which the carrier has passed a parcel on is told with the one that is known', (locale) => {
  const passedOn = { carrier: 'sf', waybillTail: '9876', sentAs: '1234', eta: null };
  expect(render('delivery_failed', { ...facts, shipment: passedOn }, reader(locale)).text).toMatch(
    /9876（快递已转单，原运单尾号 1234）|9876 \(passed on by the carrier; before: 1234\)/,
  );
});
