import type { Json } from '../../world.ts';
import { clusterRole, configMap, deployment, service, serviceAccount } from '../builders.ts';

/** The address kubelets hand out to pods as their resolver. */
export const DNS_ADDRESS = '10.43.0.10';

const NAMESPACE = 'kube-system';
const SELECTOR = {
  'app.kubernetes.io/instance': 'coredns',
  'app.kubernetes.io/name': 'coredns',
  'k8s-app': 'kube-dns',
};
const LABELS = { ...SELECTOR, 'app.kubernetes.io/managed-by': 'Helm' };

export const COREFILE = `.:53 {
    errors
    health {
        lameduck 5s
    }
    ready
    log . {
        class error
    }
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods verified
        fallthrough in-addr.arpa ip6.arpa
    }
    prometheus 0.0.0.0:9153
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
}
`;

/** What the coredns chart renders with its service pinned to the resolver address. */
export function corednsObjects(): Json[] {
  const rules = [
    { apiGroups: [''], resources: ['endpoints', 'services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
  ];
  return [
    serviceAccount('coredns', NAMESPACE, LABELS),
    configMap('coredns', NAMESPACE, { Corefile: COREFILE }, LABELS),
    ...clusterRole('coredns', rules, { name: 'coredns', namespace: NAMESPACE }),
    service('kube-dns', NAMESPACE, {
      labels: { ...LABELS, 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' },
      selector: SELECTOR,
      clusterIP: DNS_ADDRESS,
      ports: [
        { name: 'udp-53', port: 53, targetPort: 53, protocol: 'UDP' },
        { name: 'tcp-53', port: 53, targetPort: 53, protocol: 'TCP' },
      ],
    }),
    deployment({
      name: 'coredns',
      namespace: NAMESPACE,
      labels: { ...LABELS, 'app.kubernetes.io/version': '1.12.1' },
      selector: SELECTOR,
      image: 'registry.k8s.io/coredns/coredns:v1.12.1',
      args: ['-conf', '/etc/coredns/Corefile'],
      port: 53,
      replicas: 2,
      probe: { path: '/ready', port: 8181, delay: 10, period: 5 },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: '25%' } },
      pod: {
        serviceAccountName: 'coredns',
        priorityClassName: 'system-cluster-critical',
        dnsPolicy: 'Default',
        tolerations: [
          { key: 'CriticalAddonsOnly', operator: 'Exists' },
          { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' },
        ],
        volumes: [
          {
            name: 'config-volume',
            configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] },
          },
        ],
      },
    }),
  ];
}
