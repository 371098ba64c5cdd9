import type { Json } from '../../world.ts';
import { clusterRole, configMap, daemonSet, deployment, serviceAccount } from '../builders.ts';

const NAMESPACE = 'kube-system';
const PART = { 'app.kubernetes.io/part-of': 'cilium' };
const EVERYWHERE = [{ operator: 'Exists' }];

/** What the cilium chart of this homelab renders: kube-proxy replaced, native routing, envoy of its own. */
export function ciliumObjects(version = '1.17.4'): Json[] {
  return [
    ...['cilium', 'cilium-operator', 'cilium-envoy'].map(name => serviceAccount(name, NAMESPACE, PART)),
    configMap('cilium-config', NAMESPACE, CONFIG, PART),
    configMap(
      'cilium-envoy-config',
      NAMESPACE,
      { 'bootstrap-config.json': '{"node":{"id":"host~127.0.0.1~no-id~localdomain"}}' },
      PART,
    ),
    ...clusterRole('cilium', [{ apiGroups: ['cilium.io'], resources: ['*'], verbs: ['*'] }], {
      name: 'cilium',
      namespace: NAMESPACE,
    }),
    ...clusterRole(
      'cilium-operator',
      [{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch', 'patch'] }],
      { name: 'cilium-operator', namespace: NAMESPACE },
    ),
    agent(version),
    envoy(),
    operator(version),
  ];
}

const CONFIG = {
  'kube-proxy-replacement': 'true',
  'routing-mode': 'native',
  'ipv4-native-routing-cidr': '10.42.0.0/16',
  'cluster-name': 'homelab',
  'cluster-id': '1',
  ipam: 'kubernetes',
  'identity-allocation-mode': 'crd',
  'enable-ipv4': 'true',
  'enable-ipv6': 'false',
  'service-no-backend-response': 'drop',
  'external-envoy-proxy': 'true',
  'cni-exclusive': 'true',
  'cni-uninstall': 'false',
  'agent-not-ready-taint-key': 'node.cilium.io/agent-not-ready',
};

function agent(version: string): Json {
  const labels = { 'k8s-app': 'cilium', ...PART, 'app.kubernetes.io/name': 'cilium-agent' };
  return daemonSet({
    name: 'cilium',
    namespace: NAMESPACE,
    labels,
    selector: { 'k8s-app': 'cilium' },
    podLabels: labels,
    container: 'cilium-agent',
    image: `quay.io/cilium/cilium:v${version}`,
    args: ['--config-dir=/tmp/cilium/config-map'],
    probe: { path: '/healthz', port: 9879, delay: 8, period: 2 },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } },
    pod: {
      hostNetwork: true,
      serviceAccountName: 'cilium',
      priorityClassName: 'system-node-critical',
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      tolerations: EVERYWHERE,
      terminationGracePeriodSeconds: 1,
    },
  });
}

function envoy(): Json {
  const labels = { 'k8s-app': 'cilium-envoy', ...PART, 'app.kubernetes.io/name': 'cilium-envoy' };
  return daemonSet({
    name: 'cilium-envoy',
    namespace: NAMESPACE,
    labels,
    selector: { 'k8s-app': 'cilium-envoy' },
    podLabels: labels,
    image: 'quay.io/cilium/cilium-envoy:v1.32.6',
    probe: { path: '/healthz', port: 9878, delay: 3, period: 5 },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } },
    pod: {
      hostNetwork: true,
      serviceAccountName: 'cilium-envoy',
      priorityClassName: 'system-node-critical',
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      tolerations: EVERYWHERE,
      terminationGracePeriodSeconds: 30,
    },
  });
}

function operator(version: string): Json {
  const selector = { 'io.cilium/app': 'operator', name: 'cilium-operator' };
  return deployment({
    name: 'cilium-operator',
    namespace: NAMESPACE,
    labels: { ...selector, ...PART, 'app.kubernetes.io/name': 'cilium-operator' },
    selector,
    podLabels: { ...selector, ...PART, 'app.kubernetes.io/name': 'cilium-operator' },
    image: `quay.io/cilium/operator-generic:v${version}`,
    probe: { path: '/healthz', port: 9234, period: 5 },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '50%' } },
    pod: {
      hostNetwork: true,
      serviceAccountName: 'cilium-operator',
      priorityClassName: 'system-cluster-critical',
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      tolerations: EVERYWHERE,
    },
  });
}
