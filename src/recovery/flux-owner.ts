import type { Deployment, HelmRelease } from '../cluster/kinds.ts';
import type { ObjectRef } from '../cluster/object-ref.ts';
import { say } from '../text/safe.ts';
import type { Bench } from './action.ts';

/** Who else acts on a Helm release: Flux's HelmRelease of the same name, and whether Flux can act at all. */
export interface FluxOwner {
  readonly object: ObjectRef;
  readonly suspended: boolean;
  /** True when helm-controller runs, as far as was seen lately. */
  readonly alive: boolean;
}

/** Null when no HelmRelease manages the release. */
export function fluxOwner(bench: Bench, name: string, namespace: string): FluxOwner | null {
  for (const release of bench.snapshot.streams.helmreleases.items.values()) {
    if (releaseName(release) !== name || targetNamespace(release) !== namespace) continue;
    return {
      object: {
        kind: say`HelmRelease`,
        namespace: release.metadata.namespace ?? null,
        name: release.metadata.name,
      },
      suspended: release.spec?.suspend === true,
      alive: controllerAlive(bench, 'helm-controller'),
    };
  }
  return null;
}

/** A controller of Flux is alive when one of its pods was available at the last look. */
export function controllerAlive(bench: Bench, name: string): boolean {
  const { freshness, items } = bench.snapshot.streams['deployments-flux'];
  const controller: Deployment | undefined = items.get(`${bench.snapshot.fluxNamespace}/${name}`);
  return freshness.state === 'live' && (controller?.status?.availableReplicas ?? 0) > 0;
}

function targetNamespace(release: HelmRelease): string | undefined {
  return release.spec?.storageNamespace ?? release.spec?.targetNamespace ?? release.metadata.namespace;
}

/** Helm's own name: given, or composed as helm-controller does. */
function releaseName(release: HelmRelease): string {
  const { releaseName: given, targetNamespace: target } = release.spec ?? {};
  return given ?? (target === undefined ? release.metadata.name : `${target}-${release.metadata.name}`);
}
