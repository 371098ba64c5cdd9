import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { LayerId } from '../layers/layer.ts';
import type { Problem } from '../layers/problems.ts';
import type { Safe } from '../text/safe.ts';
import type { Plan, Workshop } from './plan.ts';

/** All that an action may look at. `now`: local epoch ms; the same bench gives the same plan. */
export interface Bench {
  readonly diagnosis: Diagnosis;
  readonly snapshot: Snapshot;
  readonly workshop: Workshop;
  readonly now: number;
  /** Actions of the user's own, from the configuration. */
  readonly custom?: readonly Action[];
  /** What was run lately, in any order: what failed is not offered first again. */
  readonly tried?: readonly Tried[];
}

/** A run that is over. */
export interface Tried {
  readonly action: string;
  readonly target: Safe | null;
  readonly state: 'succeeded' | 'failed' | 'unknown' | 'cancelled';
  /** Why it failed, as the run says it. */
  readonly failure: Safe | null;
  /** Local epoch ms. */
  readonly endedAt: number;
}

/** What is to be cured: a root, or one finding of a layer. */
export interface Fault {
  readonly layer: LayerId;
  readonly problem: Problem;
  readonly object: ObjectRef | null;
  /** The nodes that it is confined to; null when it is about the whole cluster. */
  readonly nodes: readonly Safe[] | null;
}

/** An action that fits a fault; the smaller the rank, the earlier it is offered. */
export interface Candidate {
  readonly target: Safe | null;
  readonly rank: number;
}

/** One way to repair something. Pure: it describes what would be done and never does it. */
export interface Action {
  readonly id: string;
  /** The key that starts it directly, null when it is reached by the list of remedies only. */
  readonly key: string | null;
  readonly title: Safe;
  /** Everything it can be asked for by name; `[null]` for an action that needs no target. */
  readonly targets: (bench: Bench) => readonly (Safe | null)[];
  /** It may be asked for with other targets than those, too: its plan says what is wrong with one. */
  readonly takesAny?: true;
  readonly treats: (fault: Fault, bench: Bench) => readonly Candidate[];
  /** Null when the target is not there. What forbids the run now is in the plan's guards. */
  readonly plan: (target: Safe | null, bench: Bench) => Plan | null;
}
