import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { type HelmRelease, releaseNamed } from '../layers/helm-releases.ts';
import { calmAge } from '../text/age.ts';
import { type Safe, say } from '../text/safe.ts';
import { installersOf } from './installers.ts';
import type { Removal } from './removal.ts';
import { ownerOf } from './removal-flux.ts';

/** Objects that come by Helm wherever they are found; others may have been applied by hand, and then Helm knows nothing. */
const byHelmOnly = ['cilium', 'flux-operator'];

/** What Helm's own record of the release tells. Null when it tells nothing, or may not be read. */
export function removedByHelm(snapshot: Snapshot, object: ObjectRef): Removal | null {
  if (snapshot.streams['helm-releases'].freshness.state !== 'live') return null;
  const release = releaseNamed(snapshot, installersOf(object.name));
  if (release === undefined) return byHelmOnly.includes(object.name) ? gone : null;
  return fromRelease(snapshot, object, release);
}

const gone: Removal = {
  cause: say`its Helm release is gone too`,
  answer: say`Helm or Flux, by uninstalling: no release of it is left (a failed first install is rolled back likewise).`,
  evidence: [],
};

function fromRelease(snapshot: Snapshot, object: ObjectRef, release: HelmRelease): Removal | null {
  const when =
    release.changedAt === null ? say`` : say`, last changed ${calmAge(snapshot.now - release.changedAt)} ago`;
  const evidence = [say`release ${release.name} rev ${release.revision} ${release.status}${when}`];
  if (release.status === 'deployed' || release.status === 'superseded') {
    return outside(snapshot, object, release, evidence);
  }
  if (release.status.startsWith('pending-')) {
    const answer = say`A Helm operation that never ended: it was cut off half-way, and its lock remains.`;
    return { cause: say`a Helm operation never ended`, answer, evidence };
  }
  if (release.status === 'failed') {
    const answer = say`Its last Helm operation failed, and may have been rolled back or cleaned up.`;
    return { cause: say`its last Helm operation failed`, answer, evidence };
  }
  if (release.status === 'uninstalled' || release.status === 'uninstalling') {
    return { cause: say`uninstalled with Helm`, answer: say`Somebody uninstalled it with Helm.`, evidence };
  }
  return null;
}

/** Helm still thinks that it is there, so Helm did not remove it; an unchanged HelmRelease clears Flux as well. */
function outside(
  snapshot: Snapshot,
  object: ObjectRef,
  release: HelmRelease,
  evidence: readonly Safe[],
): Removal {
  const flux = ownerOf(snapshot, object);
  const who = flux === undefined ? say`` : say` Not Flux: HelmRelease ${flux.metadata.name} is still there.`;
  const answer = say`Not Helm: rev ${release.revision} is deployed and there is no uninstall since.${who} So by hand, or by something that prunes.`;
  return { cause: say`deleted outside Helm`, answer, evidence };
}
