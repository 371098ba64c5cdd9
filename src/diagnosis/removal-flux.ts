import type { HelmRelease } from '../cluster/kinds.ts';
import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { conditionText } from '../layers/apps-fault.ts';
import { rootRevision } from '../layers/apps-roots.ts';
import { compare } from '../layers/judgement.ts';
import { lastSeen } from '../layers/sandbox-failures.ts';
import { calmAge } from '../text/age.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { installersOf } from './installers.ts';
import { prunedBy, reported } from './prune-events.ts';
import type { Removal } from './removal.ts';
import { isNear } from './removal-window.ts';

/** Whether Flux took an object away, by its own records: what it pruned, what it uninstalled. Null when nothing says so. */
export function removedByFlux(snapshot: Snapshot, object: ObjectRef, since: number | null): Removal | null {
  return (
    pruned(snapshot, object, since) ??
    uninstalled(snapshot, object, since) ??
    failedRelease(snapshot, object, since) ??
    recreated(snapshot, since)
  );
}

/** Whether Flux changed a workload that exists and fails: an upgrade that failed, or one just before it broke. */
export function changedByFlux(snapshot: Snapshot, object: ObjectRef, since: number | null): Removal | null {
  const failed = failedRelease(snapshot, object, since);
  if (failed !== null) return failed;
  const owner = ownerOf(snapshot, object);
  const [last] = owner?.status?.history ?? [];
  if (owner === undefined || last?.lastDeployed === undefined || since === null) {
    return configured(snapshot, object, since);
  }
  if (!isNear(last.lastDeployed, since, snapshot.now)) return configured(snapshot, object, since);
  const chart = last.chartVersion === undefined ? say`` : say` to chart ${last.chartVersion}`;
  const name = nameOf(owner);
  const when = calmAge(snapshot.now - last.lastDeployed);
  return {
    cause: say`changed by Flux just before: HelmRelease ${name}${chart}${revisionText(snapshot)}`,
    answer: say`Probably Flux: HelmRelease ${name} was released${chart} ${when} ago, just before this broke. ${warning(owner)}`,
    evidence: [say`HelmRelease ${name} rev ${last.version ?? 0} ${last.status ?? say`released`} ${when} ago`],
  };
}

/** A Kustomization reported that it changed the object, its configuration or its release just before. */
function configured(snapshot: Snapshot, object: ObjectRef, since: number | null): Removal | null {
  if (since === null || object.namespace === null) return null;
  const configs = installersOf(object.name).map(name => `ConfigMap/${object.namespace}/${name}`);
  const found = reported(snapshot, [...entriesOf(snapshot, object), ...configs], 'configured', since);
  if (found === null) return null;
  const at = found.revision === null ? say`` : say` at ${found.revision}`;
  const when = found.at === null ? say`` : say` ${calmAge(snapshot.now - found.at)} ago`;
  const name = say`Kustomization ${found.by.name}`;
  return {
    cause: say`changed by Flux just before: ${name}${at} configured ${found.entry}`,
    answer: say`Probably Flux: ${name} changed ${found.entry}${at}${when}, just before this broke. ${warning(found.kustomization)}`,
    evidence: [say`kustomize-controller, ${name}: ${found.entry} configured${when}`],
  };
}

/** Another repair is undone as long as Flux lives and its source asks for what it did. */
function warning(owner: { readonly spec?: { readonly suspend?: boolean } } | undefined): Safe {
  if (owner?.spec?.suspend === true)
    return say`It is suspended, so Flux leaves the next repair alone until it is resumed.`;
  return say`Flux will do it again as soon as it lives: suspend it before the repair, or correct Git first.`;
}

function entriesOf(snapshot: Snapshot, object: ObjectRef): readonly string[] {
  const own =
    object.namespace === null
      ? `${object.kind}/${object.name}`
      : `${object.kind}/${object.namespace}/${object.name}`;
  const spaces = [object.namespace ?? '', snapshot.fluxNamespace];
  const carriers = installersOf(object.name).flatMap(name =>
    ['HelmRelease', 'Kustomization'].flatMap(kind => spaces.map(space => `${kind}/${space}/${name}`)),
  );
  return [own, ...carriers, ...(object.namespace === null ? [] : [`Namespace/${object.namespace}`])];
}

function pruned(snapshot: Snapshot, object: ObjectRef, since: number | null): Removal | null {
  const chain = prunedBy(snapshot, entriesOf(snapshot, object), since);
  const top = chain.at(-1);
  if (top === undefined) return null;
  const at = top.revision === null ? say`` : say` at ${top.revision}`;
  const name = say`Kustomization ${top.by.name}`;
  return {
    cause: say`pruned by Flux: ${name}${at} no longer has ${top.entry}; suspend it before the repair`,
    answer: say`Flux: ${top.entry} is no longer in what ${name} applies${at}, so Flux deleted it. ${top.kustomization === undefined ? say`It is gone itself.` : warning(top.kustomization)}`,
    evidence: [
      ...chain.map(one => {
        const when = one.at === null ? say`` : say` ${calmAge(snapshot.now - one.at)} ago`;
        return say`kustomize-controller, Kustomization ${one.by.name}: ${one.entry} deleted${when}`;
      }),
      ...uninstallLines(snapshot, object, since),
    ],
  };
}

