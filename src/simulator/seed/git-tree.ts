import type { GitTree } from '../controllers/switches.ts';
import type { Json } from '../world.ts';
import { ALL_APPS, type AppFacts, HELM_REPOSITORIES } from './apps.ts';
import { namespaceObject } from './builders.ts';

const FLUX = 'flux-system';
export const GIT_URL = 'ssh://git@git.example.org/ops/homelab.git';

/** The content of the homelab's repository at its present commit. */
export function gitTree(): GitTree {
  const paths = new Map<string, Json[]>([
    [
      './kubernetes/flux/cluster',
      [kustomization('cluster-meta', './kubernetes/flux/meta', '10m'), clusterApps()],
    ],
    ['./kubernetes/flux/meta', meta()],
    ['./kubernetes/apps', [...namespaces(), ...ALL_APPS.map(appKustomization)]],
  ]);
  for (const app of ALL_APPS)
    paths.set(pathOf(app), [...(app.source === 'oci' ? [ociRepository(app)] : []), helmRelease(app)]);
  return { revision: 'refs/heads/main@sha1:5c1f0e7d9ab04c8f7c20bb1f06f0f3e6f2a9d8b1', paths };
}

/** The root the FluxInstance makes: it is not in the repository itself. */
export function rootObjects(): Json[] {
  const repository = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: FLUX, namespace: FLUX, labels: OPERATED },
    spec: {
      interval: '5m',
      timeout: '60s',
      url: GIT_URL,
      ref: { name: 'refs/heads/main' },
      secretRef: { name: FLUX },
    },
  };
  const root = kustomization(FLUX, './kubernetes/flux/cluster', '10m');
  return [repository, { ...root, metadata: { ...root.metadata, labels: OPERATED } }];
}

const OPERATED = {
  'app.kubernetes.io/managed-by': 'flux-operator',
  'fluxcd.controlplane.io/name': 'flux',
  'fluxcd.controlplane.io/namespace': FLUX,
};

function kustomization(name: string, path: string, interval: string, spec: Json = {}, owner = FLUX): Json {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace: FLUX, ...(name === FLUX ? {} : { labels: madeBy(owner) }) },
    spec: {
      interval,
      retryInterval: '2m',
      timeout: '5m',
      path,
      prune: true,
      wait: false,
      sourceRef: { kind: 'GitRepository', name: FLUX },
      ...(name === FLUX ? {} : { decryption: { provider: 'sops', secretRef: { name: 'sops-age' } } }),
      ...spec,
    },
  };
}

/** Labels kustomize-controller puts on what it applies. */
export function madeBy(kustomizationName: string): Record<string, string> {
  return {
    'kustomize.toolkit.fluxcd.io/name': kustomizationName,
    'kustomize.toolkit.fluxcd.io/namespace': FLUX,
  };
}

function clusterApps(): Json {
  const spec = {
    dependsOn: [{ name: 'cluster-meta' }],
    postBuild: { substituteFrom: [{ kind: 'Secret', name: 'cluster-secrets' }] },
  };
  return kustomization('cluster-apps', './kubernetes/apps', '15m', spec);
}

function meta(): Json[] {
  const repositories = Object.entries(HELM_REPOSITORIES).map(([name, url]) => ({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'HelmRepository',
    metadata: { name, namespace: FLUX },
    spec: { interval: '2h', timeout: '60s', url },
  }));
  return [...repositories, SECRET_IN_GIT];
}

/** An encrypted Secret: applying it needs the age key. */
const SECRET_IN_GIT = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'cluster-secrets', namespace: FLUX },
  data: {
    SECRET_DOMAIN: Buffer.from('home.example').toString('base64'),
    CLUSTER_NAME: Buffer.from('homelab').toString('base64'),
  },
  sops: { encrypted: true },
};

function namespaces(): Json[] {
  const names = [...new Set(ALL_APPS.map(app => app.namespace))];
  return names
    .filter(name => !['kube-system', 'default'].includes(name))
    .map(name => namespaceObject(name, { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' }));
}

export function pathOf(app: Pick<AppFacts, 'namespace' | 'name'>): string {
  return `./kubernetes/apps/${app.namespace}/${app.name}`;
}

function appKustomization(app: AppFacts): Json {
  const spec = {
    targetNamespace: app.namespace,
    wait: true,
    ...(app.dependsOn ? { dependsOn: app.dependsOn.map(name => ({ name })) } : {}),
    postBuild: { substituteFrom: [{ kind: 'Secret', name: 'cluster-secrets' }] },
  };
  return kustomization(app.name, pathOf(app), app.interval, spec, 'cluster-apps');
}

function ociRepository(app: AppFacts): Json {
  const host =
    app.name === 'spegel'
      ? 'ghcr.io/spegel-org/helm-charts/spegel'
      : `ghcr.io/home-operations/charts/${app.chart}`;
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'OCIRepository',
    metadata: { name: app.name, namespace: app.namespace },
    spec: {
      interval: '1h',
      timeout: '60s',
      url: `oci://${host}`,
      ref: { tag: app.version },
      layerSelector: { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', operation: 'copy' },
    },
  };
}

function helmRelease(app: AppFacts): Json {
  const chart =
    app.source === 'oci'
      ? { chartRef: { kind: 'OCIRepository', name: app.name } }
      : {
          chart: {
            spec: {
              chart: app.chart,
              version: app.version,
              sourceRef: { kind: 'HelmRepository', name: app.source, namespace: FLUX },
            },
          },
        };
  return {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: app.name, namespace: app.namespace },
    spec: {
      interval: app.interval === '30m' ? '1h' : '30m',
      timeout: '5m',
      releaseName: app.name,
      ...chart,
      install: { remediation: { retries: 3 } },
      upgrade: { cleanupOnFail: true, remediation: { retries: 2, strategy: 'rollback' } },
      ...(app.suspended ? { suspend: true } : {}),
      values:
        app.image === ''
          ? {}
          : { image: { repository: app.image, tag: app.tag }, replicas: app.replicas ?? 1 },
    },
  };
}
