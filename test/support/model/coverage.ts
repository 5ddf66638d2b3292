// What a run of sequences has seen, and where the product and the model did not agree.
import { everyRefusal } from './conditions.ts';
import { everyEdge } from './table.ts';

/** Counted over a run. */
export interface Coverage {
  sequences: number;
  commands: number;
  accepted: number;
  edges: Map<string, number>;
  refusals: Map<string, number>;
  /** Other answers: not_from_here, forbidden, no_reason, stale, other_open. */
  others: Map<string, number>;
  disagreements: string[];
}

export const coverage = (): Coverage => ({
  sequences: 0,
  commands: 0,
  accepted: 0,
  edges: new Map(),
  refusals: new Map(),
  others: new Map(),
  disagreements: [],
});

export const count = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);

/** Edges of the graph that no sequence has taken. */
export const edgesMissed = ({ edges }: Coverage): string[] => everyEdge.filter((edge) => !edges.has(edge));

/** Refusals that no sequence has provoked. */
export const refusalsMissed = ({ refusals }: Coverage): string[] => everyRefusal.filter((name) => !refusals.has(name));

const listed = (map: Map<string, number>): string =>
  [...map]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, times]) => `${name} ${times}`)
    .join(', ');

/** The figures as text. */
export const report = (seed: number, run: Coverage): string =>
  [
    `seed ${seed}: ${run.sequences} sequences, ${run.commands} commands, ${run.accepted} accepted, ${run.disagreements.length} disagreements`,
    `edges taken: ${everyEdge.length - edgesMissed(run).length} of ${everyEdge.length}`,
    `refusals provoked: ${everyRefusal.length - refusalsMissed(run).length} of ${everyRefusal.length}: ${listed(run.refusals)}`,
    `other answers: ${listed(run.others)}`,
  ].join('\n');
