// Three centers to play at: one that works as the house proposes, one that is strict, one that is mild.
import { checks } from '../checks.ts';
import type { Rules } from './repair.ts';

const keys = (list: readonly { check: string }[]): string[] => list.map(({ check }) => check);

const usual: Rules = {
  diagnosisDays: 3,
  repairDays: 5,
  graceDays: 2,
  keepDays: 180,
  disputeDays: 14,
  reopenHours: 72,
  inspectorMustDiffer: true,
  photos: 0,
  mandatory: { phone: keys(checks.phone), laptop: keys(checks.laptop) },
};

/** What the model goes by. */
export const rules = {
  usual,
  strict: { ...usual, diagnosisDays: 1, graceDays: 5, keepDays: 30, disputeDays: 5, reopenHours: 24, photos: 1 },
  mild: {
    ...usual,
    repairDays: 2,
    graceDays: 0,
    keepDays: 10,
    disputeDays: 60,
    inspectorMustDiffer: false,
    mandatory: { phone: ['power_on'], laptop: [] },
  },
} satisfies Record<string, Rules>;
export type HouseName = keyof typeof rules;

const only = (...list: string[]) => list.map((key) => ({ key, label: { 'zh-CN': '检查', en: key }, mandatory: true }));

/** The same as changes of a policy, for the product; the usual center has none of its own. */
export const policies: Record<HouseName, object | null> = {
  usual: null,
  strict: { diagnosisDays: 1, quoteGraceDays: 5, keepDays: 30, disputeDays: 5, reopenHours: 24, intakePhotos: 1 },
  mild: {
    ...{ repairDays: 2, quoteGraceDays: 0, keepDays: 10, disputeDays: 60, inspectorMustDiffer: false },
    checklists: { phone: only('power_on'), laptop: [] },
  },
};
