import type { NodePods } from '../../src/cluster/snapshot.ts';
import type { StreamId } from '../../src/cluster/streams.ts';
import { ago, type Given, NOW } from '../support/snapshot.ts';

/** Raw objects as an API server gives them, trimmed: three nodes, Cilium, CoreDNS, Flux by its operator, two applications. */
export interface Cluster extends Given {
  readonly objects: Partial<Record<StreamId, Raw[]>>;
  readonly byNode: Map<string, NodePods>;
}
// biome-ignore lint/suspicious/noExplicitAny: raw objects are taken apart by the tests in any way they like
export type Raw = any;

export const NODES = ['k8s-1', 'k8s-2', 'k8s-3'] as const;
const LONG = 9 * 86_400;

export function healthyCluster(): Cluster {
  const byNode = new Map(NODES.map(name => [name as string, nodePods()]));
  return {
    byNode,
    pods: { total: 40, byNode },
    objects: {
      nodes: NODES.map(node),
      'node-leases': NODES.map(name => lease('kube-node-lease', name, 5)),
      'system-leases': [
        lease('kube-system', 'kube-controller-manager', 2),
        lease('kube-system', 'kube-scheduler', 2),
      ],
      'flux-leases': fluxNames.map(name =>
        lease('flux-system', leaseNames[name] ?? `${name}-leader-election`, 3),
      ),
      'pods-system': [
        ...NODES.map(name => pod('kube-system', `cilium-${name}`, name, { 'k8s-app': 'cilium' }, true)),
        pod('kube-system', 'cilium-operator-1', 'k8s-1', { name: 'cilium-operator' }, true),
        ...['k8s-1', 'k8s-2'].map(name =>
          pod('kube-system', `coredns-${name}`, name, { 'k8s-app': 'kube-dns' }),
        ),
      ],
      'pods-flux': fluxNames.map(name => pod('flux-system', `${name}-1`, 'k8s-3', { app: name })),
      daemonsets: [
        daemonSet('kube-system', 'cilium', { 'k8s-app': 'cilium' }, 'quay.io/cilium/cilium:v1.17.4'),
      ],
      'deployments-system': [
        deployment('kube-system', 'cilium-operator', { name: 'cilium-operator' }, 1),
        deployment('kube-system', 'coredns', { 'k8s-app': 'kube-dns' }, 2),
      ],
      'deployments-flux': fluxNames.map(name => deployment('flux-system', name, { app: name }, 1)),
      'services-system': [kubeDns()],
      'slices-system': [
        slice('kube-system', 'kube-dns', [
          ['10.42.0.5', 'coredns-k8s-1'],
          ['10.42.1.5', 'coredns-k8s-2'],
        ]),
      ],
      'service-kubernetes': [
        { metadata: { namespace: 'default', name: 'kubernetes' }, spec: { clusterIP: '10.43.0.1' } },
      ],
      'slices-kubernetes': [slice('default', 'kubernetes', [['10.0.0.11', undefined]])],
      namespaces: ['default', 'kube-system', 'flux-system', 'apps'].map(namespace),
      'config-cilium': [
        {
          metadata: { namespace: 'kube-system', name: 'cilium-config' },
          data: { 'kube-proxy-replacement': 'true' },
        },
      ],
      'helm-releases': [
        release('kube-system', 'cilium', 7, 'deployed'),
        release('kube-system', 'coredns', 2, 'deployed'),
        release('flux-system', 'flux-operator', 3, 'deployed'),
        release('flux-system', 'flux-instance', 4, 'deployed'),
      ],
      fluxinstances: [fluxInstance()],
      gitrepositories: [source()],
      kustomizations: ['cluster-apps', 'monitoring'].map(kustomization),
    },
  };
}

export const fluxNames = [
  'flux-operator',
  'source-controller',
  'kustomize-controller',
  'helm-controller',
  'notification-controller',
];
const leaseNames: Readonly<Record<string, string>> = {};

export function nodePods(): NodePods {
  return { running: 12, ready: 12, newestReadyStart: NOW - 400_000, readyOnPodNetwork: 8 };
}

export function condition(type: string, status: string, extra: Raw = {}, seconds = LONG): Raw {
  return { type, status, lastTransitionTime: ago(seconds), ...extra };
}

