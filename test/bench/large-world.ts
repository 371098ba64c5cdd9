import type { Json, World } from '../../src/simulator/world.ts';

export interface Size {
  readonly nodes: number;
  readonly pods: number;
}

export const sizes = {
  S: { nodes: 10, pods: 200 },
  M: { nodes: 500, pods: 10_000 },
  L: { nodes: 5_000, pods: 50_000 },
} as const satisfies Readonly<Record<string, Size>>;

export type SizeName = keyof typeof sizes;

const AHEAD_MS = 7_200_000;
const FLUX = [
  'kustomize.toolkit.fluxcd.io/kustomizations',
  'helm.toolkit.fluxcd.io/helmreleases',
  'source.toolkit.fluxcd.io/gitrepositories',
  'source.toolkit.fluxcd.io/ocirepositories',
  'source.toolkit.fluxcd.io/helmrepositories',
  'source.toolkit.fluxcd.io/helmcharts',
  'fluxcd.controlplane.io/fluxinstances',
];
const TEAMS = 100;

/**
 * Grows the seeded homelab to a size: copies of its worker, of the pods that its DaemonSets keep on every node, and of one
 * pod of an application. Nothing lives there: leases are renewed ahead once and for all, and Flux has nothing due.
 */
export function grow(world: World, now: number, { nodes, pods }: Size): void {
  const model = world.list('/nodes').find(node => node.metadata.name === 'k8s-3') ?? world.list('/nodes')[0];
  const podsOfModel = world.list('/pods').filter(pod => pod.spec.nodeName === model?.metadata.name);
  const daemons = podsOfModel.filter(pod => isOwnedBy(pod, 'DaemonSet'));
  const app = world.list('/pods').find(pod => isOwnedBy(pod, 'ReplicaSet') && pod.status.phase === 'Running');
  if (model === undefined || app === undefined) throw new Error('the seeded cluster has no node or no pod');
  const teams = Math.min(TEAMS, Math.max(1, Math.round(pods / 100)));
  for (let i = 0; i < teams; i++) world.create('/namespaces', { metadata: { name: `team-${i}` } });
  const workers = Array.from({ length: nodes - world.list('/nodes').length }, (_, i) => `worker-${pad(i)}`);
  workers.forEach((name, i) => {
    world.create('/nodes', node(model, name, i));
    world.create('coordination.k8s.io/leases', lease(name));
    for (const pod of daemons) world.create('/pods', copyOf(pod, `${baseOf(pod)}-${pad(i)}`, name, i));
  });
  const left = pods - world.list('/pods').length;
  for (let i = 0; i < left; i++) {
    const copy = copyOf(app, `web-${pad(i)}`, workers[i % workers.length] ?? 'k8s-1', i);
    world.create('/pods', {
      ...copy,
      metadata: { ...copy.metadata, namespace: `team-${i % teams}`, ownerReferences: [] },
    });
  }
  for (const set of world.list('apps/daemonsets')) countAll(world, set, workers.length);
  settle(world, now);
}

function settle(world: World, now: number): void {
  const renewTime = new Date(now + AHEAD_MS).toISOString().replace('Z', '000Z');
  for (const { metadata } of world.list('coordination.k8s.io/leases')) {
    world.update('coordination.k8s.io/leases', metadata.namespace, metadata.name, draft => {
      draft.spec.renewTime = renewTime;
    });
  }
  for (const key of FLUX) {
    for (const { metadata } of world.list(key)) {
      const { namespace, name } = metadata;
      world.update(key, namespace, name, draft => {
        draft.spec.interval = '24h';
      });
      world.update(key, namespace, name, ({ metadata: { generation }, status }) => {
        if (status === undefined) return;
        status.observedGeneration = generation;
        for (const condition of status.conditions ?? []) condition.observedGeneration = generation;
      });
    }
  }
}

function isOwnedBy(pod: Json, kind: string): boolean {
  return (pod.metadata.ownerReferences ?? []).some((owner: Json) => owner.kind === kind);
}

function pad(i: number): string {
  return String(i).padStart(4, '0');
}

function baseOf(pod: Json): string {
  return pod.metadata.name.replace(/-[a-z0-9]+$/, '');
}

function address(net: number, i: number): string {
  return `10.${net + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`;
}

function bare({ metadata, ...rest }: Json): Json {
  const { uid: _uid, resourceVersion: _version, managedFields: _fields, ...kept } = metadata;
  return structuredClone({ ...rest, metadata: kept });
}

function node(model: Json, name: string, i: number): Json {
  const copy = bare(model);
  copy.metadata.name = name;
  copy.metadata.labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' };
  copy.spec = {};
  copy.status.addresses = [
    { type: 'InternalIP', address: address(80, i) },
    { type: 'Hostname', address: name },
  ];
  return copy;
}

function lease(name: string): Json {
  return {
    metadata: { name, namespace: 'kube-node-lease' },
    spec: { holderIdentity: name, leaseDurationSeconds: 40 },
  };
}

function copyOf(pod: Json, name: string, nodeName: string, i: number): Json {
  const copy = bare(pod);
  copy.metadata.name = name;
  copy.spec.nodeName = nodeName;
  copy.status.podIP = address(128, i);
  copy.status.podIPs = [{ ip: address(128, i) }];
  return copy;
}

function countAll(world: World, set: Json, more: number): void {
  const { namespace, name } = set.metadata;
  world.update('apps/daemonsets', namespace, name, draft => {
    for (const [key, value] of Object.entries(draft.status))
      if (/^(desired|current|updated)NumberScheduled$|^number(Ready|Available)$/.test(key))
        draft.status[key] = Number(value) + more;
  });
}