function uninstallLines(snapshot: Snapshot, object: ObjectRef, since: number | null): readonly Safe[] {
  const names = installersOf(object.name);
  return [...snapshot.streams['events-uninstalled'].items]
    .sort(([a], [b]) => compare(a, b))
    .flatMap(([, event]) => {
      const { involvedObject: about, message = field('') } = event;
      const at = lastSeen(event);
      if (about?.name === undefined || !names.includes(about.name) || !isNear(at, since, snapshot.now))
        return [];
      const who = event.source?.component ?? event.reportingComponent ?? say`a controller`;
      const when = at === null ? say`` : say` ${calmAge(snapshot.now - at)} ago`;
      return [say`${who}, ${about.kind ?? say`object`} ${about.name}: ${message}${when}`];
    });
}

function uninstalled(snapshot: Snapshot, object: ObjectRef, since: number | null): Removal | null {
  const lines = uninstallLines(snapshot, object, since);
  if (lines.length === 0) return null;
  const owner = ownerOf(snapshot, object);
  const why =
    owner === undefined
      ? say`the object that asked for it was deleted, and deleting it uninstalls`
      : say`HelmRelease ${nameOf(owner)} is still there and may install it again`;
  return {
    cause: say`uninstalled by Flux${revisionText(snapshot)}`,
    answer: say`Flux uninstalled it: ${why}. ${warning(owner)}`,
    evidence: lines,
  };
}

const failures = ['UpgradeFailed', 'InstallFailed', 'RollbackFailed', 'UninstallFailed'];
const undone = ['UninstallSucceeded', 'RollbackSucceeded', 'UninstallFailed', 'RollbackFailed'];

/** A release that failed and was undone: with nothing to go back to, undoing means uninstalling. */
function failedRelease(snapshot: Snapshot, object: ObjectRef, since: number | null): Removal | null {
  const owner = ownerOf(snapshot, object);
  if (owner === undefined) return null;
  const condition = (type: string) => owner.status?.conditions?.find(c => c.type === type);
  const released = condition('Released');
  const remedied = condition('Remediated');
  const ready = condition('Ready');
  const told = [remedied, released, ready].filter(
    c =>
      c?.reason !== undefined &&
      (undone.includes(c.reason) || (c.status === 'False' && failures.includes(c.reason))) &&
      isNear(c.lastTransitionTime ?? null, since, snapshot.now),
  );
  const [first] = told;
  if (first?.reason === undefined) return null;
  const name = nameOf(owner);
  const chart = owner.status?.lastAttemptedRevision ?? owner.status?.history?.[0]?.chartVersion;
  const version = chart === undefined ? say`` : say` (chart ${chart})`;
  return {
    cause: say`Flux did it: HelmRelease ${name} ${first.reason}${version}${revisionText(snapshot)}; suspend it before the repair`,
    answer: say`Flux: HelmRelease ${name}${version} failed and was undone (${first.reason}). ${warning(owner)}`,
    evidence: told.flatMap(c =>
      c === undefined ? [] : [say`HelmRelease ${name} ${c.type ?? say`condition`}: ${conditionText(c)}`],
    ),
  };
}

/** A root Kustomization younger than the outage was deleted and made again: deletion prunes all it had applied. */
function recreated(snapshot: Snapshot, since: number | null): Removal | null {
  if (since === null) return null;
  for (const one of byName(snapshot.streams.kustomizations.items)) {
    const created = one.metadata.creationTimestamp;
    const isRoot = one.metadata.labels?.['kustomize.toolkit.fluxcd.io/name'] === undefined;
    const isAfter = created !== undefined && created > since && created - since < 600_000;
    if (!isRoot || !isAfter || one.spec?.prune !== true) continue;
    const { name } = one.metadata;
    return {
      cause: say`Kustomization ${name} was deleted and created again, which prunes`,
      answer: say`Probably Flux: Kustomization ${name} was created just after this broke, and deleting it prunes what it applied. ${warning(one)}`,
      evidence: [say`Kustomization ${name} created ${calmAge(snapshot.now - created)} ago`],
    };
  }
  return null;
}

/** The HelmRelease that looks after the release of an object. */
export function ownerOf(snapshot: Snapshot, object: ObjectRef): HelmRelease | undefined {
  const names = installersOf(object.name);
  return byName(snapshot.streams.helmreleases.items).find(one => {
    const home = one.spec?.targetNamespace ?? one.metadata.namespace;
    const isHere = object.namespace === null || home === object.namespace;
    return isHere && names.includes(one.spec?.releaseName ?? one.metadata.name);
  });
}

function nameOf({ metadata }: HelmRelease): Safe {
  return say`${metadata.namespace ?? say``}/${metadata.name}`;
}

function revisionText(snapshot: Snapshot): Safe {
  const revision = rootRevision(snapshot);
  return revision === null ? say`` : say` at ${revision}`;
}

function byName<T>(items: ReadonlyMap<string, T>): readonly T[] {
  return [...items].sort(([a], [b]) => compare(a, b)).map(([, item]) => item);
}
