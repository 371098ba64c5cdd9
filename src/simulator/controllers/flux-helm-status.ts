import { RELEASES } from '../seed/releases.ts';
import type { Json, Stored } from '../world.ts';
import { fluxCondition, markReady } from './flux-status.ts';
import { revisions } from './helm-storage.ts';
import { digestOf, dropCondition, stamp } from './objects.ts';
import type { Life } from './switches.ts';

/** One entry of `status.history`. */
export interface Snapshot {
  readonly version: number;
  readonly status: string;
  readonly action: 'install' | 'upgrade' | 'rollback';
  readonly firstDeployed: string;
  readonly lastDeployed: string;
}

/** Stands for chart version and values together. */
export function configDigest(object: Json): string {
  return digestOf(
    JSON.stringify([
      object.spec.values ?? {},
      object.spec.chart?.spec?.version ?? '',
      object.spec.chartRef ?? '',
    ]),
  );
}

export function snapshotOf(life: Life, object: Stored): Snapshot {
  const name = object.spec.releaseName ?? object.metadata.name;
  const newest = revisions(life.world, object.metadata.namespace ?? '', name).at(-1)?.release;
  const rolled = newest?.info.description.startsWith('Rollback') ?? false;
  const now = stamp(life.clock.now());
  return {
    version: newest?.version ?? 1,
    status: newest?.info.status ?? 'deployed',
    action: rolled ? 'rollback' : newest?.version === 1 ? 'install' : 'upgrade',
    firstDeployed: newest?.info.first_deployed ?? now,
    lastDeployed: newest?.info.last_deployed ?? now,
  };
}

export function historyEntry(draft: Json, snapshot: Snapshot): Json {
  const { name, namespace } = draft.metadata;
  const facts = RELEASES.find(one => one.name === name);
  const chart = draft.spec.chart?.spec;
  return {
    name,
    namespace,
    chartName: facts?.chart ?? name,
    chartVersion: chart?.version ?? facts?.version ?? '0.0.0',
    appVersion: facts?.appVersion ?? '0.0.0',
    configDigest: configDigest(draft),
    digest: digestOf(`${namespace}/${name}/${snapshot.version}`),
    ...snapshot,
  };
}

export function describeRelease(draft: Json, version: number): string {
  const { name, namespace } = draft.metadata;
  const facts = RELEASES.find(one => one.name === name);
  const chart = draft.spec.chart?.spec?.version ?? facts?.version ?? '0.0.0';
  return `release ${namespace}/${name}.v${version} with chart ${facts?.chart ?? name}@${chart}`;
}

/** The status after a release went well; shared with the seed. */
export function helmReady(draft: Json, now: number, snapshot: Snapshot): void {
  draft.status ??= {};
  draft.metadata.finalizers = ['finalizers.fluxcd.io'];
  const action = snapshot.action === 'install' ? 'install' : 'upgrade';
  const outcome = {
    reason: `${action === 'install' ? 'Install' : 'Upgrade'}Succeeded`,
    message: `Helm ${action} succeeded for ${describeRelease(draft, snapshot.version)}`,
  };
  markReady(draft, now, outcome);
  fluxCondition(draft, now, 'Released', 'True', outcome);
  dropCondition(draft, 'Remediated');
  const facts = RELEASES.find(one => one.name === draft.metadata.name);
  const history = (draft.status.history ?? []).filter((one: Json) => one.version !== snapshot.version);
  Object.assign(draft.status, {
    history: [
      historyEntry(draft, snapshot),
      ...history.map((one: Json) => ({ ...one, status: 'superseded' })),
    ].slice(0, 5),
    lastAttemptedConfigDigest: configDigest(draft),
    lastAttemptedGeneration: draft.metadata.generation ?? 1,
    lastAttemptedReleaseAction: action,
    lastAttemptedRevision: draft.spec.chart?.spec?.version ?? facts?.version,
    storageNamespace: draft.metadata.namespace,
  });
  for (const counter of ['failures', 'installFailures', 'upgradeFailures']) delete draft.status[counter];
}
