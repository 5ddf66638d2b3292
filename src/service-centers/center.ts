// A service center: where devices are received, repaired and handed over.
import { z } from 'zod';
import { id, instant, Locale, text, timeZone } from '#platform/schema.ts';
import { Holidays, WeekHours } from './week-hours.ts';

const code = () =>
  z
    .string()
    .max(20)
    .regex(/^[A-Z0-9](-?[A-Z0-9])*$/, { error: 'takes capital letters, digits and single hyphens' });
const kind = () => z.enum(['own', 'authorized', 'partner', 'drop_point']);
const phone = () => text(32).meta({ description: 'As customers dial it.' });

const changeable = {
  name: text(80),
  kind: kind(),
  phone: phone(),
  address: text(300).meta({ description: 'Where customers come and parcels go.' }),
  locale: Locale,
  timeZone: timeZone().meta({ description: 'Its days and working hours are counted there.' }),
  hours: WeekHours.optional(),
  holidays: Holidays.optional(),
};

const example = {
  code: 'SHA-01',
  name: 'Prism Shanghai Nanjing Road',
  kind: 'own',
  phone: '021-6000-0000',
  address: '上海市黄浦区南京东路1号',
  locale: 'zh-CN',
  timeZone: 'Asia/Shanghai',
  hours: {
    mon: [['09:00', '18:00']],
    tue: [['09:00', '18:00']],
    wed: [['09:00', '18:00']],
    thu: [['09:00', '18:00']],
    fri: [['09:00', '20:00']],
  },
  holidays: [{ day: '2026-10-01', name: 'National Day', hours: [] }],
};

/** What a new service center takes; without hours it works Monday to Friday, 9 to 6. */
export const CenterInput = z
  .strictObject({ code: code().meta({ description: 'The brand’s own short code; cannot be changed.' }), ...changeable })
  .meta({
    id: 'ServiceCenterInput',
    example,
  });
export type CenterInput = z.infer<typeof CenterInput>;

/** What can be changed later. What is left away stays as it is. */
export const CenterChange = z
  .strictObject(changeable)
  .partial()
  .refine((change) => Object.keys(change).length > 0, { error: 'names nothing to change' })
  .meta({ id: 'ServiceCenterChange', example: { phone: '021-6000-0001' } });
export type CenterChange = z.infer<typeof CenterChange>;

/** A service center as the API shows it. */
export const Center = z
  .strictObject({
    id: id('center'),
    code: code(),
    name: text(80),
    kind: kind(),
    phone: phone(),
    address: text(300),
    locale: Locale,
    timeZone: z.string().max(64),
    hours: WeekHours,
    holidays: Holidays,
    createdAt: instant(),
    updatedAt: instant(),
  })
  .meta({
    id: 'ServiceCenter',
    example: {
      id: 'ctr_01kam3w0xf8q9r2s4t6v8w0x1y',
      ...example,
      createdAt: '2026-11-22T05:00:00.000Z',
      updatedAt: '2026-11-22T05:00:00.000Z',
    },
  });
export type Center = z.infer<typeof Center>;
