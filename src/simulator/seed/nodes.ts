import { stamp } from '../controllers/objects.ts';
import type { Json } from '../world.ts';

export const NODES = ['k8s-1', 'k8s-2', 'k8s-3'] as const;
const DAY = 86_400_000;

/** The three control-plane machines, 28 days old and fine. `images` are those already pulled. */
export function nodeObject(name: string, index: number, now: number, images: readonly string[]): Json {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      creationTimestamp: stamp(now - 28 * DAY),
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'node-role.kubernetes.io/control-plane': '',
        'node.kubernetes.io/instance-type': 'metal',
      },
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: { podCIDR: `10.42.${index}.0/24`, podCIDRs: [`10.42.${index}.0/24`] },
    status: {
      addresses: [
        { type: 'InternalIP', address: `10.0.0.${11 + index}` },
        { type: 'Hostname', address: name },
      ],
      capacity: { cpu: '8', memory: '32614360Ki', pods: '110', 'ephemeral-storage': '487652Mi' },
      allocatable: { cpu: '7950m', memory: '32100312Ki', pods: '110', 'ephemeral-storage': '460000Mi' },
      conditions: soundConditions(now),
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      images: images.map(image => ({ names: [image], sizeBytes: 40_000_000 + image.length * 400_000 })),
      nodeInfo: {
        architecture: 'amd64',
        operatingSystem: 'linux',
        osImage: 'Talos (v1.10.3)',
        kernelVersion: '6.12.28-talos',
        containerRuntimeVersion: 'containerd://2.0.5',
        kubeletVersion: 'v1.33.1',
        kubeProxyVersion: '',
        machineID: `0${index}c9a7`,
        systemUUID: `0${index}c9a7`,
        bootID: `0${index}c9a7`,
      },
    },
  };
}

function soundConditions(now: number): Json[] {
  const since = stamp(now - 9 * DAY);
  const condition = (type: string, status: string, reason: string, message: string): Json => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: stamp(now - 120_000),
    lastTransitionTime: since,
  });
  return [
    condition('NetworkUnavailable', 'False', 'CiliumIsUp', 'Cilium is running on this node'),
    condition(
      'MemoryPressure',
      'False',
      'KubeletHasSufficientMemory',
      'kubelet has sufficient memory available',
    ),
    condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
  ];
}

const STATIC = [
  ['etcd', 'gcr.io/etcd-development/etcd:v3.5.21'],
  ['kube-apiserver', 'registry.k8s.io/kube-apiserver:v1.33.1'],
  ['kube-controller-manager', 'registry.k8s.io/kube-controller-manager:v1.33.1'],
  ['kube-scheduler', 'registry.k8s.io/kube-scheduler:v1.33.1'],
] as const;

/** Mirror pods of the control plane on one node. */
export function staticPods(node: Json): Json[] {
  const { name, uid } = node.metadata;
  return STATIC.map(([component, image]) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${component}-${name}`,
      namespace: 'kube-system',
      labels: { tier: 'control-plane', component, 'k8s-app': component },
      annotations: { 'kubernetes.io/config.source': 'file' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid, controller: true }],
    },
    spec: {
      nodeName: name,
      hostNetwork: true,
      priorityClassName: 'system-node-critical',
      restartPolicy: 'Always',
      tolerations: [{ operator: 'Exists', effect: 'NoExecute' }],
      containers: [{ name: component, image, resources: { requests: { cpu: '100m' } } }],
    },
    status: {},
  }));
}
