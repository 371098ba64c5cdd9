/** One application of the homelab: a Kustomization, the HelmRelease it applies and what the chart runs. */
export interface AppFacts {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  /** `oci`: an OCIRepository beside the release; otherwise the name of a HelmRepository in flux-system. */
  readonly source: string;
  readonly image: string;
  readonly tag: string;
  readonly port?: number;
  readonly replicas?: number;
  readonly interval: string;
  readonly revision: number;
  readonly dependsOn?: readonly string[];
  readonly suspended?: true;
}

const COMMON = { chart: 'app-template', version: '3.7.3', source: 'oci' } as const;

/** Applications; the platform parts that Flux adopted come first. */
export const COMMON_APPS: readonly AppFacts[] = [
  {
    ...COMMON,
    name: 'echo',
    namespace: 'default',
    image: 'ghcr.io/mendhak/http-https-echo',
    tag: '36',
    interval: '10m',
    revision: 3,
  },
  {
    name: 'kyverno',
    namespace: 'kyverno',
    chart: 'kyverno',
    version: '3.4.1',
    source: 'kyverno',
    image: 'ghcr.io/kyverno/kyverno',
    tag: 'v1.14.1',
    port: 8080,
    interval: '20m',
    revision: 2,
    dependsOn: ['cert-manager'],
  },
  {
    name: 'postgres',
    namespace: 'database',
    chart: 'postgresql',
    version: '16.7.4',
    source: 'bitnami',
    image: 'docker.io/bitnami/postgresql',
    tag: '17.5.0',
    port: 5432,
    interval: '15m',
    revision: 4,
    dependsOn: ['cert-manager'],
  },
  {
    name: 'prometheus',
    namespace: 'observability',
    chart: 'prometheus',
    version: '27.16.0',
    source: 'prometheus-community',
    image: 'quay.io/prometheus/prometheus',
    tag: 'v3.4.0',
    port: 9090,
    interval: '10m',
    revision: 6,
  },
  {
    name: 'grafana',
    namespace: 'observability',
    chart: 'grafana',
    version: '9.2.1',
    source: 'grafana',
    image: 'docker.io/grafana/grafana',
    tag: '12.0.1',
    port: 3000,
    interval: '10m',
    revision: 9,
    dependsOn: ['prometheus'],
  },
  {
    ...COMMON,
    name: 'jellyfin',
    namespace: 'media',
    image: 'ghcr.io/jellyfin/jellyfin',
    tag: '10.10.7',
    port: 8096,
    interval: '15m',
    revision: 5,
  },
  {
    name: 'immich',
    namespace: 'media',
    chart: 'immich',
    version: '0.9.3',
    source: 'oci',
    image: 'ghcr.io/immich-app/immich-server',
    tag: 'v1.134.0',
    port: 2283,
    interval: '10m',
    revision: 11,
    dependsOn: ['postgres'],
  },
  {
    ...COMMON,
    name: 'homepage',
    namespace: 'default',
    image: 'ghcr.io/gethomepage/homepage',
    tag: 'v1.3.2',
    port: 3000,
    interval: '10m',
    revision: 2,
  },
  {
    ...COMMON,
    name: 'paperless',
    namespace: 'default',
    image: 'ghcr.io/paperless-ngx/paperless-ngx',
    tag: '2.16.2',
    port: 8000,
    interval: '15m',
    revision: 3,
    dependsOn: ['postgres'],
    suspended: true,
  },
  {
    ...COMMON,
    name: 'minecraft',
    namespace: 'games',
    image: 'docker.io/itzg/minecraft-server',
    tag: '2025.5.1',
    port: 25565,
    replicas: 0,
    interval: '15m',
    revision: 2,
    suspended: true,
  },
];

/** What the bootstrap installed and Flux adopted. */
export const PLATFORM_APPS: readonly AppFacts[] = [
  {
    name: 'cilium',
    namespace: 'kube-system',
    chart: 'cilium',
    version: '1.17.4',
    source: 'cilium',
    image: '',
    tag: '',
    interval: '30m',
    revision: 7,
  },
  {
    name: 'coredns',
    namespace: 'kube-system',
    chart: 'coredns',
    version: '1.42.1',
    source: 'coredns',
    image: '',
    tag: '',
    interval: '30m',
    revision: 3,
    dependsOn: ['cilium'],
  },
  {
    name: 'spegel',
    namespace: 'kube-system',
    chart: 'spegel',
    version: '0.2.0',
    source: 'oci',
    image: '',
    tag: '',
    interval: '30m',
    revision: 2,
    dependsOn: ['coredns'],
  },
  {
    name: 'cert-manager',
    namespace: 'cert-manager',
    chart: 'cert-manager',
    version: 'v1.17.2',
    source: 'jetstack',
    image: '',
    tag: '',
    interval: '30m',
    revision: 4,
    dependsOn: ['coredns'],
  },
];

export const ALL_APPS: readonly AppFacts[] = [...PLATFORM_APPS, ...COMMON_APPS];

/** Helm repositories by name. */
export const HELM_REPOSITORIES: Record<string, string> = {
  cilium: 'https://helm.cilium.io/',
  coredns: 'https://coredns.github.io/helm',
  jetstack: 'https://charts.jetstack.io',
  kyverno: 'https://kyverno.github.io/kyverno/',
  bitnami: 'https://charts.bitnami.com/bitnami',
  'prometheus-community': 'https://prometheus-community.github.io/helm-charts',
  grafana: 'https://grafana.github.io/helm-charts',
};
