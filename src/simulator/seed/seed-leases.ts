import { microStamp, stamp } from '../controllers/objects.ts';
import type { Json } from '../world.ts';
import { FLUX_COMPONENTS } from './charts/flux.ts';
import type { Seeding } from './running.ts';

const DAY = 86_400_000;

/** Leases of nodes, of the control plane and of the Flux controllers, all renewed just now. */
export function seedLeases(seeding: Seeding): void {
  const { world, now, nodes } = seeding;
  const lease = (name: string, namespace: string, holder: string, seconds: number): void => {
    world.create(
      'coordination.k8s.io/leases',
      leaseObject(name, namespace, { holder, seconds, now, since: now - 9 * DAY }),
    );
  };
  for (const node of nodes) lease(node, 'kube-node-lease', node, 40);
  for (const name of ['kube-controller-manager', 'kube-scheduler'])
    lease(name, 'kube-system', `${nodes[0]}_0b1f`, 15);
  for (const name of Object.keys(FLUX_COMPONENTS))
    lease(`${name}-leader-election`, 'flux-system', `${name}_4a17`, 35);
}

export function leaseObject(
  name: string,
  namespace: string,
  facts: { holder: string; seconds: number; now: number; since: number },
): Json {
  const { holder, seconds, now, since } = facts;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace, creationTimestamp: stamp(since) },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: seconds,
      acquireTime: microStamp(since),
      renewTime: microStamp(now),
      leaseTransitions: 3,
    },
  };
}
