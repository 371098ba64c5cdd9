import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import type { StreamId } from '../cluster/streams.ts';
import type { Safe } from '../text/safe.ts';
import type { Problem, Severity } from './problems.ts';

/** The dependency layers, from the ground up. The order is the product: each stands on the one before. */
export const layerIds = [
  'api',
  'nodes',
  'cni',
  'pod-network',
  'dns',
  'service-discovery',
  'flux',
  'apps',
] as const;
export type LayerId = (typeof layerIds)[number];

/** `blocked`: something below is the reason. `unknown`: cannot be judged; see `reason`. Neither is ever green. */
export type Verdict = 'healthy' | 'progressing' | 'degraded' | 'down' | 'blocked' | 'unknown';

/**
 * Why a layer cannot be judged. `no-evidence` and `not-observable` do not lower the cluster's verdict by themselves:
 * nothing happened lately, or it cannot be seen from outside.
 */
export type UnknownReason =
  | 'waiting'
  | 'rbac'
  | 'unauthorized'
  | 'timeout'
  | 'api'
  | 'parse'
  | 'stale'
  | 'hidden'
  | 'not-configured'
  | 'not-observable'
  | 'no-evidence';

/** One thing that is wrong (or worth a note), with the object, what was seen, and since when (cluster epoch ms). */
export interface Finding {
  readonly problem: Problem;
  readonly severity: Severity;
  readonly object: ObjectRef | null;
  readonly message: Safe;
  /** Id of the known failure text that matched, e.g. `S20`. */
  readonly signature: string | null;
  readonly since: number | null;
  /** Nodes that this finding is confined to; null when it is not about nodes or touches all of them. */
  readonly nodes: readonly Safe[] | null;
  /** The layer to which the finding is charged when it is not the one that saw it (NotReady for want of a CNI is charged to `cni`). */
  readonly chargedTo: LayerId | null;
}

/** What a layer's own rule says, before the layers below are considered. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly reason: UnknownReason | null;
  /** One line with the measure, always present: `Cilium agents 0/3 · operator 1/1`. */
  readonly summary: Safe;
  readonly measure: { readonly ready: number; readonly wanted: number } | null;
  /** Worst first. */
  readonly findings: readonly Finding[];
  readonly since: number | null;
  /** Oldest confirmation among the streams the verdict rests on (cluster epoch ms); null when nothing was ever confirmed. */
  readonly confirmedAt: number | null;
  /** True once, not confirmed since: shown as `?` with its age, never green. */
  readonly stale: boolean;
}

export interface Layer {
  readonly id: LayerId;
  readonly key: number;
  readonly title: string;
  /** At most ten columns, for narrow screens. */
  readonly short: string;
  readonly standsOn: LayerId | null;
  readonly watches: readonly StreamId[];
  /** Pure. `below` holds the judgements of all lower layers. Never throws on odd objects. */
  readonly judge: (snapshot: Snapshot, below: ReadonlyMap<LayerId, Judgement>) => Judgement;
}
