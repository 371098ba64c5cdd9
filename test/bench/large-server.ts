import { everything } from '../../src/simulator/api/access.ts';
import { startApiServer } from '../../src/simulator/api/api-server.ts';
import { createBehaviour } from '../../src/simulator/api/behaviour.ts';
import { createClock } from '../../src/simulator/api/clock.ts';
import { createWorld } from '../../src/simulator/api/create-world.ts';
import { seedCluster } from '../../src/simulator/seed/seed-cluster.ts';
import { grow, type SizeName, sizes } from './large-world.ts';

/** What the bench asks of its server, which is a process of its own so that its work is not counted. */
export type Order =
  | {
      readonly kind: 'churn';
      readonly podsPerSecond: number;
      readonly eventsPerSecond: number;
      /** Breaks or mends CoreDNS at every turn, so that every frame looks different. */
      readonly isFlipping?: true;
    }
  /** Every node renews its lease every ten seconds, as kubelets do; or no longer. */
  | { readonly kind: 'leases'; readonly areRenewed: boolean }
  | { readonly kind: 'reach'; readonly reach: 'normal' | 'hang' }
  | { readonly kind: 'coredns'; readonly isBroken: boolean };

const TICK_MS = 100;
const RENEW_MS = 10_000;
const LEASES = 'coordination.k8s.io/leases';
const clock = createClock({ speed: 1 });
const behaviour = createBehaviour();
const world = createWorld(clock, behaviour);
seedCluster(world, clock, behaviour);
grow(world, clock.now(), sizes[process.argv[2] as SizeName]);
const server = await startApiServer({ world, clock, behaviour, tokens: new Map([['bench', everything()]]) });

let churning: NodeJS.Timeout | undefined;
let renewing: NodeJS.Timeout | undefined;
let turn = 0;
process.on('message', (order: Order) => {
  if (order.kind === 'reach') behaviour.reach = order.reach;
  else if (order.kind === 'leases') renew(order.areRenewed);
  else if (order.kind === 'coredns') breakDns(order.isBroken);
  else churn(order);
  process.send?.({ done: true });
});
process.on('disconnect', () => process.exit());
process.send?.({ port: server.port });

function breakDns(isBroken: boolean): void {
  world.update('apps/deployments', 'kube-system', 'coredns', draft => {
    const ready = isBroken ? 0 : draft.spec.replicas;
    Object.assign(draft.status, { readyReplicas: ready, availableReplicas: ready });
  });
  for (const pod of world.list('/pods', 'kube-system')) {
    if (pod.metadata.labels?.['k8s-app'] !== 'kube-dns') continue;
    world.update('/pods', 'kube-system', pod.metadata.name, draft => {
      for (const one of draft.status.conditions)
        if (one.type === 'Ready') one.status = isBroken ? 'False' : 'True';
      for (const one of draft.status.containerStatuses) one.ready = !isBroken;
    });
  }
}

/** Changes pods all over the cluster, and adds warnings to a bounded number of events. */
function churn({ podsPerSecond, eventsPerSecond, isFlipping }: Order & { kind: 'churn' }): void {
  clearInterval(churning);
  if (podsPerSecond + eventsPerSecond === 0) return;
  const pods = world.list('/pods');
  let isBroken = false;
  churning = setInterval(() => {
    if (isFlipping === true) {
      isBroken = !isBroken;
      breakDns(isBroken);
    }
    for (let i = 0; i < (podsPerSecond * TICK_MS) / 1000; i++) {
      const { namespace, name } = pods[(turn++ * 7919) % pods.length]?.metadata ?? {};
      world.update('/pods', namespace, name ?? '', draft => {
        draft.metadata.annotations = { ...draft.metadata.annotations, 'bench/turn': String(turn) };
      });
    }
    for (let i = 0; i < (eventsPerSecond * TICK_MS) / 1000; i++) warn(`bench-${turn++ % 2_000}`);
  }, TICK_MS);
}

/** Ten seconds of the lease's own time further: they all lie ahead. */
function renew(areRenewed: boolean): void {
  clearInterval(renewing);
  if (!areRenewed) return;
  const leases = world.list(LEASES, 'kube-node-lease');
  let due = 0;
  let next = 0;
  renewing = setInterval(() => {
    for (due += (leases.length * TICK_MS) / RENEW_MS; due >= 1; due--) {
      const { namespace, name } = leases[next++ % leases.length]?.metadata ?? {};
      world.update(LEASES, namespace, name ?? '', draft => {
        draft.spec.renewTime = new Date(Date.parse(draft.spec.renewTime) + RENEW_MS).toISOString();
      });
    }
  }, TICK_MS);
}

function warn(name: string): void {
  const at = new Date(clock.now()).toISOString();
  const known = world.update('/events', 'team-0', name, draft => {
    draft.count++;
    draft.lastTimestamp = at;
  });
  if (known !== undefined) return;
  world.create('/events', {
    metadata: { namespace: 'team-0', name },
    type: 'Warning',
    reason: 'Unhealthy',
    message: `Readiness probe of ${name} failed: HTTP probe failed with statuscode: 503`,
    count: 1,
    firstTimestamp: at,
    lastTimestamp: at,
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: 'team-0', name: 'web-0000' },
    source: { component: 'kubelet', host: 'worker-0000' },
  });
}
