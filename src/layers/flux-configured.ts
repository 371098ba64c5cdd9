import type { Snapshot } from '../cluster/snapshot.ts';
import { helmReleases } from './helm-releases.ts';

/**
 * Whether this cluster is meant to be run by Flux: its API groups are served, its controllers are there, or Helm
 * remembers having installed it. A cluster without Flux lacks nothing. Null while the groups are not known.
 */
export function isFluxConfigured(snapshot: Snapshot): boolean | null {
  const groups = snapshot.groups;
  if (groups !== null && [...groups.keys()].some(isFluxGroup)) return true;
  const { streams } = snapshot;
  if (
    streams.fluxinstances.items.size + streams.kustomizations.items.size + streams.helmreleases.items.size >
    0
  ) {
    return true;
  }
  const deployments = [...streams['deployments-flux'].items.values()];
  if (deployments.some(d => isFluxName(d.metadata.name))) return true;
  if (
    [...helmReleases(snapshot).values()].some(one => /^flux-(?:operator|instance)$|^flux2?$/.test(one.name))
  )
    return true;
  return groups === null ? null : false;
}

/** True when the operator installs Flux here, rather than `flux bootstrap` or `flux install`. */
export function hasFluxOperator(snapshot: Snapshot): boolean {
  if (snapshot.groups?.has('fluxcd.controlplane.io')) return true;
  if (snapshot.streams.fluxinstances.items.size > 0) return true;
  return snapshot.streams['deployments-flux'].items.has(`${snapshot.fluxNamespace}/flux-operator`);
}

function isFluxGroup(group: string): boolean {
  return group === 'fluxcd.controlplane.io' || group.endsWith('.toolkit.fluxcd.io');
}

function isFluxName(name: string): boolean {
  return name === 'flux-operator' || /^(?:source|kustomize|helm|notification)-controller$/.test(name);
}
