// Bodies that are wrong in one way: what must be refused, and by which name.
import { bodies, consentOf, offerOf, type Scene, technicians } from './bodies.ts';
import { type Action, agreedQuote, draftOf, shownQuote } from './repair.ts';

const HOUR = 3_600_000;
type Spoilt = (scene: Scene) => object;

const at = (ms: number): string => new Date(ms).toISOString();
const yesterday = ({ now }: Scene): string => at(now - 25 * HOUR).slice(0, 10);

/** Every version that is not the one in question, and one of another ticket. */
const wrongQuote = ({ repair, random }: Scene): string => {
  const shown = shownQuote(repair)?.ref;
  return random.pick(['q#0', ...repair.quotes.map(({ ref }) => ref).filter((ref) => ref !== shown)]);
};

const wrongConsent = (scene: Scene): object => {
  const consent = consentOf(scene);
  if (scene.random.chance(0.5)) return { ...consent, givenAt: at(scene.now + HOUR) };
  return { ...consent, takenBy: 'Lin', method: scene.by === 'customer' ? 'email' : 'link' };
};

const priceless = (scene: Scene): { offer: object } | { quoteId: string } => {
  const offer = offerOf(scene, 20_000, agreedQuote(scene.repair)?.currency ?? shownQuote(scene.repair)?.currency);
  const told = scene.repair.feeDisclosed?.amount ?? 0;
  return scene.random.pick([
    { offer: { ...offer, lines: [{ kind: 'discount', text: 'Everything', quantity: 1, unitPrice: 1 }] } },
    { offer: { ...offer, lines: [{ kind: 'part', text: 'Gold', quantity: 999, unitPrice: 100_000_000 }] } },
    { offer: { ...offer, diagnosisFee: told + 1 } },
    { offer: { ...offer, validDays: 9 } },
    { offer: { ...offer, form: 'eu_erif', validDays: 29 } },
    { offer: { ...offer, currency: 'USD', diagnosisFee: 0 } },
    { offer: { ...offer, lines: [{ kind: 'part', text: 'Dear', quantity: 1, unitPrice: 50_000_000 }] } },
    { offer: { ...offer, lines: [{ kind: 'part', text: 'Cheap', quantity: 1, unitPrice: 1 }] } },
    { quoteId: scene.random.pick(['q#0', ...scene.repair.quotes.map(({ ref }) => ref).filter((ref) => ref !== draftOf(scene.repair)?.ref)]) },
  ]);
};

const anyPart = ({ repair, random }: Scene): string => random.pick(['p#0', ...repair.parts.map(({ ref }) => ref)]);

const past =
  (action: 'hold.open' | 'hold.change'): Spoilt =>
  (scene) => ({ ...bodies[action](scene), resumeBy: at(scene.now - scene.random.int(0, 5) * HOUR) });

const sumless = (scene: Scene): object[] =>
  [
    { kind: 'discount', text: 'Everything', quantity: 1, unitPrice: 1 },
    { kind: 'part', text: 'Gold', quantity: 999, unitPrice: 100_000_000 },
  ].map((line) => ({ offer: { ...offerOf(scene, 20_000), lines: [line] } }));

const afterTenYears = ({ now }: Scene): string => at(now + 3660 * 24 * HOUR);

/** A wrong body for the actions whose conditions depend on it. */
export const spoilt: { readonly [A in Action]?: Spoilt } = {
  'intake.open': (scene) => ({ ...bodies['intake.open'](scene), backupConsent: wrongConsent(scene) }),
  'device.receive': (scene) => {
    const { serialUnreadable: _, ...body } = bodies['device.receive'](scene);
    const another = { ...body, serialScanned: 'QUITE-ANOTHER-9' };
    return scene.random.pick([
      another,
      { ...another, acceptMismatch: true },
      { ...body, serialScanned: scene.repair.serials[0], promisedAt: scene.random.pick([at(scene.now), afterTenYears(scene)]) },
    ]);
  },
  'quote.draft': (scene) => scene.random.pick(sumless(scene)),
  'quote.send': priceless,
  'quote.supersede': priceless,
  'quote.revise': (scene) => ({ ...priceless(scene), why: 'More work' }),
  'quote.approve': (scene) => {
    const body = bodies['quote.approve'](scene);
    const { amount, currency } = body.amountShown;
    return scene.random.pick([
      { ...body, quoteId: wrongQuote(scene) },
      { ...body, amountShown: { amount: amount + 1, currency } },
      { ...body, amountShown: { amount, currency: 'USD' } },
      { ...body, consent: wrongConsent(scene) },
    ]);
  },
  'quote.decline': (scene) => {
    const body = bodies['quote.decline'](scene);
    return scene.random.pick([
      { ...body, quoteId: wrongQuote(scene) },
      { ...body, consent: wrongConsent(scene) },
    ]);
  },
  'parts.order': (scene) => {
    const expectedOn = scene.random.pick([yesterday(scene), afterTenYears(scene).slice(0, 10)]);
    return { parts: bodies['parts.order'](scene).parts.map((part) => ({ ...part, expectedOn })) };
  },
  'parts.delay': (scene) => {
    const { parts } = bodies['parts.delay'](scene);
    return scene.random.pick([
      { parts: parts.map((part) => ({ ...part, expectedOn: yesterday(scene) })) },
      { parts: [...parts, { partId: anyPart(scene), expectedOn: at(scene.now + 48 * HOUR).slice(0, 10) }] },
    ]);
  },
  'parts.receive': (scene) => ({ partIds: [...bodies['parts.receive'](scene).partIds, anyPart(scene)] }),
  'parts.fit': (scene) => ({ fitted: [{ partId: anyPart(scene) }] }),
  'parts.return': (scene) => ({ partIds: [anyPart(scene)] }),
  'repair.abandon': (scene) => ({ ...bodies['repair.abandon'](scene), charge: (agreedQuote(scene.repair)?.total ?? 0) + 1 }),
  'qc.pass': (scene) => {
    const { swap: _, ...body } = bodies['qc.pass'](scene);
    return scene.random.pick([
      { ...body, outcome: 'repaired', checks: body.checks.slice(2) },
      { ...body, outcome: 'repaired', checks: body.checks.slice(0, 1) },
      { ...body, outcome: 'repaired', inspector: ` ${(scene.repair.repairedBy[0] ?? technicians[0]).toUpperCase()} ` },
    ]);
  },
  'disposal.consent': (scene) => ({ consent: wrongConsent(scene) }),
  'hold.open': past('hold.open'),
  'hold.change': past('hold.change'),
  'promise.change': (scene) => ({
    ...bodies['promise.change'](scene),
    promisedAt: scene.random.pick([at(scene.now), at(scene.repair.promises.at(-1)?.at ?? scene.now), afterTenYears(scene)]),
  }),
  'admin.correct': ({ repair }) => ({ to: repair.status }),
};
