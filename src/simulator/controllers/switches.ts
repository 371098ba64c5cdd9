import type { Behaviour, Json, SimClock, World } from '../world.ts';

/** What the Git host serves: one revision and, per path of the repository, the objects a build of it gives. */
export interface GitTree {
  revision: string;
  readonly paths: Map<string, Json[]>;
}

/** Why the containers of a pod crash, as the process would say it before it ends. */
export interface Crash {
  readonly exitCode: number;
  readonly reason: string;
  readonly log: readonly string[];
}

/**
 * The state of everything that is not an API object: machines, files on nodes, the Git host, registries.
 * Faults turn these as a person or a failure would and call `notify`; controllers only read them.
 */
export interface Switches {
  /** Nodes whose kubelet does not run; with `deadNodes` also everything else on them. */
  readonly stoppedKubelets: Set<string>;
  readonly deadNodes: Set<string>;
  /** Nodes without a file in the CNI configuration directory; a ready agent writes it again. */
  readonly noCniConfig: Set<string>;
  /** Nodes that were restarted: their pods need new sandboxes. Consumed by the kubelet. */
  readonly rebooted: Set<string>;
  /** Node name to the pressure its kubelet measures. */
  readonly pressure: Map<string, 'DiskPressure' | 'MemoryPressure' | 'PIDPressure'>;
  /** Processes that crash: `label=value` of the pod, with `@node` for one node only. */
  readonly crashing: Map<string, Crash>;
  /** Images no registry has. */
  readonly missingImages: Set<string>;
  /** Pods (by uid) whose process hangs: Ready by its probe, doing nothing. */
  readonly hungPods: Set<string>;
  /** Nodes whose service proxy hangs, since when (simulated epoch ms): what it knew stays in the kernel, nothing is added. */
  readonly hungServiceProxies: Map<string, number>;
  /** kube-controller-manager and kube-scheduler neither act nor renew. */
  frozenControllers: boolean;
  /** The private key the Git host accepts. */
  acceptedDeployKey: string;
  /** The age key that can decrypt the repository's secrets. */
  readonly ageKey: string;
  readonly git: GitTree;
  /** Tells every controller that something here changed. */
  notify(): void;
  onChange(listener: () => void): () => void;
}

/** All a controller needs. */
export interface Life {
  readonly world: World;
  readonly clock: SimClock;
  readonly behaviour: Behaviour;
  readonly switches: Switches;
}

/** A controller starts on a life and hands back its end. */
export type Controller = (life: Life) => () => void;

export function createSwitches(git: GitTree, keys: { deployKey: string; ageKey: string }): Switches {
  const listeners = new Set<() => void>();
  return {
    stoppedKubelets: new Set(),
    deadNodes: new Set(),
    noCniConfig: new Set(),
    rebooted: new Set(),
    pressure: new Map(),
    crashing: new Map(),
    missingImages: new Set(),
    hungPods: new Set(),
    hungServiceProxies: new Map(),
    frozenControllers: false,
    acceptedDeployKey: keys.deployKey,
    ageKey: keys.ageKey,
    git,
    notify: () => {
      for (const listener of [...listeners]) listener();
    },
    onChange: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
