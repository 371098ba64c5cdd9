import { daemonPodLabels, daemonPodSpec } from '../controllers/daemonsets.ts';
import { replicaSetOf } from '../controllers/deployments.ts';
import { endpointsOf, sliceOf } from '../controllers/endpoint-slices.ts';
import { digestOf, hashName, stamp } from '../controllers/objects.ts';
import { podObject } from '../controllers/workload-pods.ts';
import type { Json, Stored, World } from '../world.ts';

/** What the seed knows while it fills a world. `at` gives the creation time of an object, in days before now. */
export interface Seeding {
  readonly world: World;
  readonly now: number;
  readonly nodes: readonly string[];
  used: number;
}

const DAY = 86_400_000;

/** Marks an object as made some days ago. */
export function backdate(seeding: Seeding, object: Json, days: number): Json {
  return { ...object, metadata: { ...object.metadata, creationTimestamp: stamp(seeding.now - days * DAY) } };
}

/** A pod that has been running and ready for some days. */
export function runningPod(seeding: Seeding, pod: Json, node: string, days: number): Stored {
  const index = seeding.nodes.indexOf(node);
  const since = stamp(seeding.now - days * DAY + 20_000);
  const hostIP = `10.0.0.${11 + index}`;
  const podIP = pod.spec.hostNetwork ? hostIP : `10.42.${index}.${10 + seeding.used++}`;
  const condition = (type: string): Json => ({
    type,
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: since,
  });
  const status = {
    phase: 'Running',
    hostIP,
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: stamp(seeding.now - days * DAY),
    qosClass: 'Burstable',
    conditions: ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(
      condition,
    ),
    containerStatuses: pod.spec.containers.map((one: Json) => ({
      name: one.name,
      image: one.image,
      imageID: `${one.image.split(':')[0]}@${digestOf(one.image)}`,
      containerID: `containerd://${hashName(`${pod.metadata.name}${one.name}`, 40)}`,
      ready: true,
      started: true,
      restartCount: pod.restarts ?? 0,
      state: { running: { startedAt: since } },
      lastState: {},
    })),
  };
  const { restarts: _restarts, ...plain } = pod;
  return seeding.world.create('/pods', {
    ...backdate(seeding, plain, days),
    spec: { ...pod.spec, nodeName: node },
    status,
  });
}

/** A Deployment with its ReplicaSet and pods, all as their controllers would have left them. */
export function runningDeployment(
  seeding: Seeding,
  object: Json,
  facts: { days: number; revision: number },
): void {
  const { world, now } = seeding;
  const { days, revision } = facts;
  const dated = backdate(seeding, object, days);
  const mark = { 'deployment.kubernetes.io/revision': String(revision) };
  dated.metadata.annotations = { ...dated.metadata.annotations, ...mark };
  const deployment = world.create('apps/deployments', dated);
  const replicas: number = deployment.spec.replicas;
  const set = world.create(
    'apps/replicasets',
    backdate(seeding, replicaSetOf(deployment, revision, replicas), days),
  );
  runningReplicas(seeding, set, replicas, days);
  const counts = { replicas, readyReplicas: replicas, availableReplicas: replicas };
  world.update('apps/replicasets', set.metadata.namespace, set.metadata.name, draft => {
    draft.status = { ...counts, fullyLabeledReplicas: replicas, observedGeneration: 1 };
  });
  const time = stamp(now - days * DAY + 25_000);
  world.update('apps/deployments', deployment.metadata.namespace, deployment.metadata.name, draft => {
    draft.status = {
      observedGeneration: 1,
      ...counts,
      updatedReplicas: replicas,
      conditions: rolledOut(set.metadata.name, time),
    };
  });
}

function runningReplicas(seeding: Seeding, set: Stored, replicas: number, days: number): void {
  const { metadata, spec } = set.spec.template;
  const first = seeding.used;
  for (let count = 0; count < replicas; count++) {
    const name = `${set.metadata.name}-${hashName(`${set.metadata.name}${count}`, 5)}`;
    const pod = podObject(set, name, { labels: metadata.labels, spec });
    runningPod(seeding, pod, seeding.nodes[(first + count) % seeding.nodes.length] ?? 'k8s-1', days);
  }
}

function rolledOut(setName: string, time: string): Json[] {
  const condition = (type: string, reason: string, message: string): Json => ({
    type,
    status: 'True',
    reason,
    message,
    lastUpdateTime: time,
    lastTransitionTime: time,
  });
  return [
    condition('Available', 'MinimumReplicasAvailable', 'Deployment has minimum availability.'),
    condition(
      'Progressing',
      'NewReplicaSetAvailable',
      `ReplicaSet "${setName}" has successfully progressed.`,
    ),
  ];
}

/** A DaemonSet with a pod on every node. */
export function runningDaemonSet(seeding: Seeding, object: Json, days: number): void {
  const { world, nodes } = seeding;
  const set = world.create('apps/daemonsets', backdate(seeding, object, days));
  for (const node of nodes) {
    const name = `${set.metadata.name}-${hashName(`${set.metadata.name}${node}`, 5)}`;
    const pod = podObject(set, name, { labels: daemonPodLabels(set), spec: daemonPodSpec(set, node) });
    runningPod(seeding, pod, node, days);
  }
  const count = nodes.length;
  world.update('apps/daemonsets', set.metadata.namespace, set.metadata.name, draft => {
    draft.status = {
      currentNumberScheduled: count,
      desiredNumberScheduled: count,
      numberAvailable: count,
      numberMisscheduled: 0,
      numberReady: count,
      updatedNumberScheduled: count,
      observedGeneration: 1,
    };
  });
}

/** EndpointSlices of every Service, from the pods that are there. */
export function runningEndpoints(seeding: Seeding, days: number): void {
  const { world } = seeding;
  for (const service of world.list('/services')) {
    if (!service.spec.selector) continue;
    const endpoints = endpointsOf(world.list('/pods', service.metadata.namespace), service);
    world.create('discovery.k8s.io/endpointslices', backdate(seeding, sliceOf(service, endpoints), days));
  }
}
