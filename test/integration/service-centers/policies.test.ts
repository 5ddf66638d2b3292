// Policies over the API: of the house, of a brand, of a center, by versions that stay.
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { PolicyInForce } from '#service-centers/policy.ts';
import { housePolicy } from '#service-centers/policy.ts';
import { startApp, type TestApp } from '../../support/app.ts';

let test: TestApp | undefined;
beforeEach(async () => {
  await test?.close();
  test = await startApp();
});
afterAll(() => test?.close());

const started = (): TestApp => test as TestApp;
const ofBrand = '/v1/policy';
const ofCenter = (): string => `/v1/service-centers/${started().centerId}/policy`;
const get = (url: string, key = started().keys.brand) => started().call(key, { method: 'GET', url });
const put = (url: string, payload: object, key = started().keys.brand) => started().call(key, { method: 'PUT', url, payload });
const inForce = async (url: string, key?: string): Promise<PolicyInForce> => (await get(url, key)).json<PolicyInForce>();

describe('a policy', () => {
  it('is that of the house until somebody says otherwise', async () => {
    const house = { of: 'house', version: 0, effectiveAt: null, policy: housePolicy };
    expect(await inForce(ofBrand)).toEqual(house);
    expect(await inForce(ofCenter())).toEqual(house);
    expect(await inForce(ofCenter(), started().keys.center)).toEqual(house);
  });

  it('of the brand holds for its centers; what is not sent stays', async () => {
    const first = await put(ofBrand, { repairDays: 7 });
    expect([first.statusCode, first.json()]).toEqual([
      200,
      { of: 'brand', version: 1, effectiveAt: expect.any(String), policy: { ...housePolicy, repairDays: 7 } },
    ]);
    const second = await put(ofBrand, { diagnosisDays: 1, checklists: { phone: [] } });
    const policy = { ...housePolicy, repairDays: 7, diagnosisDays: 1, checklists: { ...housePolicy.checklists, phone: [] } };
    expect(second.json()).toMatchObject({ of: 'brand', version: 2, policy });
    expect(await inForce(ofCenter())).toEqual(second.json());
  });

  it('of a center starts from that of the brand and goes its own way', async () => {
    await put(ofBrand, { repairDays: 7 });
    const own = await put(ofCenter(), { diagnosisDays: 2 });
    expect(own.json()).toMatchObject({ of: 'center', version: 1, policy: { ...housePolicy, repairDays: 7, diagnosisDays: 2 } });
    await put(ofBrand, { repairDays: 9 });
    expect(await inForce(ofCenter())).toEqual(own.json());
    expect((await inForce(ofBrand)).policy).toEqual({ ...housePolicy, repairDays: 9 });
    expect((await put(ofCenter(), { stuckDays: 4 })).json()).toMatchObject({ version: 2 });
  });

  it('keeps its old versions, and the database lets nobody change them', async () => {
    await put(ofBrand, { repairDays: 7 });
    await put(ofBrand, { repairDays: 8 });
    const rows = await started().owner.selectFrom('policies').select(['center_id', 'version', 'made_by']).orderBy('version').execute();
    expect(rows).toEqual([
      { center_id: '*', version: 1, made_by: expect.any(String) },
      { center_id: '*', version: 2, made_by: expect.any(String) },
    ]);
    await expect(started().owner.deleteFrom('policies').execute()).rejects.toThrow(/append-only/);
  });

  it('that twenty change at once has twenty versions and every change', async () => {
    const url = ofCenter();
    const words = ['acknowledgeDays', 'diagnosisDays', 'repairDays', 'stuckDays', 'disputeDays'];
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => put(url, { [words[n % 5] as string]: 40 + n })));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(answers.map((answer) => answer.json<PolicyInForce>().version).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
    const { policy } = await inForce(url);
    expect(words.map((word) => policy[word as 'repairDays'] >= 40)).toEqual([true, true, true, true, true]);
  });

  it('is said by the brand, and read by the center for itself only', async () => {
    expect((await put(ofBrand, { repairDays: 7 }, started().keys.center)).statusCode).toBe(403);
    expect((await put(ofCenter(), { repairDays: 7 }, started().keys.center)).statusCode).toBe(403);
    expect((await get(ofBrand, started().keys.center)).statusCode).toBe(403);
    expect((await get(ofCenter(), started().keys.courier)).statusCode).toBe(403);
    const other = await started().addBrand();
    expect((await get(ofCenter(), other.keys.center)).statusCode).toBe(404);
    expect((await put(ofCenter(), { repairDays: 7 }, other.keys.brand)).statusCode).toBe(404);
  });

  it.each([
    ['nothing', {}],
    ['a word it does not know', { repairDay: 3 }],
    ['a ladder that goes down', { labelReminderDays: [7, 3] }],
    ['no days', { repairDays: 0 }],
    ['a fee in no currency', { storageDailyFee: { amount: 5, currency: 'yuan' } }],
    ['a checklist of no device', { checklists: { boat: [] } }],
    [
      'more than a body may hold',
      { checklists: { phone: Array.from({ length: 61 }, (_, n) => ({ key: `k${n}`, label: { 'zh-CN': '测', en: 'Test' }, mandatory: true })) } },
    ],
  ])('is not changed by %s', async (_, payload) => {
    const answer = await put(ofBrand, payload);
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([400, 'validation_failed']);
    expect(await inForce(ofBrand)).toMatchObject({ of: 'house' });
  });
});
