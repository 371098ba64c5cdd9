import { refText } from '../cluster/object-ref.ts';
import type { Diagnosis, Root } from '../diagnosis/diagnosis.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Bench } from './action.ts';
import { type HealObjection, objections } from './heal-rails.ts';
import { layerHealthy } from './make-plan.ts';
import { bestRemedy } from './offer.ts';
import type { Plan, Remedy } from './plan.ts';

/** What is allowed, from the configuration. Without any action nothing is ever done. */
export interface HealRules {
  /** Ids of actions that may run without being asked for. */
  readonly actions: readonly string[];
  /** Hours of local time in which nothing is done: minutes since midnight; no days: every day. */
  readonly notBetween: readonly {
    readonly from: number;
    readonly to: number;
    readonly days: readonly number[];
  }[];
  readonly countdownMs: number;
}

/** Something that was done by itself before, as audit file and lock tell. `at`: when it began, on the clock of the bench. */
export interface HealAttempt {
  readonly run?: string;
  readonly root: string;
  readonly action: string;
  readonly target: string | null;
  readonly at: number;
  readonly outcome: 'running' | 'succeeded' | 'failed' | 'unknown' | 'cancelled';
}

/** All that decides whether something is done without being asked for. */
export interface HealLook {
  readonly bench: Bench;
  readonly rules: HealRules;
  /** Looks in a row that found this same root. */
  readonly passes: number;
  /** On this cluster, in any order. */
  readonly attempts: readonly HealAttempt[];
  /** Who holds the lock of the cluster, in words; null when nobody does. */
  readonly holder: Safe | null;
  /** A run of ours is under way. */
  readonly isRunning: boolean;
  /** The cluster that healing was switched on for; null as long as it is not known. */
  readonly uid: string | null;
  readonly isProtected: boolean;
  /** Why healing rests: somebody stopped it; null when nobody did. */
  readonly paused: Safe | null;
  /** Minutes since local midnight, and the day of the week, 0 is Sunday. */
  readonly local: { readonly minutes: number; readonly day: number };
}

/** `wait`: it may change by itself. `human`: somebody must look. `idle`: nothing to do, or nothing allowed. */
export type HealDecision =
  | { readonly kind: 'act'; readonly root: Safe; readonly remedy: Remedy }
  | ({ readonly kind: 'wait' | 'human'; readonly root: Safe } & Pick<HealObjection, 'rail' | 'why'>)
  | { readonly kind: 'idle'; readonly why: Safe };

/**
 * Whether the root cause may be repaired without being asked for, now. Pure: the same look gives the same answer. Only the
 * best remedy of the root counts, and only when no rail objects: a second idea is for people.
 */
export function decideHealing(look: HealLook): HealDecision {
  const { bench, rules } = look;
  if (rules.actions.length === 0) return { kind: 'idle', why: say`no action is opted in` };
  if (look.isProtected)
    return { kind: 'idle', why: say`a protected context is not repaired without being asked for` };
  const { root } = bench.diagnosis;
  if (root === null) return { kind: 'idle', why: say`there is no cause to repair` };
  const id = rootId(root);
  const best = bestRemedy(root, bench);
  const remedy = best === null ? null : proved(best, bench);
  const [first] = objections({ look, root, id, remedy });
  if (first !== undefined) return { kind: first.kind, root: id, rail: first.rail, why: first.why };
  return remedy === null
    ? { kind: 'human', root: id, rail: 'scope', why: say`no remedy is known` }
    : { kind: 'act', root: id, remedy: { ...remedy, plan: { ...remedy.plan, healing: { root: id } } } };
}

/** One cause as it is compared from look to look and found again in the audit file. */
export function rootId({ layer, problem, object }: Root): Safe {
  const what = object === null ? say`` : say` ${refText(object)}`;
  return say`${layer as Safe}/${problem as Safe}${what}`;
}

/** How often the same root was seen in a row. */
export interface Passes {
  readonly root: string | null;
  readonly count: number;
  /** Cluster time of the diagnosis that was counted last. */
  readonly at: number;
}

export const noPasses: Passes = { root: null, count: 0, at: 0 };

/** Counts one more look, if it is a new one. */
export function countPass(before: Passes, { root, at }: Diagnosis): Passes {
  const id = root === null ? null : rootId(root);
  if (id !== before.root) return { root: id, count: id === null ? 0 : 1, at };
  return at <= before.at || id === null ? before : { root: id, count: before.count + 1, at };
}

const PROOF_MS = 60_000;

/** Nobody looks on: the proof must hold for a whole minute. */
function proved(remedy: Remedy, bench: Bench): Remedy {
  const { success } = remedy.plan;
  const stableMs = Math.max(success.stableMs, PROOF_MS);
  const { text } = layerHealthy(bench, success.layer, success.withinMs, stableMs);
  const { object } = success;
  const objectText =
    object && say`nothing wrong with ${refText(object)} for ${stableMs / 1000} s, seen by the watch`;
  const plan: Plan = { ...remedy.plan, success: { ...success, stableMs, text: objectText ?? text } };
  return { ...remedy, plan };
}
