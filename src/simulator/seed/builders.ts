import type { Json } from '../world.ts';

/** The few facts that tell one workload of this cluster from another. */
export interface WorkloadFacts {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Record<string, string>;
  /** Subset of `labels` that selects the pods; all of them when absent. */
  readonly selector?: Record<string, string>;
  readonly podLabels?: Record<string, string>;
  readonly image: string;
  readonly container?: string;
  readonly replicas?: number;
  readonly port?: number;
  readonly args?: readonly string[];
  readonly probe?: {
    readonly path: string;
    readonly port: number;
    readonly delay?: number;
    readonly period?: number;
  };
  /** More of the pod's spec: hostNetwork, tolerations, priorityClassName, volumes. */
  readonly pod?: Json;
  readonly strategy?: Json;
}

export function deployment(facts: WorkloadFacts): Json {
  return {
    ...workload('Deployment', facts),
    spec: {
      replicas: facts.replicas ?? 1,
      selector: { matchLabels: facts.selector ?? facts.labels },
      ...(facts.strategy ? { strategy: facts.strategy } : {}),
      template: template(facts),
    },
  };
}

export function daemonSet(facts: WorkloadFacts): Json {
  return {
    ...workload('DaemonSet', facts),
    spec: {
      selector: { matchLabels: facts.selector ?? facts.labels },
      ...(facts.strategy ? { updateStrategy: facts.strategy } : {}),
      template: template(facts),
    },
  };
}

function workload(kind: string, { name, namespace, labels }: WorkloadFacts): Json {
  return { apiVersion: 'apps/v1', kind, metadata: { name, namespace, labels } };
}

function template(facts: WorkloadFacts): Json {
  const { probe } = facts;
  const httpGet = probe && { path: probe.path, port: probe.port, scheme: 'HTTP' };
  return {
    metadata: { labels: facts.podLabels ?? facts.selector ?? facts.labels },
    spec: {
      containers: [
        {
          name: facts.container ?? facts.name,
          image: facts.image,
          ...(facts.args ? { args: facts.args } : {}),
          ...(facts.port ? { ports: [{ containerPort: facts.port, protocol: 'TCP' }] } : {}),
          ...(probe
            ? {
                readinessProbe: {
                  httpGet,
                  initialDelaySeconds: probe.delay ?? 0,
                  periodSeconds: probe.period ?? 10,
                },
              }
            : {}),
          resources: { requests: { cpu: '10m', memory: '64Mi' } },
        },
      ],
      ...facts.pod,
    },
  };
}

export function serviceAccount(name: string, namespace: string, labels: Json = {}): Json {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace, labels } };
}

export function configMap(name: string, namespace: string, data: Json, labels: Json = {}): Json {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels }, data };
}

export function secret(
  name: string,
  namespace: string,
  data: Record<string, string>,
  labels: Json = {},
): Json {
  const encoded = Object.fromEntries(
    Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: { name, namespace, labels },
    data: encoded,
  };
}

export function service(
  name: string,
  namespace: string,
  facts: { labels?: Json; selector: Json; ports: Json[]; clusterIP?: string },
): Json {
  const { labels = {}, selector, ports, clusterIP } = facts;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels },
    spec: {
      type: 'ClusterIP',
      ...(clusterIP ? { clusterIP, clusterIPs: [clusterIP] } : {}),
      selector,
      ports,
    },
  };
}

export function clusterRole(
  name: string,
  rules: Json[],
  subject: { name: string; namespace: string },
): Json[] {
  const group = 'rbac.authorization.k8s.io';
  return [
    { apiVersion: `${group}/v1`, kind: 'ClusterRole', metadata: { name }, rules },
    {
      apiVersion: `${group}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', ...subject }],
    },
  ];
}

export function namespaceObject(name: string, labels: Json = {}): Json {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

const PLURALS: Record<string, string> = {
  GitRepository: 'gitrepositories',
  OCIRepository: 'ocirepositories',
  HelmRepository: 'helmrepositories',
  NetworkPolicy: 'networkpolicies',
  PriorityClass: 'priorityclasses',
  StorageClass: 'storageclasses',
  Ingress: 'ingresses',
};

/** The resource key of an object: `group/plural`. */
export function resourceOf(object: { apiVersion: string; kind: string }): string {
  const [group = '', version] = object.apiVersion.split('/');
  return `${version === undefined ? '' : group}/${PLURALS[object.kind] ?? `${object.kind.toLowerCase()}s`}`;
}
