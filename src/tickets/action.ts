// The shape of a row of the lifecycle table: what is to be said of each action, so that one that leaves something out does not compile.
import type { Actor } from '#access/actor.ts';
import type { Facts } from './guards.ts';
import type { Inputs } from './inputs.ts';
import type { Refusal } from './refusals.ts';
import type { Outcome, Status } from './status.ts';

/** A condition: the refusal, or null where it holds. */
type Guard<A extends keyof Inputs> = (facts: Facts, input: Inputs[A]) => Refusal | null;

interface Step {
  from: readonly Status[];
  /** `same`: the status stays; `named`: the one the input names; `previous`: the one before this. */
  to: Status | 'same' | 'named' | 'previous';
  /** Set once; `named`: the one the input names. */
  outcome?: Outcome | 'named';
}

/** One action. */
export interface ActionRow<A extends keyof Inputs> {
  by: readonly Actor['kind'][];
  steps: readonly Step[];
  requires?: Guard<A>;
  /** The message to the customer, where `telling.ts` knows no closer one; null: the customer's picture does not change. */
  tells: string | null;
  /** The caller must say why. */
  reasonRequired?: true;
  /** Taken by a route of its own, with what belongs to it: not offered as a transition. */
  apart?: true;
  /** `too`: possible while the ticket is on hold as well; `only`: nowhere else. Absent: not while it is on hold. */
  held?: 'too' | 'only';
}
