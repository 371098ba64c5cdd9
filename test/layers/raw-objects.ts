import type { NodePods } from '../../src/cluster/snapshot.ts';
import { ago, NOW } from '../support/snapshot.ts';

// biome-ignore lint/suspicious/noExplicitAny: raw objects are taken apart by the tests in any way they like
export type Raw = any;

/** Longer than anything that is judged by its age. */
export const LONG = 9 * 86_400;

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

export function kubeDns(): Raw {
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

export function namespace(name: string): Raw {
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