export function node(name: string): Raw {
  return {
    metadata: { name, creationTimestamp: ago(LONG), labels: {} },
    spec: {},
    status: {
      conditions: [
        condition('MemoryPressure', 'False'),
        condition('DiskPressure', 'False'),
        condition('PIDPressure', 'False'),
        condition('Ready', 'True', { reason: 'KubeletReady', message: 'kubelet is posting ready status' }),
      ],
      nodeInfo: { kubeletVersion: 'v1.33.1' },
    },
  };
}

export const NO_CNI =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';

/** Sets a node's Ready condition. */
export function setReady(node: Raw, status: string, reason: string, message: string, seconds: number): void {
  const ready = node.status.conditions.find((c: Raw) => c.type === 'Ready');
  Object.assign(ready, { status, reason, message, lastTransitionTime: ago(seconds) });
}

export function lease(namespace: string, name: string, seconds: number): Raw {
  return {
    metadata: { namespace, name },
    spec: { holderIdentity: name, renewTime: ago(seconds), leaseDurationSeconds: 40 },
  };
}

export function pod(
  namespace: string,
  name: string,
  nodeName: string,
  labels: Raw,
  hostNetwork = false,
): Raw {
  return {
    metadata: { namespace, name, labels, creationTimestamp: ago(LONG) },
    spec: { nodeName, hostNetwork, containers: [{ name: 'main', image: 'x:1' }] },
    status: {
      phase: 'Running',
      podIP: '10.42.0.9',
      startTime: ago(LONG),
      conditions: [condition('PodScheduled', 'True'), condition('Ready', 'True')],
      containerStatuses: [
        { name: 'main', ready: true, restartCount: 0, state: { running: { startedAt: ago(LONG) } } },
      ],
    },
  };
}

/** A pod that was placed and never got a sandbox. */
export function creatingPod(
  namespace: string,
  name: string,
  nodeName: string,
  labels: Raw,
  seconds: number,
): Raw {
  return {
    metadata: { namespace, name, labels, creationTimestamp: ago(seconds) },
    spec: { nodeName, containers: [{ name: 'main', image: 'x:1' }] },
    status: {
      phase: 'Pending',
      startTime: ago(seconds),
      conditions: [
        condition('PodScheduled', 'True', {}, seconds),
        condition('Ready', 'False', { reason: 'ContainersNotReady' }, seconds),
      ],
      containerStatuses: [
        { name: 'main', ready: false, restartCount: 0, state: { waiting: { reason: 'ContainerCreating' } } },
      ],
    },
  };
}

export function daemonSet(namespace: string, name: string, matchLabels: Raw, image: string): Raw {
  return {
    metadata: { namespace, name, generation: 1, creationTimestamp: ago(LONG), labels: matchLabels },
    spec: {
      selector: { matchLabels },
      template: { metadata: { labels: matchLabels }, spec: { containers: [{ name: 'main', image }] } },
    },
    status: {
      observedGeneration: 1,
      desiredNumberScheduled: 3,
      currentNumberScheduled: 3,
      updatedNumberScheduled: 3,
      numberReady: 3,
      numberAvailable: 3,
    },
  };
}

export function deployment(namespace: string, name: string, matchLabels: Raw, replicas: number): Raw {
  return {
    metadata: { namespace, name, generation: 1, creationTimestamp: ago(LONG), labels: matchLabels },
    spec: {
      replicas,
      selector: { matchLabels },
      template: { metadata: { labels: matchLabels }, spec: { containers: [{ name: 'main', image: 'x:1' }] } },
    },
    status: {
      observedGeneration: 1,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      conditions: [
        condition('Available', 'True', { reason: 'MinimumReplicasAvailable' }),
        condition('Progressing', 'True', { reason: 'NewReplicaSetAvailable' }),
      ],
    },
  };
}

function kubeDns(): Raw {
  return {
    metadata: { namespace: 'kube-system', name: 'kube-dns', labels: { 'k8s-app': 'kube-dns' } },
    spec: {
      clusterIP: '10.43.0.10',
      clusterIPs: ['10.43.0.10'],
      selector: { 'k8s-app': 'kube-dns' },
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, protocol: 'TCP' },
      ],
    },
  };
}

