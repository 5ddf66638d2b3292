// What falls due by itself, as data: the truth is in PostgreSQL, the queue only says when to look.
import { forgetOldKeys } from '#access/idempotency.ts';
import { raiseStuck } from '#alerts/raise-stuck.ts';
import { ringClocks } from '#alerts/ring-clocks.ts';
import { tellAlerts } from '#alerts/tell-alerts.ts';
import { tellEntitlements } from '#alerts/tell-entitlements.ts';
import type { Config } from '#config.ts';
import { forgetOrphanFiles } from '#files/forget-orphans.ts';
import { giveLinks } from '#lookup/give-links.ts';
import { askCarriers } from '#mail-in/ask-carriers.ts';
import { pressClaims } from '#mail-in/press-claims.ts';
import { watchParcels } from '#mail-in/watch-parcels.ts';
import { fillCenters } from '#notifications/fill-centers.ts';
import { forgetExchanges } from '#notifications/forget-exchanges.ts';
import { mindEndpoints } from '#notifications/mind-endpoints.ts';
import type { Services } from '#services.ts';
import { askSurveys } from '#surveys/ask-surveys.ts';
import { expireHolds } from '#tickets/hold-expiry.ts';
import { climbIntakes } from '#tickets/intake-ladder.ts';
import { keepInformed } from '#tickets/keep-informed.ts';
import { climbQuotes } from '#tickets/quote-ladder.ts';
import { settleDelivered } from '#tickets/settle-delivered.ts';
import { climbStorage } from '#tickets/storage-ladder.ts';

/** One sweep: how often it is due over all processes together, and what it does. Running it twice does no harm. */
interface Sweep {
  everySeconds(config: Config): number;
  /** Answers how many it dealt with. */
  run(services: Services): Promise<number>;
}

const HOUR = 3_600;

/** Every sweep by its name in the queue. */
export const sweeps = {
  'settle-delivered': { everySeconds: (config) => config.SWEEP_EVERY_SECONDS, run: settleDelivered },
  'keep-informed': { everySeconds: (config) => config.SWEEP_EVERY_SECONDS, run: keepInformed },
  'give-links': { everySeconds: (config) => config.SWEEP_EVERY_SECONDS, run: (services) => giveLinks(services) },
  'ring-clocks': { everySeconds: (config) => config.SWEEP_EVERY_SECONDS, run: ringClocks },
  'hold-expiry': { everySeconds: (config) => config.SWEEP_EVERY_SECONDS, run: expireHolds },
  'quote-ladder': { everySeconds: (config) => config.SWEEP_EVERY_SECONDS, run: climbQuotes },
  'intake-ladder': { everySeconds: (config) => config.SWEEP_EVERY_SECONDS, run: climbIntakes },
  'storage-ladder': { everySeconds: (config) => config.SWEEP_EVERY_SECONDS, run: climbStorage },
  'watch-parcels': { everySeconds: (config) => config.SWEEP_EVERY_SECONDS, run: watchParcels },
  'press-claims': { everySeconds: (config) => config.SWEEP_EVERY_SECONDS, run: pressClaims },
  'ask-surveys': { everySeconds: (config) => config.SWEEP_EVERY_SECONDS, run: askSurveys },
  'raise-stuck': { everySeconds: (config) => Math.max(HOUR, config.SWEEP_EVERY_SECONDS), run: raiseStuck },
  'tell-entitlements': { everySeconds: (config) => config.SWEEP_EVERY_SECONDS, run: tellEntitlements },
  'tell-alerts': { everySeconds: (config) => config.SWEEP_EVERY_SECONDS, run: tellAlerts },
  'ask-carriers': { everySeconds: (config) => config.SWEEP_EVERY_SECONDS, run: askCarriers },
  'mind-endpoints': { everySeconds: (config) => config.SWEEP_EVERY_SECONDS, run: mindEndpoints },
  'fill-centers': { everySeconds: (config) => Math.max(HOUR, config.SWEEP_EVERY_SECONDS), run: (services) => fillCenters(services) },
  'forget-old-keys': { everySeconds: (config) => Math.max(HOUR, config.SWEEP_EVERY_SECONDS), run: (services) => forgetOldKeys(services) },
  'forget-exchanges': { everySeconds: (config) => Math.max(HOUR, config.SWEEP_EVERY_SECONDS), run: (services) => forgetExchanges(services) },
  'forget-orphan-files': { everySeconds: (config) => Math.max(24 * HOUR, config.SWEEP_EVERY_SECONDS), run: forgetOrphanFiles },
} as const satisfies Record<string, Sweep>;
