// DATA: the tickets of the demo brand, each with the way it has come, so that a fresh installation has something to show.
import { housePolicy } from '#service-centers/policy.ts';
import type { Command } from '#tickets/lifecycle.ts';
import type { TicketInput } from '#tickets/ticket.ts';

/** One ticket to make; steps are run one after the other through the real use cases. */
export interface DemoTicket {
  center: 'shanghai' | 'berlin';
  /** Hours before the first start at which it was opened; the steps follow at even distances. */
  openedHoursAgo: number;
  input: Omit<TicketInput, 'centerId'>;
  /** `quote` is the id of the quote sent on the way, where a step needs it. */
  steps: ((context: { at: Date; quote: string }) => Command)[];
  /** Printed at the end of the start, to try. */
  tryIt?: string;
}

const wang = { name: 'Wang Fang', phone: '+8613800000001', email: 'wang.fang@demo.invalid', locale: 'zh-CN' } as const;
const li = { name: 'Li Na', phone: '+8613800000002', email: 'li.na@demo.invalid', locale: 'zh-CN', address: '上海市徐汇区漕溪北路100号' } as const;
const mueller = { name: 'Jonas Müller', phone: '+4915100000003', email: 'jonas@demo.invalid', locale: 'en', timeZone: 'Europe/Berlin' } as const;

const consent = (at: Date, locale: 'zh-CN' | 'en') =>
  ({ method: 'in_person', takenBy: 'Chen', givenAt: at.toISOString(), textVersion: 'quote-1', locale }) as const;

const receive =
  (serialScanned: string, currency: 'CNY' | 'EUR' = 'CNY'): DemoTicket['steps'][number] =>
  () => ({
    action: 'device.receive',
    input: {
      serialScanned,
      accessories: [{ type: 'charger', quantity: 1 }],
      condition: [{ area: 'screen', grade: 'used' }],
      powersOn: true,
      diagnosisFee: { amount: 5_000, currency },
      receivedBy: 'Chen',
    },
  });
const diagnose: DemoTicket['steps'][number] = () => ({ action: 'diagnosis.start', input: { technician: 'Zhao' } });
const quote =
  (currency: string, text: string, unitPrice: number, diagnosisFee: number): DemoTicket['steps'][number] =>
  () => ({
    action: 'quote.send',
    input: { offer: { currency, lines: [{ kind: 'part', text, quantity: 1, unitPrice }], diagnosisFee, validDays: 30, promisedDays: 3 } },
  });
const approve =
  (amount: number, currency: string, locale: 'zh-CN' | 'en'): DemoTicket['steps'][number] =>
  ({ at, quote: quoteId }) => ({ action: 'quote.approve', input: { quoteId, amountShown: { amount, currency }, consent: consent(at, locale) } });
const repair: DemoTicket['steps'][number] = () => ({ action: 'repair.start', input: { technician: 'Zhao' } });
const finish =
  (work: string): DemoTicket['steps'][number] =>
  () => ({ action: 'repair.finish', input: { work: [work] } });
/** Every point of every house list, so that the same step does for each kind of device. */
const tested = Object.values(housePolicy.checklists)
  .flat()
  .map(({ key }) => ({ check: key, result: 'pass' as const }))
  .filter(({ check }, index, all) => all.findIndex((one) => one.check === check) === index);
const pass: DemoTicket['steps'][number] = () => ({
  action: 'qc.pass',
  input: { checks: tested, inspector: 'Sun', outcome: 'repaired' },
});

/** From just registered to handed over. */
export const demoTickets: DemoTicket[] = [
  {
    center: 'shanghai',
    openedHoursAgo: 5,
    input: {
      channel: 'mail_in',
      device: { kind: 'phone', maker: 'Aurora', model: 'A5', serial: 'DEMO-A5-0001' },
      contact: li,
      faultReported: 'Does not turn on any more',
      returnMethod: 'ship',
      jurisdiction: 'CN',
    },
    steps: [({ at }) => ({ action: 'intake.open', input: { contactVerified: true, backupConsent: consent(at, 'zh-CN') } })],
  },
  {
    center: 'shanghai',
    openedHoursAgo: 26,
    input: {
      channel: 'walk_in',
      device: { kind: 'laptop', maker: 'Aurora', model: 'Book 14', serial: 'DEMO-BK-0002' },
      contact: wang,
      faultReported: 'Battery lasts ten minutes',
      returnMethod: 'pick_up',
      jurisdiction: 'CN',
    },
    steps: [receive('DEMO-BK-0002'), diagnose, quote('CNY', '原装电池', 39_900, 5_000)],
    tryIt: 'a quote waits for the customer',
  },
  {
    center: 'berlin',
    openedHoursAgo: 50,
    input: {
      channel: 'walk_in',
      device: { kind: 'appliance', maker: 'Aurora', model: 'Wash 8', serial: 'DEMO-WM-0003' },
      contact: mueller,
      faultReported: 'Does not drain',
      returnMethod: 'pick_up',
      jurisdiction: 'EU',
    },
    steps: [
      receive('DEMO-WM-0003', 'EUR'),
      diagnose,
      quote('EUR', 'Drain pump', 8_900, 3_000),
      approve(8_900, 'EUR', 'en'),
      ({ at }) => ({
        action: 'parts.order',
        input: {
          parts: [{ partNo: 'WM-DP-11', name: 'Drain pump', expectedOn: new Date(at.getTime() + 6 * 86_400_000).toISOString().slice(0, 10) }],
        },
      }),
    ],
  },
  {
    center: 'shanghai',
    openedHoursAgo: 74,
    input: {
      channel: 'walk_in',
      device: { kind: 'phone', maker: 'Aurora', model: 'A5 Pro', serial: 'DEMO-A5-0004' },
      contact: li,
      faultReported: 'Cracked screen',
      returnMethod: 'ship',
      jurisdiction: 'CN',
    },
    steps: [receive('DEMO-A5-0004'), diagnose, quote('CNY', '屏幕总成', 89_900, 5_000), approve(89_900, 'CNY', 'zh-CN'), repair],
    tryIt: 'on the bench',
  },
  {
    center: 'berlin',
    openedHoursAgo: 98,
    input: {
      channel: 'walk_in',
      device: { kind: 'laptop', maker: 'Aurora', model: 'Book 16', serial: 'DEMO-BK-0005' },
      contact: mueller,
      faultReported: 'Keyboard drops letters',
      returnMethod: 'pick_up',
      jurisdiction: 'EU',
    },
    steps: [
      receive('DEMO-BK-0005'),
      diagnose,
      () => ({ action: 'coverage.accept', input: { basis: 'Legal guarantee: a defect within two years.', evidence: 'Receipt of March 2026' } }),
      repair,
      finish('Keyboard replaced'),
      pass,
    ],
    tryIt: 'ready for pick-up',
  },
  {
    center: 'shanghai',
    openedHoursAgo: 120,
    input: {
      channel: 'walk_in',
      device: { kind: 'tablet', maker: 'Aurora', model: 'Pad 11', serial: 'DEMO-PD-0006' },
      contact: wang,
      faultReported: 'Loses its network',
      returnMethod: 'pick_up',
      jurisdiction: 'CN',
    },
    steps: [
      receive('DEMO-PD-0006'),
      diagnose,
      () => ({ action: 'diagnosis.no_fault', input: { evidence: 'Twelve hours on three networks without a loss' } }),
      () => ({ action: 'device.hand_over', input: { identityCheck: 'ticket_code', handedOverBy: 'Chen' } }),
    ],
  },
];
