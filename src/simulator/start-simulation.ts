import { randomUUID } from 'node:crypto';
import { type Caller, everything } from './api/access.ts';
import { startApiServer } from './api/api-server.ts';
import { kubeconfigText } from './api/kubeconfig.ts';
import { type SimulatedCluster, startCluster } from './controllers/start-cluster.ts';
import type { Switches } from './controllers/switches.ts';
import { makeDemoFolder, type ToolsEntry } from './demo-folder.ts';
import type { Fault } from './faults/fault.ts';
import { ApiFailure, type SimClock, type World } from './world.ts';

/** A fault of the running simulation. Breaking again what was repaired meanwhile breaks it again. */
export interface SimulatedFault {
  readonly name: string;
  readonly title: string;
  /** Whether it was broken and not undone since; a repair by other means is not noticed. */
  broken(): boolean;
  /** What the API server says against it, while it refuses to break or mend this; it is tried again every second. */
  refusal(): string | null;
  break(): void;
  undo(): void;
}

export interface Simulation {
  /** What a process needs to reach the cluster and its tools, and nothing of the real ones. */
  readonly env: {
    readonly KUBECONFIG: string;
    readonly PATH: string;
    readonly ROOT_DIR: string;
    readonly GROUNDUP_SIM_SPEED: string;
    readonly XDG_STATE_HOME: string;
  };
  readonly folder: string;
  /** Address of the API server. */
  readonly url: string;
  readonly clock: SimClock;
  readonly world: World;
  readonly switches: Switches;
  readonly faults: readonly SimulatedFault[];
  /** Stops everything and removes the folder. May be called more than once. */
  close(): Promise<void>;
}

export interface SimulationOptions {
  /** How many times as fast as real time the cluster lives. */
  readonly speed: number;
  readonly toolsEntry: ToolsEntry;
  /** Further bearer tokens and whom they stand for, beside the administrator of the kubeconfig. */
  readonly tokens?: ReadonlyMap<string, Caller>;
  /** Version of helm: 4 applies on the server's side, where other owners of a field are in its way. */
  readonly helm?: 3 | 4;
}

export const DEMO_CONTEXT = 'demo';

/** Starts a healthy simulated homelab: an API server on the loopback address, and a private folder with its tools. */
export async function startSimulation({
  speed,
  toolsEntry,
  tokens,
  helm = 3,
}: SimulationOptions): Promise<Simulation> {
  const cluster = startCluster({ speed });
  const token = randomUUID();
  const server = await startApiServer({
    ...cluster,
    tokens: new Map([...(tokens ?? []), [token, everything()]]),
  });
  const kubeconfig = kubeconfigText({
    url: server.url,
    token,
    context: DEMO_CONTEXT,
    clock: cluster.clock,
  });
  const demo = await makeDemoFolder({ kubeconfig, toolsEntry, speed, helm });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    cluster.stop();
    await server.close();
    await demo.remove();
  };
  return {
    env: {
      KUBECONFIG: demo.kubeconfig,
      PATH: `${demo.bin}:/usr/bin:/bin`,
      ROOT_DIR: demo.repository,
      GROUNDUP_SIM_SPEED: String(speed),
      XDG_STATE_HOME: demo.state,
    },
    folder: demo.folder,
    url: server.url,
    clock: cluster.clock,
    world: cluster.world,
    switches: cluster.switches,
    faults: faultsOf(cluster),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

const AGAIN_MS = 1_000;

function faultsOf(cluster: SimulatedCluster): readonly SimulatedFault[] {
  return cluster.faults.map(fault => {
    let breaking: Attempt | null = null;
    let mending: Attempt | null = null;
    const undo = (): void => {
      const took = breaking?.giveUp() === 'taken';
      breaking = null;
      if (took) mending = attempt(cluster, () => mend(cluster, fault));
    };
    return {
      name: fault.name,
      title: fault.title,
      broken: () => breaking !== null,
      refusal: () => (breaking ?? mending)?.refusal() ?? null,
      undo,
      break: () => {
        undo();
        mending?.giveUp();
        breaking = attempt(cluster, () => fault.apply(cluster));
      },
    };
  });
}

interface Attempt {
  /** What the server said last, null once it took the change. */
  readonly refusal: () => string | null;
  readonly giveUp: () => 'taken' | 'refused';
}

/**
 * Makes a change. The server may refuse it, for instance while a namespace still ends or a webhook does not answer because of
 * another fault: then it is tried again every second of the cluster until it is given up.
 */
function attempt(cluster: SimulatedCluster, change: () => void): Attempt {
  let refusal: string | null = null;
  let cancel = (): void => {};
  const once = (): void => {
    try {
      change();
      refusal = null;
    } catch (failure) {
      if (!(failure instanceof ApiFailure)) throw failure;
      refusal = failure.message;
      cancel = cluster.clock.after(AGAIN_MS, once);
    }
  };
  once();
  return {
    refusal: () => refusal,
    giveUp: () => {
      cancel();
      return refusal === null ? 'taken' : 'refused';
    },
  };
}

/** Undoes a fault; what is not there any more needs no mending. */
function mend(cluster: SimulatedCluster, fault: Fault): void {
  try {
    fault.undo?.(cluster);
  } catch (failure) {
    if (!(failure instanceof ApiFailure && failure.code === 404)) throw failure;
  }
}
