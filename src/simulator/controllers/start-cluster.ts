import { createBehaviour } from '../api/behaviour.ts';
import { createClock } from '../api/clock.ts';
import { createWorld } from '../api/create-world.ts';
import type { Fault } from '../faults/fault.ts';
import { FAULTS } from '../faults/index.ts';
import { gitTree } from '../seed/git-tree.ts';
import { AGE_KEY, DEPLOY_KEY } from '../seed/secrets.ts';
import { seedCluster } from '../seed/seed-cluster.ts';
import type { Behaviour, SimClock, World } from '../world.ts';
import { startCilium } from './cilium.ts';
import { startDnsProxy } from './coredns.ts';
import { startDaemonSets } from './daemonsets.ts';
import { startDeployments } from './deployments.ts';
import { startEndpointSlices } from './endpoint-slices.ts';
import { startEventExpiry } from './events.ts';
import { startExec } from './exec.ts';
import { startHelmController } from './flux-helm.ts';
import { startKustomizeController } from './flux-kustomize.ts';
import { startFluxOperator } from './flux-operator.ts';
import { startSourceController } from './flux-source.ts';
import { startKubelets } from './kubelet.ts';
import { startDebugContainers } from './kubelet-debug.ts';
import { startLeaderLeases, startNodeLeases } from './leases.ts';
import { startNodeLifecycle } from './node-lifecycle.ts';
import { startQuotas } from './quotas.ts';
import { startReplicaSets } from './replicasets.ts';
import { startScheduler } from './scheduler.ts';
import { startServiceAccounts } from './service-accounts.ts';
import { type Controller, createSwitches, type Life, type Switches } from './switches.ts';
import { startWebhooks } from './webhooks.ts';

/** Everything that lives in the cluster, each part by itself. */
const CONTROLLERS: readonly Controller[] = [
  startWebhooks,
  startQuotas,
  startDnsProxy,
  startExec,
  startEventExpiry,
  startNodeLeases,
  startLeaderLeases,
  startKubelets,
  startDebugContainers,
  startCilium,
  startScheduler,
  startServiceAccounts,
  startNodeLifecycle,
  startDaemonSets,
  startReplicaSets,
  startDeployments,
  startEndpointSlices,
  startSourceController,
  startKustomizeController,
  startHelmController,
  startFluxOperator,
];

export interface SimulatedCluster {
  readonly world: World;
  readonly clock: SimClock;
  readonly behaviour: Behaviour;
  readonly switches: Switches;
  readonly faults: readonly Fault[];
  stop(): void;
}

/** Starts a healthy homelab that has been running for days; `speed` divides every delay. Stop it to end its timers. */
export function startCluster(options: {
  readonly speed: number;
  readonly clock?: SimClock;
}): SimulatedCluster {
  const clock = options.clock ?? createClock({ speed: options.speed });
  const behaviour = createBehaviour();
  const world = createWorld(clock, behaviour);
  const switches = createSwitches(gitTree(), { deployKey: DEPLOY_KEY, ageKey: AGE_KEY });
  const life: Life = { world, clock, behaviour, switches };
  seedCluster(world, clock, behaviour, switches);
  const stops = CONTROLLERS.map(start => start(life));
  return {
    world,
    clock,
    behaviour,
    switches,
    faults: FAULTS,
    stop: () => {
      for (const stop of stops) stop();
      clock.stop();
    },
  };
}
