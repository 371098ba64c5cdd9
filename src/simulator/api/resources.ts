/** One kind the server stores, or answers for, as data. */
export interface Resource {
  /** `group/plural`, the core group being empty. */
  readonly key: string;
  readonly group: string;
  /** Served versions, the preferred one first. */
  readonly versions: readonly string[];
  /** Version that objects are stored in. */
  readonly storage: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
  /** Whether the server keeps `metadata.generation`. */
  readonly generation: boolean;
  /** Kinds of other groups that show the same objects, e.g. events.k8s.io over core events. */
  readonly alias?: string;
  /** Printer columns of a custom kind, by version. */
  readonly columns?: Readonly<Record<string, readonly CustomColumn[]>>;
  /** JSON paths of the scale subresource of a custom kind. */
  readonly scale?: { readonly spec: string; readonly status: string; readonly selector?: string };
}

export interface CustomColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  readonly jsonPath: string;
}

const ALL_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

interface Row {
  readonly short?: string;
  readonly sub?: string;
  readonly cluster?: true;
  readonly generation?: true;
  readonly all?: true;
  readonly singular?: string;
  readonly verbs?: readonly string[];
  readonly alias?: string;
}

const workload = { sub: 'status scale', generation: true, all: true } as const;

/** Group and version, then `plural Kind` rows. The order is the order of discovery. */
const TABLE: readonly (readonly [string, string, Readonly<Record<string, Row>>])[] = [
  [
    '',
    'v1',
    {
      'configmaps ConfigMap': { short: 'cm' },
      'endpoints Endpoints': { short: 'ep', singular: 'endpoints' },
      'events Event': { short: 'ev' },
      'limitranges LimitRange': { short: 'limits' },
      'namespaces Namespace': { short: 'ns', sub: 'status finalize', cluster: true },
      'nodes Node': { short: 'no', sub: 'status proxy', cluster: true },
      'persistentvolumeclaims PersistentVolumeClaim': { short: 'pvc', sub: 'status' },
      'persistentvolumes PersistentVolume': { short: 'pv', sub: 'status', cluster: true },
      'pods Pod': {
        short: 'po',
        sub: 'status log exec eviction proxy ephemeralcontainers',
        generation: true,
        all: true,
      },
      'resourcequotas ResourceQuota': { short: 'quota', sub: 'status' },
      'secrets Secret': {},
      'serviceaccounts ServiceAccount': { short: 'sa' },
      'services Service': { short: 'svc', sub: 'status proxy', all: true },
    },
  ],
  ['apiregistration.k8s.io', 'v1', { 'apiservices APIService': { sub: 'status', cluster: true } }],
  [
    'apps',
    'v1',
    {
      'controllerrevisions ControllerRevision': {},
      'daemonsets DaemonSet': { short: 'ds', sub: 'status', generation: true, all: true },
      'deployments Deployment': { short: 'deploy', ...workload },
      'replicasets ReplicaSet': { short: 'rs', ...workload },
      'statefulsets StatefulSet': { short: 'sts', ...workload },
    },
  ],
  ['events.k8s.io', 'v1', { 'events Event': { short: 'ev', alias: '/events' } }],
  [
    'authorization.k8s.io',
    'v1',
    {
      'selfsubjectaccessreviews SelfSubjectAccessReview': { cluster: true, verbs: ['create'] },
      'selfsubjectrulesreviews SelfSubjectRulesReview': { cluster: true, verbs: ['create'] },
    },
  ],
  [
    'autoscaling',
    'v2',
    { 'horizontalpodautoscalers HorizontalPodAutoscaler': { short: 'hpa', sub: 'status', all: true } },
  ],
  [
    'batch',
    'v1',
    {
      'cronjobs CronJob': { short: 'cj', sub: 'status', generation: true, all: true },
      'jobs Job': { sub: 'status', generation: true, all: true },
    },
  ],
  [
    'networking.k8s.io',
    'v1',
    {
      'ingresses Ingress': { short: 'ing', sub: 'status', generation: true },
      'networkpolicies NetworkPolicy': { short: 'netpol', generation: true },
    },
  ],
  [
    'policy',
    'v1',
    { 'poddisruptionbudgets PodDisruptionBudget': { short: 'pdb', sub: 'status', generation: true } },
  ],
  [
    'rbac.authorization.k8s.io',
    'v1',
    {
      'clusterrolebindings ClusterRoleBinding': { cluster: true },
      'clusterroles ClusterRole': { cluster: true },
      'rolebindings RoleBinding': {},
      'roles Role': {},
    },
  ],
  ['storage.k8s.io', 'v1', { 'storageclasses StorageClass': { short: 'sc', cluster: true } }],
  [
    'admissionregistration.k8s.io',
    'v1',
    {
      'mutatingwebhookconfigurations MutatingWebhookConfiguration': { cluster: true, generation: true },
      'validatingwebhookconfigurations ValidatingWebhookConfiguration': { cluster: true, generation: true },
    },
  ],
  [
    'apiextensions.k8s.io',
    'v1',
    {
      'customresourcedefinitions CustomResourceDefinition': {
        short: 'crd crds',
        sub: 'status',
        cluster: true,
        generation: true,
      },
    },
  ],
  [
    'scheduling.k8s.io',
    'v1',
    { 'priorityclasses PriorityClass': { short: 'pc', cluster: true, generation: true } },
  ],
  ['coordination.k8s.io', 'v1', { 'leases Lease': {} }],
  ['discovery.k8s.io', 'v1', { 'endpointslices EndpointSlice': { generation: true } }],
];

/** Every kind built into the server. */
export const RESOURCES: readonly Resource[] = TABLE.flatMap(([group, version, rows]) =>
  Object.entries(rows).map(([names, row]) => toResource(group, version, names, row)),
);

function toResource(group: string, version: string, names: string, row: Row): Resource {
  const [plural = '', kind = ''] = names.split(' ');
  return {
    key: `${group}/${plural}`,
    group,
    versions: [version],
    storage: version,
    plural,
    singular: row.singular ?? kind.toLowerCase(),
    kind,
    listKind: `${kind}List`,
    namespaced: !row.cluster,
    shortNames: row.short?.split(' ') ?? [],
    categories: row.all ? ['all'] : [],
    verbs: row.verbs ?? ALL_VERBS,
    subresources: row.sub?.split(' ') ?? [],
    generation: row.generation ?? false,
    ...(row.alias === undefined ? {} : { alias: row.alias }),
  };
}
