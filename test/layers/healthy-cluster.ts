import type { NodePods } from '../../src/cluster/snapshot.ts';
import type { StreamId } from '../../src/cluster/streams.ts';
import type { Given } from '../support/snapshot.ts';
import { fluxInstance, fluxNames, kustomization, source } from './raw-flux.ts';
import {
  daemonSet,
  deployment,
  kubeDns,
  lease,
  namespace,
  node,
  nodePods,
  pod,
  type Raw,
  release,
  slice,
} from './raw-objects.ts';

/** Raw objects as an API server gives them, trimmed: three nodes, Cilium, CoreDNS, Flux by its operator, two applications. */
export interface Cluster extends Given {
  readonly objects: Partial<Record<StreamId, Raw[]>>;
  readonly byNode: Map<string, NodePods>;
}
export const NODES = ['k8s-1', 'k8s-2', 'k8s-3'] as const;

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
      'flux-leases': fluxNames.map(name => lease('flux-system', `${name}-leader-election`, 3)),
      'pods-system': [
        ...NODES.map(name => pod('kube-system', `cilium-${name}`, name, { 'k8s-app': 'cilium' }, true)),
        pod('kube-system', 'cilium-operator-1', 'k8s-1', { name: 'cilium-operator' }, true),
        ...['k8s-1', 'k8s-2'].map(name =>
          pod('kube-system', `coredns-${name}`, name, { 'k8s-app': 'kube-dns' }),
        ),
      ],
      'pods-flux': fluxNames.map(name => pod('flux-system', `${name}-1`, 'k8s-3', { app: name })),
      daemonsets: [
        daemonSet('kube-system', 'cilium', { 'k8s-app': 'cilium' }, 'example.test/cilium/cilium:v1.17.4'),
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

/** Takes Cilium out, with everything that reminds of it. */
export function withoutCilium(cluster: Cluster): void {
  drop(cluster, 'daemonsets', name => name === 'cilium');
  drop(cluster, 'pods-system', name => name.startsWith('cilium'));
  drop(cluster, 'deployments-system', name => name === 'cilium-operator');
  drop(cluster, 'config-cilium', () => true);
  drop(cluster, 'helm-releases', name => name.includes('.cilium.'));
}
