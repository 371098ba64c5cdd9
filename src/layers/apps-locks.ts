import type { Snapshot } from '../cluster/snapshot.ts';
import { calmAge } from '../text/age.ts';
import { say } from '../text/safe.ts';
import { factsOf } from './components-facts.ts';
import { isLocked, isPending } from './helm-locks.ts';
import { helmReleases } from './helm-releases.ts';
import { finding, named } from './judgement.ts';
import type { Finding } from './layer.ts';

/**
 * Releases whose lock nobody holds any more. A release that a HelmRelease looks after is told with that HelmRelease;
 * the others under the name of the release, charged to the layer that it belongs to. A lock that is young is somebody's work: a note.
 */
export function lockedReleases(snapshot: Snapshot): readonly Finding[] {
  const owners = releaseOwners(snapshot);
  return [...helmReleases(snapshot)].flatMap(([key, release]) => {
    if (!isPending(release)) return [];
    const owner = owners.get(key);
    const object = owner ?? named('Release', release.namespace, release.name);
    const since = release.changedAt;
    const { revision, status } = release;
    const held = since === null ? say`` : say` for ${calmAge(snapshot.now - since)}`;
    const locked = isLocked(release, snapshot.now);
    const message = locked
      ? say`release ${release.name} rev ${revision} is ${status}${held}: nothing can change it until the lock is cleared`
      : say`release ${release.name} rev ${revision} is ${status}${held}: an operation runs`;
    const signature = locked ? 'S73' : null;
    const chargedTo = owner === undefined ? factsOf(release.name, null).layer : null;
    return [
      finding({
        problem: 'release-pending',
        severity: locked ? 'warning' : 'note',
        object,
        message,
        signature,
        since,
        chargedTo,
      }),
    ];
  });
}

/** The HelmRelease that looks after each stored release, by `namespace/name` of the release. */
function releaseOwners(snapshot: Snapshot): ReadonlyMap<string, Finding['object']> {
  const owners = new Map<string, Finding['object']>();
  for (const { metadata, spec } of snapshot.streams.helmreleases.items.values()) {
    const { namespace, name } = metadata;
    const target = spec?.targetNamespace;
    const release = spec?.releaseName ?? (target === undefined ? name : `${target}-${name}`);
    const home = spec?.storageNamespace ?? namespace ?? '';
    owners.set(`${home}/${release}`, named('HelmRelease', namespace ?? null, name));
  }
  return owners;
}
