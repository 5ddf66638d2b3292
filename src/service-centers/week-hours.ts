// Opening hours: of a week, and of the days that differ from it.
import { z } from 'zod';
import { day, text } from '#platform/schema.ts';

const time = () =>
  z
    .string()
    .max(5)
    .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, { error: 'must be HH:MM, 24:00 at the latest' });

/** The open hours of one day. */
export const DayHours = z
  .array(z.array(time()).length(2).meta({ description: 'From, to.' }))
  .max(6)
  .refine((hours) => hours.every(([from = '', to = '']) => from < to), { error: 'every interval ends after it begins' })
  .refine((hours) => hours.every(([from = ''], n) => n === 0 || from >= (hours[n - 1]?.[1] ?? '')), {
    error: 'intervals are in order and do not overlap',
  })
  .meta({ id: 'DayHours', description: 'From when to when, in order, on the clock of the center; none: closed.', example: [['09:00', '18:00']] });

const openDay = () => DayHours.optional();

/** Hours of a week on the wall of the center; a day that is absent is closed. Open on at least one day. */
export const WeekHours = z
  .strictObject({ mon: openDay(), tue: openDay(), wed: openDay(), thu: openDay(), fri: openDay(), sat: openDay(), sun: openDay() })
  .refine((hours) => Object.values(hours).some((open) => open !== undefined && open.length > 0), {
    error: 'has no open hour: a center that never opens could promise nothing',
  })
  .meta({
    id: 'WeekHours',
    description: 'Hours of a week in the time zone of the center; a day that is absent is closed.',
    example: {
      mon: [
        ['09:00', '12:00'],
        ['13:00', '18:00'],
      ],
      sat: [['10:00', '16:00']],
    },
  });
export type WeekHours = z.infer<typeof WeekHours>;

/** A day with hours of its own instead of those of the week. */
export const Holiday = z
  .strictObject({ day: day(), name: text(80), hours: DayHours })
  .meta({ id: 'Holiday', example: { day: '2026-10-01', name: 'National Day', hours: [] } });
export type Holiday = z.infer<typeof Holiday>;

/** Holidays of the years that matter, each day once. */
export const Holidays = z
  .array(Holiday)
  .max(200)
  .refine((days) => new Set(days.map((one) => one.day)).size === days.length, { error: 'names a day twice' });

/** What a center has until it says otherwise: Monday to Friday, 9 to 6. */
export const usualHours: WeekHours = {
  mon: [['09:00', '18:00']],
  tue: [['09:00', '18:00']],
  wed: [['09:00', '18:00']],
  thu: [['09:00', '18:00']],
  fri: [['09:00', '18:00']],
};
