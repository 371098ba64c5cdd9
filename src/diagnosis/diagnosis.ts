import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Component, ReleaseStatus } from '../layers/component.ts';
import type { Judgement, LayerId } from '../layers/layer.ts';
import type { Problem } from '../layers/problems.ts';
import type { Safe } from '../text/safe.ts';
import type { Memory } from './memory.ts';

export type { Component, ReleaseStatus };

/** A layer as shown: its judgement seen together with the layers below. */
export interface LayerView extends Judgement {
  readonly id: LayerId;
  readonly key: number;
  readonly title: Safe;
  readonly short: Safe;
  /** Id of the rule behind its gravest finding, or behind its state when there is none. */
  readonly rule?: string;
  /** The layer that is the reason; set for `blocked`, and for `down`/`unknown` that follow from a lower layer. */
  readonly blockedBy: LayerId | null;
}

export interface Why {
  readonly question: Safe;
  readonly answer: Safe;
  readonly layer: LayerId;
  readonly object: ObjectRef | null;
  readonly evidence: readonly Safe[];
  /** True when nothing was seen that proves this link. */
  readonly inferred: boolean;
}

/** The lowest thing that is broken and not explained by something below. */
export interface Root {
  readonly layer: LayerId;
  readonly problem: Problem;
  /** The object to repair. */
  readonly object: ObjectRef | null;
  readonly summary: Safe;
  /** Who or what did it, when known. */
  readonly cause: Safe | null;
  readonly confidence: 'high' | 'medium' | 'low';
  readonly signatures: readonly string[];
  readonly scope: { readonly nodes: readonly Safe[] } | null;
  readonly since: number | null;
  /** Layers and number of applications whose failure it explains. */
  readonly explains: { readonly layers: readonly LayerId[]; readonly apps: number };
  readonly whys: readonly Why[];
  /** Id of the rule that concluded it, and what that rule had before it. */
  readonly rule?: string;
  readonly inputs?: readonly Safe[];
}

export type ClusterVerdict = 'healthy' | 'progressing' | 'degraded' | 'down' | 'unknown';

/** Everything that is concluded from one Snapshot: same snapshot, same diagnosis. */
export interface Diagnosis {
  /** Cluster time (epoch ms) of the snapshot. */
  readonly at: number;
  readonly cluster: {
    readonly context: Safe;
    readonly server: Safe;
    readonly version: Safe | null;
    readonly uid: Safe | null;
  };
  readonly verdict: ClusterVerdict;
  readonly root: Root | null;
  readonly otherRoots: readonly Root[];
  /** Always all eight, in order. */
  readonly layers: readonly LayerView[];
  readonly components: readonly Component[];
  /** What the next diagnosis has to know of this one beside what is shown. */
  readonly memory?: Memory;
}
