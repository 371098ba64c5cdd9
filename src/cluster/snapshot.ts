import type { Safe } from '../text/safe.ts';
import type { KindId, ObjectOf } from './kinds.ts';
import type { LogEvidence } from './log-evidence.ts';
import type { ProbeResult } from './probe-results.ts';
import type { StreamId, streams } from './streams.ts';
import type { Told } from './told.ts';

/** Why data is missing or old. Each has one plain sentence in `kube/`. */
export type StreamReason =
  | 'refused'
  | 'unreachable'
  | 'dns'
  | 'tls'
  | 'timeout'
  | 'silent'
  | 'unauthorized'
  | 'rbac'
  | 'throttled'
  | 'server-error'
  | 'parse'
  | 'not-served'
  | 'too-large'
  | 'credentials'
  | 'closed';

/**
 * How far a datum can be trusted. `confirmedAt` is cluster time (epoch ms) of the last list, event or bookmark.
 * Only `live` may be green. `absent`: the API does not serve this kind (not an error).
 */
export type Freshness =
  | { readonly state: 'waiting' }
  | { readonly state: 'live'; readonly confirmedAt: number }
  | {
      readonly state: 'stale';
      readonly confirmedAt: number;
      readonly reason: StreamReason;
      readonly message: Safe;
    }
  | { readonly state: 'failed'; readonly reason: StreamReason; readonly message: Safe }
  | { readonly state: 'absent' };

/** Objects by `namespace/name` (or `name`), with the trust that they deserve. Items of a stale stream are the last known ones. */
export interface Stream<T> {
  readonly freshness: Freshness;
  readonly items: ReadonlyMap<string, T>;
}

export type Streams = { readonly [S in StreamId]: Stream<ObjectOf<(typeof streams)[S]['kind'] & KindId>> };

/** What the API server itself says, apart from objects. */
export interface ApiFacts {
  /** `connecting` until the first answer or failure. */
  readonly reach: 'connecting' | 'reached' | 'unreached';
  /** The last failure while `unreached`, or the last refusal (`unauthorized`, `rbac`) while reached. */
  readonly failure: { readonly reason: StreamReason; readonly message: Safe; readonly since: number } | null;
  readonly server: Safe;
  readonly version: Safe | null;
  /** `/readyz?verbose`: number of checks that passed and names of those that failed; null before the first answer or when refused. */
  readonly readyz: { readonly passed: number; readonly failed: readonly Safe[] } | null;
  /** Cluster time of the last reply of any kind. */
  readonly lastReplyAt: number | null;
  readonly serverCertificateExpires: number | null;
  readonly clientCertificateExpires: number | null;
  /** Server clock minus local clock, ms, from the Date header; null when unknown. */
  readonly clockSkew: number | null;
}

/** Per node, from the table of all pods: enough to know that sandboxes work there, without fetching the pods. */
export interface NodePods {
  readonly running: number;
  readonly ready: number;
  /** Start (cluster time) of the newest pod there that is ready and has an address of its own (not the node's). */
  readonly newestReadyStart: number | null;
  /** Pods there, not on the host network, whose readiness probes pass now. */
  readonly readyOnPodNetwork: number;
}

export interface PodOverview {
  readonly freshness: Freshness;
  readonly total: number;
  /** Pods by the word `kubectl get pods` prints (Running, Pending, CrashLoopBackOff, ...). */
  readonly byStatus: ReadonlyMap<string, number>;
  readonly byNode: ReadonlyMap<string, NodePods>;
}

/** The whole known world at one moment. Immutable; rules read it and nothing else. */
export interface Snapshot {
  /** Cluster time (epoch ms): the local clock corrected by the server's Date header. All ages are counted from it. */
  readonly now: number;
  readonly context: Safe;
  readonly fluxNamespace: Safe;
  /** What the user told of the cluster; left out when nothing was told. */
  readonly told?: Told;
  readonly api: ApiFacts;
  /** API groups that are served, with their preferred version; null until discovery answered. */
  readonly groups: ReadonlyMap<string, Safe> | null;
  readonly streams: Streams;
  readonly pods: PodOverview;
  /** What probes found, if any ran; each is worth something for ten minutes. */
  readonly probes: readonly ProbeResult[];
  /** What logs of broken pods said, if any were read. */
  readonly logs: readonly LogEvidence[];
}

/** Identity of the cluster: the UID of the namespace kube-system, which no other cluster shares. */
export function clusterUid(snapshot: Snapshot): Safe | null {
  return snapshot.streams.namespaces.items.get('kube-system')?.metadata.uid ?? null;
}
