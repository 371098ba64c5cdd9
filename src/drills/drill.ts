import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import type { LayerId } from '../layers/layer.ts';
import type { Problem } from '../layers/problems.ts';
import type { Safe } from '../text/safe.ts';

/** One thing that a drill does to the cluster. All of them can be taken back from what was there before. */
export type Harm =
  | { readonly kind: 'scale-to-zero'; readonly object: ObjectRef; readonly replicas: number }
  | { readonly kind: 'delete'; readonly object: ObjectRef }
  | { readonly kind: 'cordon'; readonly object: ObjectRef }
  /** One field of an object gets another value. Of a Secret only its metadata is asked for and answered. */
  | {
      readonly kind: 'set';
      readonly object: ObjectRef;
      readonly at: readonly string[];
      readonly from: string;
      readonly to: string;
    }
  /** A new object, given in full, that carries the mark of drills. */
  | { readonly kind: 'create'; readonly object: ObjectRef; readonly manifest: Manifest }
  /** A pod is deleted; its owner makes a new one, so nothing is to be taken back. */
  | { readonly kind: 'kill'; readonly object: ObjectRef }
  /** Flux is asked to look at an object now instead of at its next interval; that hurts nobody. */
  | { readonly kind: 'ask'; readonly object: ObjectRef };

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: unknown;
}

/** What a good diagnosis says about it. `null` fields: not part of the lesson. */
export interface Expected {
  /** Null: nothing may be called broken. */
  readonly layer: LayerId | null;
  /** Kind and name of the object to repair. */
  readonly object: ObjectRef | null;
  /** What its problem is called, where that is a part of the lesson. */
  readonly problem?: Problem;
  /** In which a finding must stand, where no root is expected. */
  readonly noteIn?: LayerId;
  /** Nobody can see above the layer: nothing there may be called healthy. */
  readonly blinds?: true;
}

/** A practice fault. Pure: it reads the cluster and says what would be done. */
export interface Drill {
  readonly name: string;
  /** One sentence: what breaks. */
  readonly title: Safe;
  /** What is to be learnt from it. */
  readonly lesson: Safe;
  /** Nothing in the cluster is changed: groundup itself is cut off from the API server. */
  readonly cutsOff?: true;
  /** Why it cannot be played here, or what it does and what should be seen. */
  readonly plan: (snapshot: Snapshot) => DrillPlan | { readonly why: Safe };
}

export interface DrillPlan {
  readonly harms: readonly Harm[];
  readonly expected: Expected;
  /** How long it may take until the cause can be seen; left out: three minutes. */
  readonly namedWithinMs?: number;
}
