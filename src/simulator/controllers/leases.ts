import { FLUX_COMPONENTS } from '../seed/charts/flux.ts';
import { leaseObject } from '../seed/seed-leases.ts';
import { ApiFailure } from '../world.ts';
import { microStamp, podReady } from './objects.ts';
import type { Life } from './switches.ts';
import { apiServes, controlPlaneActs } from './work-queue.ts';

export const LEASES = 'coordination.k8s.io/leases';
const NODE_RENEW_MS = 10_000;
const FLUX = 'flux-system';
const LEADER_RENEW_MS = 5_000;

/** Kubelets renew their leases every 10 s while they run and reach the API server. */
export function startNodeLeases(life: Life): () => void {
  const beat = (): void => {
    if (!apiServes(life)) return;
    for (const node of life.world.list('/nodes')) {
      if (!life.switches.stoppedKubelets.has(node.metadata.name))
        renew(life, 'kube-node-lease', node.metadata.name, 40);
    }
  };
  beat();
  return life.clock.every(NODE_RENEW_MS, beat);
}

/** Leaders renew theirs: the two of the control plane, and each Flux controller that really works. */
export function startLeaderLeases(life: Life): () => void {
  let round = 0;
  const beat = (): void => {
    round += 1;
    if (controlPlaneActs(life)) {
      for (const name of ['kube-controller-manager', 'kube-scheduler']) renew(life, 'kube-system', name, 15);
    }
    if (round % 2 === 0 || !apiServes(life)) return;
    for (const controller of Object.keys(FLUX_COMPONENTS)) {
      if (works(life, FLUX, controller)) renew(life, FLUX, `${controller}-leader-election`, 35);
    }
  };
  beat();
  return life.clock.every(LEADER_RENEW_MS, beat);
}

/** Whether the process of a controller (pods labelled `app=<name>` or named after it) runs, is Ready and not hung. */
export function works(life: Life, namespace: string, controller: string): boolean {
  return life.world
    .list('/pods', namespace)
    .some(
      pod =>
        (pod.metadata.labels?.app === controller ||
          pod.metadata.labels?.['app.kubernetes.io/name'] === controller) &&
        podReady(pod) &&
        pod.metadata.deletionTimestamp === undefined &&
        !life.switches.hungPods.has(pod.metadata.uid) &&
        !life.switches.deadNodes.has(pod.spec.nodeName),
    );
}

/** Renews a lease, or takes it when there is none; a namespace that is gone refuses, and the next beat tries again. */
function renew(life: Life, namespace: string, name: string, seconds: number): void {
  const now = microStamp(life.clock.now());
  const known = life.world.update(LEASES, namespace, name, draft => {
    draft.spec.renewTime = now;
  });
  if (known !== undefined) return;
  const since = life.clock.now();
  try {
    life.world.create(LEASES, leaseObject(name, namespace, { holder: name, seconds, now: since, since }));
  } catch (failure) {
    if (!(failure instanceof ApiFailure)) throw failure;
  }
}
