import type { Json } from '../../world.ts';
import { daemonSet, service, serviceAccount } from '../builders.ts';

const NAMESPACE = 'kube-system';

/** What the spegel chart renders: one registry mirror on each node. */
export function spegelObjects(version = '0.2.0'): Json[] {
  const selector = { 'app.kubernetes.io/name': 'spegel', 'app.kubernetes.io/instance': 'spegel' };
  return [
    serviceAccount('spegel', NAMESPACE, selector),
    service('spegel', NAMESPACE, {
      labels: selector,
      selector,
      ports: [{ name: 'metrics', port: 9090, targetPort: 9090, protocol: 'TCP' }],
    }),
    daemonSet({
      name: 'spegel',
      namespace: NAMESPACE,
      labels: selector,
      image: `ghcr.io/spegel-org/spegel:v${version}`,
      container: 'registry',
      port: 5000,
      probe: { path: '/healthz', port: 5000, delay: 2, period: 3 },
      pod: {
        serviceAccountName: 'spegel',
        priorityClassName: 'system-node-critical',
        tolerations: [{ operator: 'Exists' }],
      },
    }),
  ];
}
