import type { Snapshot } from '../cluster/snapshot.ts';
import type { StreamId } from '../cluster/streams.ts';
import type { App } from './apps-model.ts';
import type { Judgement } from './layer.ts';
import { trustOf } from './stream-trust.ts';

const streamOf: Readonly<Record<string, StreamId>> = {
  GitRepository: 'gitrepositories',
  OCIRepository: 'ocirepositories',
  HelmRepository: 'helmrepositories',
  HelmChart: 'helmcharts',
  Bucket: 'buckets',
};

/**
 * Takes back a good verdict that nobody can vouch for: applications stay Ready while their sources fail, so sources that
 * may not be read, or that are old news, leave the question open. A failure that was seen stays a failure.
 */
export function withoutUnseenSources(
  snapshot: Snapshot,
  apps: ReadonlyMap<string, App>,
  judged: Judgement,
): Judgement {
  if (judged.verdict !== 'healthy' && judged.verdict !== 'progressing') return judged;
  const trust = trustOf(snapshot, usedSources(apps));
  if (trust.state === 'live') return judged;
  const open = { ...judged, verdict: 'unknown', confirmedAt: trust.confirmedAt } as const;
  return trust.state === 'stale'
    ? { ...open, reason: 'stale', stale: true }
    : { ...open, reason: trust.reason, summary: trust.message, measure: null };
}

function usedSources(apps: ReadonlyMap<string, App>): readonly StreamId[] {
  const needs = [...apps.values()].flatMap(app => app.needs.filter(need => need.as === 'source'));
  const kinds = new Set(needs.map(need => need.key.split('/')[0] ?? ''));
  return [...kinds]
    .flatMap(kind => (Object.hasOwn(streamOf, kind) ? streamOf[kind] : undefined) ?? [])
    .sort();
}
