import type { Json } from '../../world.ts';
import { type AppFacts, COMMON_APPS } from '../apps.ts';
import { deployment, service, serviceAccount } from '../builders.ts';

/** What the chart of an application renders with the values of its HelmRelease. */
export function appObjects(name: string, namespace: string, values: Json = {}): Json[] {
  const facts: AppFacts | undefined = COMMON_APPS.find(app => app.name === name);
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': name };
  const repository = values.image?.repository ?? facts?.image ?? `ghcr.io/home-operations/${name}`;
  const tag = values.image?.tag ?? facts?.tag ?? '1.0.0';
  const port = facts?.port ?? 8080;
  return [
    serviceAccount(name, namespace, labels),
    service(name, namespace, {
      labels,
      selector: labels,
      ports: [{ name: 'http', port, targetPort: port, protocol: 'TCP' }],
    }),
    deployment({
      name,
      namespace,
      labels: { ...labels, 'app.kubernetes.io/managed-by': 'Helm' },
      selector: labels,
      image: `${repository}:${tag}`,
      container: 'app',
      replicas: values.replicas ?? facts?.replicas ?? 1,
      port,
      probe: { path: '/healthz', port, delay: 5, period: 10 },
      pod: { serviceAccountName: name },
    }),
    ...(name === 'kyverno' ? [policyWebhook(values)] : []),
  ];
}

/** The policy engine asks about every new pod outside of the system namespaces; by default its silence lets pods pass. */
function policyWebhook(values: Json): Json {
  const excluded = ['kube-system', 'flux-system', 'kyverno'];
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: {
      name: 'kyverno-resource-validating-webhook-cfg',
      labels: { 'webhook.kyverno.io/managed-by': 'kyverno' },
    },
    webhooks: [
      {
        name: 'validate.kyverno.svc-fail',
        admissionReviewVersions: ['v1'],
        failurePolicy: values.failurePolicy ?? 'Ignore',
        matchPolicy: 'Equivalent',
        sideEffects: 'NoneOnDryRun',
        timeoutSeconds: 10,
        namespaceSelector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: excluded }],
        },
        rules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: '*' },
        ],
        clientConfig: {
          caBundle: 'c2ltdWxhdGVk',
          service: { name: 'kyverno', namespace: 'kyverno', path: '/validate/fail', port: 8080 },
        },
      },
    ],
  };
}
