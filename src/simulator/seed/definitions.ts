import type { Json } from '../world.ts';

interface Definition {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly version: string;
  readonly short?: readonly string[];
  readonly cluster?: true;
  readonly columns?: readonly Json[];
  readonly categories?: readonly string[];
}

const AGE = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };
const READY = { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' };
const STATUS = { name: 'Status', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].message' };
const URL_COLUMN = { name: 'URL', type: 'string', jsonPath: '.spec.url' };
const USUAL = [AGE, READY, STATUS];
const SOURCE = [URL_COLUMN, READY, STATUS, AGE];

const kinds = (
  group: string,
  version: string,
  rows: readonly (readonly [string, string, string?, (readonly Json[])?])[],
): Definition[] =>
  rows.map(([kind, plural, short, columns]) => ({
    group,
    version,
    kind,
    plural,
    columns: columns ?? USUAL,
    ...(short ? { short: short.split(' ') } : {}),
  }));

const FLUX: readonly Definition[] = [
  ...kinds('source.toolkit.fluxcd.io', 'v1', [
    ['GitRepository', 'gitrepositories', 'gitrepo', [URL_COLUMN, AGE, READY, STATUS]],
    ['OCIRepository', 'ocirepositories', 'ocirepo', SOURCE],
    ['HelmRepository', 'helmrepositories', 'helmrepo', [URL_COLUMN, AGE, READY, STATUS]],
    ['HelmChart', 'helmcharts', 'hc'],
    ['Bucket', 'buckets', ''],
    ['ExternalArtifact', 'externalartifacts', ''],
  ]),
  ...kinds('kustomize.toolkit.fluxcd.io', 'v1', [['Kustomization', 'kustomizations', 'ks']]),
  ...kinds('helm.toolkit.fluxcd.io', 'v2', [['HelmRelease', 'helmreleases', 'hr']]),
  ...kinds('notification.toolkit.fluxcd.io', 'v1', [['Receiver', 'receivers']]),
  ...kinds('notification.toolkit.fluxcd.io', 'v1beta3', [
    ['Alert', 'alerts', '', [AGE]],
    ['Provider', 'providers', '', [AGE]],
  ]),
];

const REVISION = { name: 'Revision', type: 'string', jsonPath: '.status.lastAttemptedRevision' };

const OPERATOR: readonly Definition[] = kinds('fluxcd.controlplane.io', 'v1', [
  ['FluxInstance', 'fluxinstances', '', [AGE, READY, STATUS, REVISION]],
  ['FluxReport', 'fluxreports', '', [AGE, READY, STATUS]],
  ['ResourceSet', 'resourcesets', 'rset'],
  ['ResourceSetInputProvider', 'resourcesetinputproviders', 'rsip'],
]);

const CERT_MANAGER: readonly Definition[] = [
  ...kinds('cert-manager.io', 'v1', [
    ['Certificate', 'certificates', 'cert certs', [READY, AGE]],
    ['CertificateRequest', 'certificaterequests', 'cr crs', [READY, AGE]],
    ['Issuer', 'issuers', '', [READY, AGE]],
  ]),
  {
    group: 'cert-manager.io',
    version: 'v1',
    kind: 'ClusterIssuer',
    plural: 'clusterissuers',
    cluster: true,
    columns: [READY, AGE],
  },
  ...kinds('acme.cert-manager.io', 'v1', [
    [
      'Challenge',
      'challenges',
      '',
      [
        { name: 'State', type: 'string', jsonPath: '.status.state' },
        { name: 'Domain', type: 'string', jsonPath: '.spec.dnsName' },
        AGE,
      ],
    ],
    ['Order', 'orders', '', [{ name: 'State', type: 'string', jsonPath: '.status.state' }, AGE]],
  ]),
];

/** Those of Cilium's kinds that policies are written in; its operator brings them along. */
const CILIUM: readonly Definition[] = [
  ...kinds('cilium.io', 'v2', [['CiliumNetworkPolicy', 'ciliumnetworkpolicies', 'cnp ciliumnp', [AGE]]]),
  {
    group: 'cilium.io',
    version: 'v2',
    kind: 'CiliumClusterwideNetworkPolicy',
    plural: 'ciliumclusterwidenetworkpolicies',
    short: ['ccnp'],
    cluster: true,
    columns: [AGE],
  },
];

export const fluxDefinitions = (): Json[] => FLUX.map(definition);
export const operatorDefinitions = (): Json[] => OPERATOR.map(definition);
export const ciliumDefinitions = (): Json[] => CILIUM.map(definition);
export const certManagerDefinitions = (): Json[] => CERT_MANAGER.map(definition);

function definition({
  group,
  kind,
  plural,
  version,
  short = [],
  cluster,
  columns = [],
  categories = [],
}: Definition): Json {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}`, labels: labelsOf(group) },
    spec: {
      group,
      scope: cluster ? 'Cluster' : 'Namespaced',
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        shortNames: short.filter(one => one !== ''),
        categories,
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          subresources: { status: {} },
          additionalPrinterColumns: columns,
        },
      ],
    },
  };
}

function labelsOf(group: string): Json {
  if (!group.endsWith('.toolkit.fluxcd.io')) return {};
  return {
    'app.kubernetes.io/part-of': 'flux',
    'app.kubernetes.io/version': 'v2.9.3',
    'app.kubernetes.io/managed-by': 'flux-operator',
  };
}
