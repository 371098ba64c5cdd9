import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { age } from '../layers/age.ts';
import { type HelmRelease, releaseNamed } from '../layers/helm-releases.ts';
import { compare } from '../layers/judgement.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';

/** Who removed an object, as far as Helm's and Flux's own records tell. */
export interface Removal {
  /** In a few words, for the banner. */
  readonly cause: Safe;
  /** A whole answer to "who removed it?". */
  readonly answer: Safe;
  readonly evidence: readonly Safe[];
}

/** Releases that install an object whose name is not theirs. */
const installers: ReadonlyMap<string, readonly string[]> = new Map([
  ['cilium', ['cilium', 'rke2-cilium']],
  ['cilium-operator', ['cilium', 'rke2-cilium']],
  ['coredns', ['coredns']],
  ['rke2-coredns-rke2-coredns', ['rke2-coredns']],
  ['kube-dns', ['coredns']],
  ['flux', ['flux-instance', 'flux2', 'flux']],
  ['flux-operator', ['flux-operator']],
  ['kube-flannel', ['flannel']],
  ['kube-flannel-ds', ['flannel']],
  ['calico-node', ['calico', 'tigera-operator']],
]);

/** Objects that come by Helm wherever they are found; others may have been applied by hand, and then Helm knows nothing. */
const byHelmOnly = ['cilium', 'flux-operator'];

/** Null when nothing is known: then only the audit log of the API server could tell. */
export function whoRemoved(snapshot: Snapshot, object: ObjectRef, since: number | null): Removal | null {
  if (snapshot.streams['helm-releases'].freshness.state !== 'live') return null;
  const names = installers.get(object.name) ?? [object.name];
  const release = releaseNamed(snapshot, names);
  if (release === undefined) return byHelmOnly.includes(object.name) ? gone : null;
  return fromRelease(snapshot, release, since);
}

const gone: Removal = {
  cause: say`its Helm release is gone too`,
  answer: say`Helm or Flux, by uninstalling: no release of it is left (a failed first install is rolled back likewise).`,
  evidence: [],
};

function fromRelease(snapshot: Snapshot, release: HelmRelease, since: number | null): Removal | null {
  const when =
    release.changedAt === null ? say`` : say`, last changed ${age(snapshot.now - release.changedAt)} ago`;
  const evidence = [say`release ${release.name} rev ${release.revision} ${release.status}${when}`];
  if (release.status === 'deployed' || release.status === 'superseded') {
    return prune(snapshot, since) ?? outside(snapshot, release, evidence);
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
function outside(snapshot: Snapshot, release: HelmRelease, evidence: readonly Safe[]): Removal {
  const flux = byName(snapshot.streams.helmreleases.items).find(
    one => (one.spec?.releaseName ?? one.metadata.name) === release.name,
  );
  const who = flux === undefined ? say`` : say` Not Flux: HelmRelease ${flux.metadata.name} is still there.`;
  const answer = say`Not Helm: rev ${release.revision} is deployed and there is no uninstall since.${who} So by hand, or by something that prunes.`;
  return { cause: say`deleted outside Helm`, answer, evidence };
}

/** A root Kustomization younger than the outage was deleted and made again: deletion prunes all it had applied. */
function prune(snapshot: Snapshot, since: number | null): Removal | null {
  if (since === null) return null;
  for (const one of byName(snapshot.streams.kustomizations.items)) {
    const created = one.metadata.creationTimestamp;
    const isRoot = one.metadata.labels?.['kustomize.toolkit.fluxcd.io/name'] === undefined;
    const isNear = created !== undefined && created > since && created - since < 600_000;
    if (!isRoot || !isNear || one.spec?.prune !== true) continue;
    const name = field(one.metadata.name);
    return {
      cause: say`Kustomization ${name} was deleted and created again, which prunes`,
      answer: say`Probably Flux: Kustomization ${name} was created just after this broke, and deleting it prunes what it applied.`,
      evidence: [say`Kustomization ${name} created ${age(snapshot.now - created)} ago`],
    };
  }
  return null;
}

function byName<T>(items: ReadonlyMap<string, T>): readonly T[] {
  return [...items].sort(([a], [b]) => compare(a, b)).map(([, item]) => item);
}
