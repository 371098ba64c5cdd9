import type { Safe } from '../text/safe.ts';

/**
 * P1 the API server's proxy to CoreDNS · P2 DNS over a port-forward · P3 lookups in a pod that runs already ·
 * P4 the CNI agent's own word · P5 lookups in a container that is added to one pod; it cannot be taken away again, so
 * this is never part of a round · P6 a pod of our own on each node.
 */
export type ProbeId = 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'P6';

/** How far a probe pod came: accepted by the API, taken by the kubelet, given a network, started, and heard. */
export type ProbeStage = 'created' | 'scheduled' | 'sandbox' | 'running' | 'answered';

/** What is asked. `resolver`: which address pods are told to ask; `by-…`: the way that a question takes. */
export type ProbeQuestion =
  | 'ready'
  | 'health'
  | 'resolver'
  | 'name-by-resolver'
  | 'name-by-service'
  | 'name-by-pod'
  | 'missing-name'
  | 'external-name'
  | 'port-of-pod'
  | 'api-by-service'
  /** A Service that is younger than the probe itself, with CoreDNS behind it. */
  | 'fresh-service'
  | 'agent';

/**
 * `answered`: as a sound cluster answers. `denied`: a reply came, but not that one. `refused`: nobody listens there.
 * `silent`: no reply in time. `unread`: it could not be asked, or the reply not be read; it says nothing.
 */
export type ProbeOutcome = 'answered' | 'denied' | 'refused' | 'silent' | 'unread';

export interface ProbeAnswer {
  readonly question: ProbeQuestion;
  /** Address or name of what was asked. */
  readonly to: Safe;
  readonly outcome: ProbeOutcome;
  readonly said: Safe;
}

/** What one probe saw at one moment. Evidence, not state: it is worth something for ten minutes. */
export interface ProbeResult {
  readonly id: ProbeId;
  /** The pod (`namespace/name`) or node that was probed. */
  readonly target: Safe;
  /** Where it was probed from (P3, P4, P5, P6) or where the probed pod lives. */
  readonly node: Safe | null;
  /** Cluster time (epoch ms). */
  readonly at: number;
  /** Null: it could not be told, for a reason that is no fault of the cluster's network or DNS. */
  readonly ok: boolean | null;
  readonly stage?: ProbeStage;
  readonly message: Safe;
  readonly latencyMs?: number;
  readonly evidence: readonly Safe[];
  readonly answers: readonly ProbeAnswer[];
}

export type ProbedLayer = 'cni' | 'pod-network' | 'dns' | 'service-discovery';

/** What a probe proves or disproves of a layer. */
export interface ProbeEvidence {
  readonly layer: ProbedLayer;
  /** True: proof that it works there and then. False: proof that it does not. */
  readonly works: boolean;
  /** A fault beside the layer's own duty (an upstream resolver, a name that should not exist): a note, never a verdict. */
  readonly aside: boolean;
  readonly probe: ProbeId;
  readonly target: Safe;
  /** The node that it is about; null when it is about none. */
  readonly node: Safe | null;
  readonly at: number;
  readonly message: Safe;
  /** It is about what routes the addresses of Services on that node, kube-proxy or the CNI's agent in its place. */
  readonly isRouting?: true;
}

/** The results that still count, and what they say. */
export interface ProbeReport {
  readonly results: readonly ProbeResult[];
  readonly evidence: readonly ProbeEvidence[];
}

/** How long a result is worth something. */
export const PROBE_LIFETIME = 600_000;
