import type { ProbeId, ProbeResult } from '../cluster/probe-results.ts';
import type { ExecInPod } from '../kube/exec.ts';
import type { Cluster } from '../kube/open-cluster.ts';
import type { ForwardPort } from '../kube/port-forward.ts';
import { isDnsName } from './targets.ts';

/** The part of a cluster that probes ask. */
export type Api = Pick<Cluster, 'request'>;

/** All in milliseconds of this machine's clock. */
export interface ProbeLimits {
  readonly request: number;
  /** From the creation of a pod to its address. */
  readonly sandbox: number;
  /** From the creation of a pod to its last answer. */
  readonly pod: number;
  /** The same where the image must be pulled first. */
  readonly podWithPull: number;
  /** How long a new namespace is given to become usable. */
  readonly namespace: number;
  readonly cleanUp: number;
  /** Between two looks at a pod. */
  readonly look: number;
  /** Between two probe pods on one node. */
  readonly again: number;
}

export const defaultProbeLimits: ProbeLimits = {
  request: 5_000,
  sandbox: 20_000,
  pod: 60_000,
  podWithPull: 90_000,
  namespace: 5_000,
  cleanUp: 5_000,
  look: 250,
  again: 60_000,
};

export interface ProbeOptions {
  /** Instead of the usual ones, and of P3 and P4 where `exec` is given. */
  readonly which?: readonly ProbeId[] | undefined;
  /** Ends everything; what was created is removed all the same. */
  readonly signal: AbortSignal;
  /** Cluster time, epoch ms. */
  readonly now: () => number;
  /** Only these nodes get a pod; otherwise all that take pods, at most twenty. */
  readonly nodes?: readonly string[];
  /** Image of the probe pod; it must carry busybox. */
  readonly image?: string | undefined;
  /** A name beyond the cluster; not asked unless given. */
  readonly external?: string | undefined;
  /** Needed for P2. */
  readonly forward?: ForwardPort | undefined;
  /** Needed for P3 and P4, which also run by it: give it only where somebody opted in. */
  readonly exec?: ExecInPod | undefined;
  /** What was found before: a node that was probed within the last minute is not asked again. */
  readonly earlier?: readonly ProbeResult[];
  readonly limits?: Partial<ProbeLimits>;
}

/** What every probe is given. */
export interface Asking {
  readonly api: Api;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly limits: ProbeLimits;
  readonly external: string | null;
}

/** The options with what holds when they do not say. */
export function askingOf(
  api: Api,
  { now, limits, external }: Pick<ProbeOptions, 'now' | 'limits' | 'external'>,
  signal: AbortSignal,
): Asking {
  const name = external?.replace(/\.$/, '') ?? '';
  return {
    api,
    signal,
    now,
    limits: { ...defaultProbeLimits, ...limits },
    external: isDnsName(name) ? name : null,
  };
}
