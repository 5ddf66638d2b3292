// What a label and a scan may look like at the edge.
import { describe, expect, it } from 'vitest';
import { LabelInput, ShipmentInput } from '#mail-in/shipment.ts';
import { CarrierName, ScanInput, Waybill } from '#mail-in/tracking.ts';

describe('Waybill', () => {
  it('is read without regard to case or spaces', () => {
    expect(Waybill.parse(' sf 7444 4710 39325\t')).toBe('SF7444471039325');
    expect(Waybill.parse('  sf1234567890123 ')).toBe('SF1234567890123');
    expect(Waybill.parse('1')).toBe('1');
    expect(Waybill.parse('9'.repeat(64))).toHaveLength(64);
  });
  it.each(['', ' ', '9'.repeat(65), 'A\0B', 'A\ud800', '-1', '顺丰1'])('refuses %j', (waybill) => {
    expect(Waybill.safeParse(waybill).success).toBe(false);
  });
});

describe('CarrierName', () => {
  it.each(['', 'x', 'EasyPost', '../x', 'e'.repeat(41), 'e\0'])('refuses %j', (name) => {
    expect(CarrierName.safeParse(name).success).toBe(false);
  });
});

describe('LabelInput', () => {
  const label = { carrier: 'easypost', waybill: 'EZ1', payer: 'brand' };
  it('takes a pickup slot in order only', () => {
    const slot = { pickupFrom: '2026-11-22T10:00:00+08:00', pickupTo: '2026-11-22T12:00:00+08:00' };
    expect(LabelInput.safeParse({ ...label, ...slot }).success).toBe(true);
    expect(LabelInput.safeParse({ ...label, pickupFrom: slot.pickupTo, pickupTo: slot.pickupFrom }).success).toBe(false);
    expect(LabelInput.safeParse({ ...label, pickupTo: slot.pickupTo }).success).toBe(false);
  });
  it.each([
    { labelUrl: 'javascript:alert(1)' },
    { labelUrl: `https://e.example/${'x'.repeat(500)}` },
    { labelUrl: 'https://e.example/\0' },
    { declaredValue: { amount: 2_147_483_648, currency: 'CNY' } },
    { declaredValue: { amount: 1.5, currency: 'CNY' } },
    { payer: 'nobody' },
    { surprise: true },
  ])('refuses %j', (more) => {
    expect(LabelInput.safeParse({ ...label, ...more }).success).toBe(false);
  });
  it('knows no intake on the way back', () => {
    const intake = {
      contactVerified: true,
      backupConsent: { method: 'signature', takenBy: 'Lin', givenAt: '2026-11-22T10:00:00+08:00', textVersion: '1', locale: 'en' },
    };
    expect(ShipmentInput.safeParse({ ...label, direction: 'inbound', intake }).success).toBe(true);
    expect(ShipmentInput.safeParse({ ...label, direction: 'outbound', intake }).success).toBe(false);
  });
});

describe('ScanInput', () => {
  const scan = { status: 'picked_up', occurredAt: '2026-11-22T10:00:00+08:00' };
  it.each([
    { status: 'unknown' },
    { status: 'teleported' },
    { occurredAt: 'yesterday' },
    { location: 'A\0' },
    { detail: 'x'.repeat(301) },
    { location: '\ud800' },
  ])('refuses %j', (more) => {
    expect(ScanInput.safeParse({ ...scan, ...more }).success).toBe(false);
  });
});
