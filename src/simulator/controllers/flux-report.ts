import { FLUX_COMPONENTS } from '../seed/charts/flux.ts';
import { rootObjects } from '../seed/git-tree.ts';
import type { Json } from '../world.ts';
import { markReady } from './flux-status.ts';
import { works } from './leases.ts';
import { conditionOf, stamp } from './objects.ts';
import type { Life } from './switches.ts';

const GROUP = 'fluxcd.controlplane.io';
const REPORTS = `${GROUP}/fluxreports`;
const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions';
const NAMESPACE = 'flux-system';
const RECONCILERS = [
  ['GitRepository', 'source.toolkit.fluxcd.io/v1', 'gitrepositories'],
  ['OCIRepository', 'source.toolkit.fluxcd.io/v1', 'ocirepositories'],
  ['HelmRepository', 'source.toolkit.fluxcd.io/v1', 'helmrepositories'],
  ['HelmChart', 'source.toolkit.fluxcd.io/v1', 'helmcharts'],
  ['Kustomization', 'kustomize.toolkit.fluxcd.io/v1', 'kustomizations'],
  ['HelmRelease', 'helm.toolkit.fluxcd.io/v2', 'helmreleases'],
] as const;

/** The operator's report, rewritten when it says something new. */
export function writeReport(life: Life): void {
  if (
    !works(life, NAMESPACE, 'flux-operator') ||
    !life.world.get(DEFINITIONS, undefined, `fluxreports.${GROUP}`)
  )
    return;
  const spec = reportSpec(life);
  const known = life.world.get(REPORTS, NAMESPACE, 'flux');
  if (known !== undefined && JSON.stringify(known.spec) === JSON.stringify(spec)) return;
  if (known === undefined) {
    life.world.create(REPORTS, reportObject(spec, life.clock.now()));
    return;
  }
  life.world.update(REPORTS, NAMESPACE, 'flux', draft => {
    draft.spec = spec;
    const message = `Reporting finished in 94ms`;
    markReady(draft, life.clock.now(), { reason: 'ReconciliationSucceeded', message });
    conditionOf(draft, 'Ready').lastTransitionTime = stamp(life.clock.now());
  });
}

export function reportObject(spec: Json, now: number): Json {
  const report = {
    apiVersion: 'fluxcd.controlplane.io/v1',
    kind: 'FluxReport',
    metadata: {
      name: 'flux',
      namespace: NAMESPACE,
      labels: { 'app.kubernetes.io/managed-by': 'flux-operator' },
    },
    spec,
    status: {},
  };
  markReady(report, now, { reason: 'ReconciliationSucceeded', message: 'Reporting finished in 94ms' });
  return report;
}

export function reportSpec(life: Life): Json {
  const root = life.world.get('kustomize.toolkit.fluxcd.io/kustomizations', NAMESPACE, 'flux-system');
  const ready = conditionOf(root, 'Ready');
  return {
    distribution: {
      entitlement: 'Issued by controlplane',
      managedBy: 'flux-operator',
      status: 'Installed',
      version: 'v2.9.3',
    },
    operator: { apiVersion: 'fluxcd.controlplane.io/v1', platform: 'linux/amd64', version: 'v0.20.0' },
    components: Object.entries(FLUX_COMPONENTS).map(([name, tag]) => component(life, name, tag)),
    reconcilers: RECONCILERS.map(row => reconciler(life, row)),
    sync: {
      id: 'kustomization/flux-system',
      path: 'kubernetes/flux/cluster',
      ready: ready?.status === 'True',
      source: rootObjects()[0].spec.url,
      status: ready?.message ?? 'not initialized',
    },
  };
}

function component(life: Life, name: string, tag: string): Json {
  const deployment = life.world.get('apps/deployments', NAMESPACE, name);
  const available = deployment?.status?.availableReplicas ?? 0;
  const ready = available > 0;
  return {
    name,
    image: `ghcr.io/fluxcd/${name}:${tag}`,
    ready,
    status: ready ? `Current Deployment is available. Replicas: ${available}` : 'InProgress Available: 0/1',
  };
}

function reconciler(life: Life, [kind, apiVersion, plural]: (typeof RECONCILERS)[number]): Json {
  const all = life.world.list(`${apiVersion.split('/')[0]}/${plural}`);
  const suspended = all.filter(one => one.spec.suspend).length;
  const failing = all.filter(one => conditionOf(one, 'Ready')?.status === 'False').length;
  return {
    apiVersion,
    kind,
    stats: {
      failing,
      running: all.length - suspended,
      suspended,
      totalSize: kind.endsWith('Repository') ? '1.2 MiB' : undefined,
    },
  };
}
