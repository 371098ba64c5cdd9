import type { Json } from '../../world.ts';
import { clusterRole, deployment, service, serviceAccount } from '../builders.ts';
import { fluxDefinitions, operatorDefinitions } from '../definitions.ts';

const NAMESPACE = 'flux-system';

/** Flux controllers in the order they matter, with the image tags of one distribution. */
export const FLUX_COMPONENTS = {
  'source-controller': 'v1.9.1',
  'kustomize-controller': 'v1.9.4',
  'helm-controller': 'v1.6.3',
  'notification-controller': 'v1.9.0',
} as const;

export type FluxComponent = keyof typeof FLUX_COMPONENTS;

/** What the flux-operator chart renders. */
export function fluxOperatorObjects(version = '0.20.0'): Json[] {
  const selector = {
    'app.kubernetes.io/name': 'flux-operator',
    'app.kubernetes.io/instance': 'flux-operator',
  };
  return [
    ...operatorDefinitions(),
    serviceAccount('flux-operator', NAMESPACE, selector),
    ...clusterRole('flux-operator', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }], {
      name: 'flux-operator',
      namespace: NAMESPACE,
    }),
    service('flux-operator', NAMESPACE, {
      labels: selector,
      selector,
      ports: [{ name: 'http-metrics', port: 8080, targetPort: 8080, protocol: 'TCP' }],
    }),
    deployment({
      name: 'flux-operator',
      namespace: NAMESPACE,
      labels: {
        ...selector,
        'app.kubernetes.io/version': `v${version}`,
        'app.kubernetes.io/managed-by': 'Helm',
      },
      selector,
      image: `ghcr.io/controlplaneio-fluxcd/flux-operator:v${version}`,
      container: 'manager',
      port: 8080,
      probe: { path: '/readyz', port: 8081, delay: 5, period: 10 },
      pod: { serviceAccountName: 'flux-operator' },
    }),
  ];
}

/** What the flux-instance chart renders: the one object the operator makes Flux from. */
export function fluxInstanceObjects(): Json[] {
  return [
    {
      apiVersion: 'fluxcd.controlplane.io/v1',
      kind: 'FluxInstance',
      metadata: {
        name: 'flux',
        namespace: NAMESPACE,
        labels: {
          'app.kubernetes.io/name': 'flux-instance',
          'app.kubernetes.io/instance': 'flux-instance',
          'app.kubernetes.io/managed-by': 'Helm',
        },
        annotations: {
          'fluxcd.controlplane.io/reconcileEvery': '1h',
          'fluxcd.controlplane.io/reconcileTimeout': '5m',
        },
      },
      spec: {
        distribution: {
          version: '2.x',
          registry: 'ghcr.io/fluxcd',
          artifact: 'oci://ghcr.io/controlplaneio-fluxcd/flux-operator-manifests:latest',
        },
        components: Object.keys(FLUX_COMPONENTS),
        cluster: { type: 'kubernetes', multitenant: false, networkPolicy: false, domain: 'cluster.local' },
        sync: {
          kind: 'GitRepository',
          url: 'ssh://git@git.example.org/ops/homelab.git',
          ref: 'refs/heads/main',
          path: 'kubernetes/flux/cluster',
          interval: '5m',
          pullSecret: 'flux-system',
        },
        wait: true,
      },
    },
  ];
}

/** What the operator applies for a FluxInstance: definitions, controllers and their services. */
export function fluxDistribution(): Json[] {
  return [
    ...fluxDefinitions(),
    ...(Object.keys(FLUX_COMPONENTS) as FluxComponent[]).flatMap(name => [
      serviceAccount(name, NAMESPACE, labelsOf(name)),
      controller(name),
    ]),
    ...['source-controller', 'notification-controller'].map(name =>
      service(name, NAMESPACE, {
        labels: labelsOf(name),
        selector: { app: name },
        ports: [{ name: 'http', port: 80, targetPort: 9090, protocol: 'TCP' }],
      }),
    ),
    service('webhook-receiver', NAMESPACE, {
      labels: labelsOf('notification-controller'),
      selector: { app: 'notification-controller' },
      ports: [{ name: 'http', port: 80, targetPort: 9292, protocol: 'TCP' }],
    }),
  ];
}

function labelsOf(name: string): Record<string, string> {
  return {
    'app.kubernetes.io/component': name,
    'app.kubernetes.io/instance': 'flux-system',
    'app.kubernetes.io/part-of': 'flux',
    'app.kubernetes.io/version': 'v2.9.3',
    'app.kubernetes.io/managed-by': 'flux-operator',
  };
}

function controller(name: FluxComponent): Json {
  return deployment({
    name,
    namespace: NAMESPACE,
    labels: { ...labelsOf(name), 'control-plane': 'controller' },
    selector: { app: name },
    podLabels: {
      app: name,
      'app.kubernetes.io/component': name,
      'app.kubernetes.io/part-of': 'flux',
      'app.kubernetes.io/instance': 'flux-system',
    },
    image: `ghcr.io/fluxcd/${name}:${FLUX_COMPONENTS[name]}`,
    container: 'manager',
    port: 9440,
    probe: { path: '/readyz', port: 9440, delay: 3, period: 10 },
    ...(name === 'source-controller' ? { strategy: { type: 'Recreate' } } : {}),
    pod: {
      serviceAccountName: name,
      terminationGracePeriodSeconds: 10,
      priorityClassName: 'system-cluster-critical',
    },
  });
}
