import { conditionOf } from '../../../src/simulator/controllers/objects.ts';
import type { Json, Stored, World } from '../../../src/simulator/world.ts';

const FLUX = [
  'source.toolkit.fluxcd.io/gitrepositories',
  'source.toolkit.fluxcd.io/ocirepositories',
  'source.toolkit.fluxcd.io/helmrepositories',
  'source.toolkit.fluxcd.io/helmcharts',
  'kustomize.toolkit.fluxcd.io/kustomizations',
  'helm.toolkit.fluxcd.io/helmreleases',
  'fluxcd.controlplane.io/fluxinstances',
];

/** One short line for everything an observer would find wrong; empty for a healthy cluster. */
export function troubles(world: World): string[] {
  return [
    ...world.list('/nodes').flatMap(nodeTroubles),
    ...world.list('/pods').flatMap(podTroubles),
    ...['apps/deployments', 'apps/daemonsets'].flatMap(key => world.list(key).flatMap(workloadTroubles)),
    ...FLUX.flatMap(key => fluxTroubles(world, key)),
    ...world
      .list('/namespaces')
      .filter(one => one.metadata.deletionTimestamp)
      .map(one => `namespace ${one.metadata.name} Terminating`),
    ...world
      .list('/services')
      .filter(
        one => one.spec.selector && one.metadata.name === 'kube-dns' && one.spec.clusterIP !== '10.43.0.10',
      )
      .map(one => `service ${one.metadata.name} ${one.spec.clusterIP}`),
  ];
}

function nodeTroubles(node: Stored): string[] {
  const wrong = node.status.conditions.filter(
    (one: Json) => one.status !== (one.type === 'Ready' ? 'True' : 'False'),
  );
  return [
    ...wrong.map((one: Json) => `node ${node.metadata.name} ${one.type}=${one.status} ${one.reason}`),
    ...(node.spec.taints ?? []).map((one: Json) => `node ${node.metadata.name} taint ${one.key}`),
  ];
}

function podTroubles(pod: Stored): string[] {
  const { namespace, name } = pod.metadata;
  if (pod.metadata.deletionTimestamp) return [`pod ${namespace}/${name} Terminating`];
  if (pod.status.phase === 'Succeeded' || conditionOf(pod, 'Ready')?.status === 'True') return [];
  const waiting = pod.status.containerStatuses?.[0]?.state?.waiting?.reason ?? pod.status.phase;
  return [`pod ${namespace}/${name} ${waiting}`];
}

function workloadTroubles({ kind, metadata, spec, status }: Stored): string[] {
  const wanted = kind === 'DaemonSet' ? status.desiredNumberScheduled : spec.replicas;
  const available = (kind === 'DaemonSet' ? status.numberAvailable : status.availableReplicas) ?? 0;
  const updated = (kind === 'DaemonSet' ? status.updatedNumberScheduled : status.updatedReplicas) ?? 0;
  const observed = status.observedGeneration === metadata.generation;
  return observed && wanted === available && updated === wanted
    ? []
    : [`${kind} ${metadata.name} ${available}/${wanted}`];
}

function fluxTroubles(world: World, key: string): string[] {
  const all = world.list(key);
  if (all.length === 0) return [`no ${key}`];
  return all
    .filter(one => !one.spec.suspend)
    .filter(one => conditionOf(one, 'Ready')?.status !== 'True' || conditionOf(one, 'Stalled') !== undefined)
    .map(one => `${one.kind} ${one.metadata.name} ${conditionOf(one, 'Ready')?.reason}`);
}
