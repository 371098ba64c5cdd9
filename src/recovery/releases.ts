import type { Metadata } from '../cluster/metadata.ts';
import type { Stream } from '../cluster/snapshot.ts';
import type { ReleaseStatus } from '../diagnosis/diagnosis.ts';
import { changedAtOf } from '../layers/helm-releases.ts';
import type { LayerId } from '../layers/layer.ts';
import type { Safe } from '../text/safe.ts';
import type { Bench, Fault } from './action.ts';
import type { Workshop } from './plan.ts';

export type Release = NonNullable<NonNullable<Workshop['repository']>['releases']>[number];

/** Repositories name releases as they like; the chart tells what a release is. */
const layerByChart: ReadonlyMap<string, LayerId> = new Map([
  ['cilium', 'cni'],
  ['calico', 'cni'],
  ['tigera-operator', 'cni'],
  ['flannel', 'cni'],
  ['canal', 'cni'],
  ['kube-router', 'cni'],
  ['rke2-cilium', 'cni'],
  ['rke2-calico', 'cni'],
  ['rke2-canal', 'cni'],
  ['coredns', 'dns'],
  ['rke2-coredns', 'dns'],
  ['flux-operator', 'flux'],
  ['flux-instance', 'flux'],
  ['flux2', 'flux'],
]);

/** The chart's own name: `oci://example.test/charts/cilium:1.17.4` is `cilium`. */
export function chartName(release: Release): string {
  const last = release.chart.split('/').at(-1) ?? '';
  return last.replace(/\.tgz$/, '').replace(/[:@].*$/, '');
}

/** The layer that a release carries; null for components beside the chain (certificates, image mirrors). */
export function layerOf(release: Release): LayerId | null {
  return layerByChart.get(chartName(release)) ?? null;
}

export function releasesOf(bench: Bench): readonly Release[] {
  return bench.workshop.repository?.releases ?? [];
}

export function releaseNamed(bench: Bench, name: string): Release | null {
  return releasesOf(bench).find(release => release.name === name) ?? null;
}

/**
 * The release that puts a broken object back: the one Helm noted on the object itself, else the one that is named
 * like it, else the one whose chart carries the layer. Service discovery is carried by CoreDNS's chart.
 */
export function releaseFor(fault: Fault, bench: Bench): Release | null {
  const noted = notedRelease(fault, bench);
  if (noted !== null) return noted;
  if (isForeign(fault)) return releaseNamed(bench, fault.object?.name ?? '');
  const layer =
    fault.layer === 'service-discovery' || fault.layer === 'pod-network' ? below[fault.layer] : fault.layer;
  const here = releasesOf(bench).filter(release => layerOf(release) === layer);
  if (fault.layer === 'flux') return fluxRelease(fault, here);
  const name = fault.object?.name;
  return here.find(release => release.name === name) ?? here[0] ?? null;
}

/** Not part of the chart that carries their layer: the distribution or the API server makes them. */
function isForeign({ object }: Fault): boolean {
  return object !== null && (object.name === 'kube-proxy' || object.namespace === 'default');
}

const below = { 'service-discovery': 'dns', 'pod-network': 'cni' } as const;

function fluxRelease(fault: Fault, here: readonly Release[]): Release | null {
  const wanted = fault.object?.name === 'flux-operator' ? ['flux-operator'] : ['flux-instance', 'flux2'];
  return here.find(release => wanted.includes(chartName(release))) ?? null;
}

function notedRelease(fault: Fault, bench: Bench): Release | null {
  if (fault.object === null) return null;
  const { kind, namespace, name } = fault.object;
  const key = namespace === null ? name : `${namespace}/${name}`;
  const { streams } = bench.snapshot;
  const places = new Map<string, readonly Stream<{ readonly metadata: Metadata }>[]>([
    ['DaemonSet', [streams.daemonsets]],
    ['Deployment', [streams['deployments-system'], streams['deployments-cni'], streams['deployments-flux']]],
    ['Service', [streams['services-system']]],
    ['FluxInstance', [streams.fluxinstances]],
  ]);
  for (const stream of places.get(kind) ?? []) {
    const noted = stream.items.get(key)?.metadata.annotations?.['meta.helm.sh/release-name'];
    if (noted !== undefined) return releaseNamed(bench, noted);
  }
  return null;
}

export interface HelmState {
  readonly status: ReleaseStatus;
  readonly revision: number;
  /** Cluster epoch ms; null when the label is not there. */
  readonly changedAt: number | null;
}

/** The newest revision that Helm stored for a release, from the labels of its Secrets; null when there is none. */
export function helmState(bench: Bench, name: string, namespace: string): HelmState | null {
  let newest: HelmState | null = null;
  for (const secret of bench.snapshot.streams['helm-releases'].items.values()) {
    const { labels, namespace: where, creationTimestamp } = secret.metadata;
    if (labels?.name !== name || where !== namespace) continue;
    const revision = Number(labels.version);
    if (!Number.isInteger(revision) || revision <= (newest?.revision ?? 0)) continue;
    newest = {
      status: (labels.status ?? 'unknown') as ReleaseStatus,
      revision,
      changedAt: changedAtOf(labels) ?? creationTimestamp ?? null,
    };
  }
  return newest;
}

/** Names of releases for people to choose from, in the order of the helmfile. */
export function releaseNames(bench: Bench): readonly Safe[] {
  return releasesOf(bench).map(release => release.name);
}
