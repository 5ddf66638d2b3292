// Stories that an integrator has told on tickets of a sandbox, and what comes back of one.
import { z } from 'zod';
import { id, instant, int4, Locale } from '#platform/schema.ts';

/** Every story by its name. */
export const ScenarioName = z
  .enum(['delivered-not-received', 'lost', 'wrong-serial', 'late-part', 'refused-at-the-door', 'storm-of-duplicates', 'never-sent'])
  .meta({ id: 'ScenarioName', example: 'refused-at-the-door' });
export type ScenarioName = z.infer<typeof ScenarioName>;

/** Where it plays and who is told. */
export const ScenarioInput = z
  .strictObject({
    centerId: id('center').optional().meta({ description: "Default: the center of the key, or the brand's first." }),
    email: z
      .email()
      .max(254)
      .optional()
      .meta({ description: "Where the customer's mails go. Without it nobody is told, and what needs reminders waits." }),
    locale: Locale.default('en'),
  })
  .meta({ id: 'ScenarioInput', example: { email: 'fang@example.com', locale: 'en' } });
export type ScenarioInput = z.infer<typeof ScenarioInput>;

/** Something that happened. */
export const ScenarioStep = z
  .strictObject({
    at: instant().meta({ description: 'On the clock of the story, which ends now.' }),
    by: z.enum(['courier', 'carrier', 'center', 'customer', 'clock']),
    did: z.string().max(120),
    status: z.string().max(30).meta({ description: 'Where the ticket stood then.' }),
    hold: z.string().max(40).nullable(),
    refused: z.string().max(60).nullable().meta({ description: 'The refusal, where it was not possible: that belongs to the story.' }),
  })
  .meta({ id: 'ScenarioStep' });
export type ScenarioStep = z.infer<typeof ScenarioStep>;

const Happened = z.strictObject({ what: z.string().max(60), at: instant() }).meta({ id: 'ScenarioNews' });

/** What became of it. */
export const ScenarioView = z
  .strictObject({
    scenario: ScenarioName,
    about: z.string().max(300),
    ticketId: id('ticket'),
    code: z.string().max(11),
    serial: z.string().max(40),
    shipmentIds: z.array(id('shipment')).max(20),
    startedAt: instant(),
    endedAt: instant(),
    status: z.string().max(30),
    version: int4(1),
    steps: z.array(ScenarioStep).max(200),
    messages: z.array(Happened).max(200).meta({ description: 'What the customer was told, in its order; GET /v1/deliveries has the texts.' }),
    alerts: z.array(Happened).max(200).meta({ description: 'What the center was alarmed by.' }),
  })
  .meta({ id: 'Scenario' });
export type ScenarioView = z.infer<typeof ScenarioView>;