export function slice(
  namespace: string,
  service: string,
  backends: readonly (readonly [string, string | undefined])[],
): Raw {
  return {
    metadata: { namespace, name: `${service}-abc`, labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    endpoints: backends.map(([address, target]) => ({
      addresses: [address],
      conditions: { ready: true, serving: true, terminating: false },
      ...(target === undefined ? {} : { targetRef: { kind: 'Pod', namespace, name: target } }),
    })),
    ports: [{ name: 'dns', port: 53, protocol: 'UDP' }],
  };
}

function namespace(name: string): Raw {
  return { metadata: { name, uid: `uid-${name}` }, status: { phase: 'Active' } };
}

export function release(namespace: string, name: string, version: number, status: string): Raw {
  return {
    metadata: {
      namespace,
      name: `sh.helm.release.v1.${name}.v${version}`,
      creationTimestamp: ago(LONG),
      labels: {
        owner: 'helm',
        name,
        version: String(version),
        status,
        modifiedAt: String(NOW / 1000 - LONG),
      },
    },
  };
}

function fluxInstance(): Raw {
  return {
    metadata: { namespace: 'flux-system', name: 'flux', generation: 1 },
    spec: {
      distribution: { version: '2.x' },
      sync: { kind: 'GitRepository', url: 'https://example.test/repo', path: 'k' },
    },
    status: {
      conditions: [condition('Ready', 'True', { reason: 'ReconciliationSucceeded', message: 'ok' }, 600)],
      components: fluxNames.slice(1).map(name => ({ name, tag: 'v1.7.0' })),
      lastAppliedRevision: 'v2.7.0@sha256:abc',
    },
  };
}

function source(): Raw {
  return {
    metadata: { namespace: 'flux-system', name: 'flux-system', generation: 1 },
    spec: { interval: '1h', url: 'https://example.test/repo' },
    status: {
      observedGeneration: 1,
      conditions: [condition('Ready', 'True', { reason: 'Succeeded', message: 'stored artifact' }, 900)],
      artifact: { revision: 'main@sha1:4f1c2a9', lastUpdateTime: ago(900) },
    },
  };
}

export function kustomization(name: string): Raw {
  return {
    metadata: {
      namespace: 'flux-system',
      name,
      generation: 1,
      creationTimestamp: ago(LONG),
      managedFields: [{ manager: 'kustomize-controller', subresource: 'status', time: ago(300) }],
    },
    spec: {
      interval: '1h',
      path: './x',
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'flux-system' },
    },
    status: {
      observedGeneration: 1,
      conditions: [
        condition(
          'Ready',
          'True',
          { reason: 'ReconciliationSucceeded', message: 'Applied revision: main@sha1:4f1c2a9' },
          900,
        ),
      ],
      lastAppliedRevision: 'main@sha1:4f1c2a9',
      history: [{ lastReconciled: ago(300), lastReconciledStatus: 'ReconciliationSucceeded' }],
    },
  };
}

/** A Kustomization whose last run failed. */
export function failKustomization(app: Raw, reason: string, message: string, seconds = 180): void {
  app.status.conditions = [condition('Ready', 'False', { reason, message }, seconds)];
}

export function warning(reason: string, message: string, about: Raw, extra: Raw = {}): Raw {
  return {
    metadata: { namespace: about.namespace, name: `${about.name}.${reason}.${extra.id ?? 1}` },
    type: 'Warning',
    reason,
    message,
    count: extra.count ?? 1,
    firstTimestamp: ago(extra.first ?? 200),
    lastTimestamp: ago(extra.last ?? 5),
    involvedObject: about,
    source: {
      component: extra.component ?? 'kubelet',
      ...(extra.host === undefined ? {} : { host: extra.host }),
    },
  };
}

/** Everything that the stream holds, to be changed in place. */
export function all(cluster: Cluster, id: StreamId): Raw[] {
  const known = cluster.objects[id];
  if (known !== undefined) return known;
  const fresh: Raw[] = [];
  (cluster.objects as Record<string, Raw[]>)[id] = fresh;
  return fresh;
}

export function one(cluster: Cluster, id: StreamId, name: string): Raw {
  const found = all(cluster, id).find(object => object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${name} among ${id}`);
  return found;
}

export function drop(cluster: Cluster, id: StreamId, matches: (name: string) => boolean): void {
  const kept = all(cluster, id).filter(object => !matches(object.metadata.name));
  (cluster.objects as Record<string, Raw[]>)[id] = kept;
}
