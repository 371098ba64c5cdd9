import type { Json } from '../../world.ts';
import { deployment, service, serviceAccount } from '../builders.ts';
import { certManagerDefinitions } from '../definitions.ts';

const NAMESPACE = 'cert-manager';
const PARTS = [
  { name: 'cert-manager', app: 'cert-manager', component: 'controller', image: 'controller' },
  { name: 'cert-manager-cainjector', app: 'cainjector', component: 'cainjector', image: 'cainjector' },
  { name: 'cert-manager-webhook', app: 'webhook', component: 'webhook', image: 'webhook' },
] as const;
/** Stands for the certificate the cainjector writes. */
const CA_BUNDLE = Buffer.from('-----BEGIN CERTIFICATE-----\nsimulated\n-----END CERTIFICATE-----\n').toString(
  'base64',
);

/** What the cert-manager chart renders with its definitions, webhook certificates already injected. */
export function certManagerObjects(version = 'v1.17.2'): Json[] {
  return [
    ...certManagerDefinitions(),
    ...PARTS.map(part => serviceAccount(part.name, NAMESPACE, labelsOf(part))),
    service('cert-manager-webhook', NAMESPACE, {
      labels: labelsOf(PARTS[2]),
      selector: labelsOf(PARTS[2]),
      ports: [{ name: 'https', port: 443, targetPort: 10250, protocol: 'TCP' }],
    }),
    ...PARTS.map(part =>
      deployment({
        name: part.name,
        namespace: NAMESPACE,
        labels: {
          ...labelsOf(part),
          'app.kubernetes.io/version': version,
          'app.kubernetes.io/managed-by': 'Helm',
        },
        selector: labelsOf(part),
        image: `quay.io/jetstack/cert-manager-${part.image}:${version}`,
        container: part.name,
        pod: { serviceAccountName: part.name },
        ...(part.component === 'webhook'
          ? { port: 10250, probe: { path: '/healthz', port: 6080, delay: 5, period: 5 } }
          : {}),
      }),
    ),
    webhook('ValidatingWebhookConfiguration', '/validate'),
    webhook('MutatingWebhookConfiguration', '/mutate'),
  ];
}

function labelsOf(part: { app: string; component: string }): Record<string, string> {
  return {
    'app.kubernetes.io/instance': 'cert-manager',
    'app.kubernetes.io/name': part.app,
    'app.kubernetes.io/component': part.component,
    app: part.app,
  };
}

function webhook(kind: string, path: string): Json {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: {
      name: 'cert-manager-webhook',
      labels: labelsOf(PARTS[2]),
      annotations: { 'cert-manager.io/inject-ca-from-secret': `${NAMESPACE}/cert-manager-webhook-ca` },
    },
    webhooks: [
      {
        name: 'webhook.cert-manager.io',
        admissionReviewVersions: ['v1'],
        matchPolicy: 'Equivalent',
        timeoutSeconds: 30,
        failurePolicy: 'Fail',
        sideEffects: 'None',
        rules: [
          {
            apiGroups: ['cert-manager.io', 'acme.cert-manager.io'],
            apiVersions: ['v1'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['*/*'],
          },
        ],
        clientConfig: {
          caBundle: CA_BUNDLE,
          service: { name: 'cert-manager-webhook', namespace: NAMESPACE, path, port: 443 },
        },
      },
    ],
  };
}
