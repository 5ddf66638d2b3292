// Tells a story in a sandbox: days pass in one call, on one ticket, and end now.
import type { Deed } from '#access/deed.ts';
import { Problem } from '#problems.ts';
import { centerHouse } from '#service-centers/center-calendar.ts';
import { isCenter } from '#service-centers/is-center.ts';
import type { ScenarioInput, ScenarioName, ScenarioView } from './scenario.ts';
import { scenarios } from './scenarios.ts';
import { openStage } from './stage.ts';
import { alertsOf, messagesOf, placeOf } from './store.ts';

const HOUR_MS = 3_600_000;

/**
 * Plays it in the deed's transaction, so that nobody sees it half told; mails and webhooks of it go out afterwards, in their order.
 * Problems: scope_missing (the brand is no sandbox), validation_failed (the center).
 */
export async function playScenario(deed: Deed, name: ScenarioName, input: ScenarioInput): Promise<ScenarioView> {
  const place = await placeOf(deed);
  if (!place.sandbox) {
    throw new Problem(
      'scope_missing',
      'Stories are told in sandbox brands only. Have an administrator make one: POST /v1/brands with sandbox: true.',
    );
  }
  const centerId = deed.actor.centerId ?? input.centerId ?? place.centerId;
  if (centerId === null) {
    throw new Problem('validation_failed', 'A story is told at a service center, and this brand has none. Make one first: POST /v1/service-centers.');
  }
  if ((input.centerId !== undefined && input.centerId !== centerId) || !(await isCenter(deed, centerId))) {
    throw new Problem('validation_failed', 'centerId names no center of yours. Leave it out for your own, or the first of the brand.', {
      errors: [{ in: 'body', pointer: '/centerId', code: 'unknown' }],
    });
  }
  const { about, play, ...frame } = scenarios[name];
  const { policy } = await centerHouse(deed, centerId);
  const { stage, waybill } = await openStage(deed, input, centerId, frame);
  const startedAt = stage.now().toISOString();
  await play(stage, waybill, policy);
  // What is left of its time: a story ends now, and nothing of it lies in the future.
  await stage.pass((deed.now.getTime() - stage.now().getTime()) / HOUR_MS);
  const { id, code, status, version } = stage.ticket;
  const happened = (rows: readonly { what: string; at: Date }[]) => rows.map(({ what, at }) => ({ what, at: at.toISOString() }));
  return {
    scenario: name,
    about,
    ticketId: id,
    code,
    serial: stage.serial,
    shipmentIds: stage.shipmentIds,
    startedAt,
    endedAt: stage.now().toISOString(),
    status,
    version,
    steps: stage.steps,
    messages: happened(await messagesOf(deed, id)),
    alerts: happened(await alertsOf(deed, id)),
  };
}
