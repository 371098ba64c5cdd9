import { ago } from '../support/snapshot.ts';

/** Trimmed objects as the API returns them: only what a rule reads. */
type Labels = Readonly<Record<string, string>>;
type Given = Readonly<Record<string, unknown>>;

export const nodes = (...names: string[]) =>
  names.map(name => ({
    metadata: { name },
    status: { conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }] },
  }));

export const nodeLeases = (...names: string[]) =>
  names.map(name => ({
    metadata: { name, namespace: 'kube-node-lease' },
    spec: { holderIdentity: name, renewTime: ago(5), leaseDurationSeconds: 40 },
  }));

export const deployment = (
  namespace: string,
  name: string,
  given: {
    replicas?: number;
    ready?: number;
    labels?: Labels;
    podLabels?: Labels;
    image?: string;
    annotations?: Labels;
  } = {},
) => {
  const {
    replicas = 1,
    ready = replicas,
    podLabels = { app: name },
    image = `registry/${name}:v1.0.0`,
  } = given;
  return {
    metadata: {
      name,
      namespace,
      generation: 1,
      labels: given.labels ?? {},
      annotations: given.annotations ?? {},
    },
    spec: {
      replicas,
      selector: { matchLabels: podLabels },
      template: { metadata: { labels: podLabels }, spec: { containers: [{ name, image }] } },
    },
    status: {
      observedGeneration: 1,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: ready,
      availableReplicas: ready,
      conditions: [
        { type: 'Available', status: ready >= replicas ? 'True' : 'False', lastTransitionTime: ago(300) },
        { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
      ],
    },
  };
};

export const daemonSet = (
  namespace: string,
  name: string,
  given: { wanted?: number; ready?: number; podLabels?: Labels; labels?: Labels; image?: string } = {},
) => {
  const { wanted = 2, ready = wanted, podLabels = { app: name }, image = `registry/${name}:v1.0.0` } = given;
  return {
    metadata: { name, namespace, generation: 1, labels: given.labels ?? {}, creationTimestamp: ago(9e5) },
    spec: {
      selector: { matchLabels: podLabels },
      template: { metadata: { labels: podLabels }, spec: { containers: [{ name, image }] } },
    },
    status: {
      observedGeneration: 1,
      desiredNumberScheduled: wanted,
      currentNumberScheduled: wanted,
      updatedNumberScheduled: wanted,
      numberReady: ready,
      numberAvailable: ready,
    },
  };
};

export const readyPod = (
  namespace: string,
  name: string,
  nodeName: string,
  labels: Labels,
  status: Given = {},
) => ({
  metadata: { name, namespace, labels, creationTimestamp: ago(9e5) },
  spec: { nodeName, containers: [{ name: 'main' }] },
  status: {
    phase: 'Running',
    startTime: ago(9e5),
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: ago(9e5) }],
    containerStatuses: [
      { name: 'main', ready: true, restartCount: 0, state: { running: { startedAt: ago(9e5) } } },
    ],
    ...status,
  },
});

/** A pod whose container ends again and again; `end` is what it left behind. */
export const crashingPod = (
  namespace: string,
  name: string,
  nodeName: string,
  labels: Labels,
  end: Given = {},
) =>
  readyPod(namespace, name, nodeName, labels, {
    conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago(220) }],
    containerStatuses: [
      {
        name: 'main',
        ready: false,
        restartCount: 7,
        state: {
          waiting: {
            reason: 'CrashLoopBackOff',
            message: 'back-off 5m0s restarting failed container',
          },
        },
        lastState: { terminated: { reason: 'Error', exitCode: 1, finishedAt: ago(30), ...end } },
      },
    ],
  });

/** A pod that waits for its sandbox. */
export const creatingPod = (
  namespace: string,
  name: string,
  nodeName: string,
  labels: Labels,
  seconds = 220,
) => ({
  metadata: { name, namespace, labels, creationTimestamp: ago(seconds) },
  spec: { nodeName, containers: [{ name: 'main' }] },
  status: {
    phase: 'Pending',
    conditions: [
      { type: 'PodScheduled', status: 'True' },
      { type: 'Ready', status: 'False', lastTransitionTime: ago(seconds) },
    ],
    containerStatuses: [
      { name: 'main', ready: false, restartCount: 0, state: { waiting: { reason: 'ContainerCreating' } } },
    ],
  },
});

export const warning = (namespace: string, pod: string, reason: string, message: string) => ({
  metadata: { name: `${pod}.${reason}`, namespace },
  type: 'Warning',
  reason,
  message,
  count: 3,
  lastTimestamp: ago(4),
  involvedObject: { kind: 'Pod', namespace, name: pod },
});

/** The Secret in which Helm keeps one revision of a release, as metadata. */
export const release = (
  namespace: string,
  name: string,
  revision: number,
  status: string,
  changedSecondsAgo = 9e5,
) => ({
  metadata: {
    name: `sh.helm.release.v1.${name}.v${revision}`,
    namespace,
    labels: {
      owner: 'helm',
      name,
      status,
      version: String(revision),
      modifiedAt: String(Math.floor(Date.parse(ago(changedSecondsAgo)) / 1000)),
    },
  },
});

export const ready = (message = 'Applied revision: main@sha1:4f1c2a9', since = 9e5) => ({
  type: 'Ready',
  status: 'True',
  reason: 'ReconciliationSucceeded',
  message,
  lastTransitionTime: ago(since),
});

export const notReady = (reason: string, message: string, since = 200) => ({
  type: 'Ready',
  status: 'False',
  reason,
  message,
  lastTransitionTime: ago(since),
});

interface FluxGiven {
  readonly conditions?: readonly unknown[];
  readonly spec?: Given;
  readonly status?: Given;
  readonly metadata?: Given;
  /** Seconds since a controller last wrote the status. */
  readonly written?: number;
}

const written = (seconds: number) => [{ subresource: 'status', time: ago(seconds) }];

export const kustomization = (name: string, given: FluxGiven = {}) => ({
  metadata: {
    name,
    namespace: 'flux-system',
    generation: 1,
    creationTimestamp: ago(9e6),
    labels: {
      'kustomize.toolkit.fluxcd.io/name': 'flux-system',
      'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
    },
    managedFields: written(given.written ?? 60),
    ...given.metadata,
  },
  spec: {
    interval: '10m',
    path: `./${name}`,
    sourceRef: { kind: 'GitRepository', name: 'flux-system' },
    ...given.spec,
  },
  status: {
    observedGeneration: 1,
    conditions: given.conditions ?? [ready()],
    lastAppliedRevision: 'main@sha1:4f1c2a9e0b7d4c11a6a1f6d0f0f0a1b2c3d4e5f6',
    ...given.status,
  },
});

export const helmRelease = (namespace: string, name: string, given: FluxGiven = {}) => ({
  metadata: {
    name,
    namespace,
    generation: 1,
    creationTimestamp: ago(9e6),
    managedFields: written(given.written ?? 60),
    ...given.metadata,
  },
  spec: { interval: '30m', ...given.spec },
  status: {
    observedGeneration: 1,
    conditions: given.conditions ?? [ready('Helm upgrade succeeded')],
    ...given.status,
  },
});

export const source = (namespace: string, name: string, given: FluxGiven = {}) => ({
  metadata: { name, namespace, generation: 1, creationTimestamp: ago(9e6), ...given.metadata },
  spec: { interval: '5m', url: 'ssh://git@example.org/homelab', ...given.spec },
  status: {
    observedGeneration: 1,
    conditions: given.conditions ?? [ready('stored artifact')],
    ...given.status,
  },
});
