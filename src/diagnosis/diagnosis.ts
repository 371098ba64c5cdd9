import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Judgement, LayerId } from '../layers/layer.ts';
import type { Problem } from '../layers/problems.ts';
import type { Safe } from '../text/safe.ts';

/** A layer as shown: its judgement seen together with the layers below. */
export interface LayerView extends Judgement {
  readonly id: LayerId;
  readonly key: number;
  readonly title: Safe;
  readonly short: Safe;
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
}

export type ReleaseStatus =
  | 'deployed'
  | 'failed'
  | 'pending-install'
  | 'pending-upgrade'
  | 'pending-rollback'
  | 'uninstalling'
  | 'uninstalled'
  | 'superseded'
  | 'unknown';

/** One bootstrap component: what is wanted, installed (Helm release) and running (image). Null: not known. */
export interface Component {
  readonly name: Safe;
  readonly namespace: Safe;
  readonly wanted: Safe | null;
  readonly installed: Safe | null;
  readonly running: Safe | null;
  readonly release: {
    readonly status: ReleaseStatus;
    readonly revision: number;
    readonly changedAt: number | null;
  } | null;
  readonly verdict: 'healthy' | 'progressing' | 'degraded' | 'down' | 'unknown';
  readonly layer: LayerId | null;
  readonly findings: readonly { readonly problem: Problem; readonly message: Safe }[];
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
}
