import type { HelmRelease } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';
import type { Component, WantedRelease } from './component.ts';
import { driftFindings, type Versions } from './components-drift.ts';
import { bootstrapComponents, type ComponentFacts, factsOf } from './components-facts.ts';
import { componentState } from './components-state.ts';
import { chartVersion, plainVersion } from './components-versions.ts';
import { type ComponentWorkload, componentWorkloads, mainWorkload } from './components-workloads.ts';
import { hasFluxOperator } from './flux-configured.ts';
import { instanceReport, instanceVersion } from './flux-instance.ts';
import { helmReleases, releaseNamed } from './helm-releases.ts';

/**
 * The bootstrap components, in order of installation, then whatever else the repository lists. Of the customary six
 * only those that exist: a release, a workload, or a wish. `wanted`: null when the repository is not known.
 */
export function components(
  snapshot: Snapshot,
  wanted: readonly WantedRelease[] | null = null,
): readonly Component[] {
  const wishes = wanted ?? [];
  const names = Object.keys(bootstrapComponents);
  const unwished = names.filter(
    name =>
      !wishes.some(
        wish => wish.name === name || factsOf(wish.name, wish.chart) === bootstrapComponents[name],
      ),
  );
  const found = [
    ...wishes.flatMap(wish => component(snapshot, wish.name, wish) ?? []),
    ...unwished.flatMap(name => component(snapshot, field(name), null) ?? []),
  ];
  const order = ({ name }: Component) => (names.includes(name) ? names.indexOf(name) : names.length);
  return found.toSorted((a, b) => order(a) - order(b));
}

/** Null when nobody wishes it and nothing of it is there. */
function component(snapshot: Snapshot, name: Safe, wish: WantedRelease | null): Component | null {
  const facts = factsOf(name, wish?.chart ?? null);
  const release =
    wish === null ? releaseNamed(snapshot, [name]) : helmReleases(snapshot).get(`${wish.namespace}/${name}`);
  const namespace = wish?.namespace ?? release?.namespace ?? namespaceOf(snapshot, facts);
  const workloads = componentWorkloads(snapshot, name, namespace, facts);
  const isInstance = facts === bootstrapComponents['flux-instance'];
  const instance = isInstance && hasFluxOperator(snapshot) ? instanceReport(snapshot) : null;
  if (wish === null && release === undefined && workloads.length === 0 && instance === null) return null;
  const versions = versionsOf(snapshot, { name, namespace, facts, wish, workloads, isInstance });
  const state = componentState(snapshot, { facts, release, workloads, instance });
  const drift = driftFindings(versions, facts.chartIsProgram, workloads);
  const kept = release && {
    status: release.status,
    revision: release.revision,
    changedAt: release.changedAt,
  };
  return {
    name,
    namespace,
    ...versions,
    release: kept ?? null,
    verdict: state.verdict,
    layer: facts.layer,
    findings: [...state.findings, ...drift],
  };
}

function namespaceOf(snapshot: Snapshot, facts: ComponentFacts): Safe {
  return facts.layer === 'flux' ? snapshot.fluxNamespace : field(facts.namespace);
}

interface Known {
  readonly name: Safe;
  readonly namespace: Safe;
  readonly facts: ComponentFacts;
  readonly wish: WantedRelease | null;
  readonly workloads: readonly ComponentWorkload[];
  readonly isInstance: boolean;
}

/** Wanted from the helmfile, else from Flux; installed from the chart's label, else from Flux; running from the images. */
function versionsOf(snapshot: Snapshot, known: Known): Versions {
  const { name, namespace, facts, wish, workloads, isInstance } = known;
  const owner = [...snapshot.streams.helmreleases.items.values()].find(
    one =>
      (one.spec?.releaseName ?? one.metadata.name) === name &&
      (one.spec?.targetNamespace ?? one.metadata.namespace) === namespace,
  );
  const labels = isInstance
    ? [...snapshot.streams.fluxinstances.items.values()].map(one => one.metadata.labels)
    : workloads.map(one => one.object.metadata.labels);
  const charted =
    labels.flatMap(one => chartVersion(one?.['helm.sh/chart']) ?? [])[0] ??
    owner?.status?.history?.[0]?.chartVersion;
  const running = isInstance
    ? instanceVersion(snapshot)
    : mainWorkload(snapshot, workloads, facts)?.versions[0];
  return {
    wanted: plain(wish?.version ?? owner?.spec?.chart?.spec?.version ?? artifactTag(snapshot, owner)),
    installed: plain(charted),
    running: plain(running),
  };
}

/** The tag of the OCI artifact that a HelmRelease refers to: for charts that is their version. */
function artifactTag(snapshot: Snapshot, owner: HelmRelease | undefined): Safe | undefined {
  const from = owner?.spec?.chartRef;
  if (owner === undefined || from?.kind !== 'OCIRepository') return undefined;
  const key = `${from.namespace ?? owner.metadata.namespace}/${from.name}`;
  return snapshot.streams.ocirepositories.items.get(key)?.spec?.ref?.tag;
}

function plain(version: Safe | null | undefined): Safe | null {
  return version === undefined || version === null ? null : plainVersion(version);
}
