import type { Snapshot } from '../cluster/snapshot.ts';
import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';
import { memoOn } from './memo.ts';

const statuses = [
  'deployed',
  'failed',
  'pending-install',
  'pending-upgrade',
  'pending-rollback',
  'uninstalling',
  'uninstalled',
  'superseded',
] as const;

/** The newest revision of one Helm release, from the labels of its Secret. */
export interface HelmRelease {
  readonly name: Safe;
  readonly namespace: Safe;
  readonly status: ((typeof statuses)[number] | 'unknown') & Safe;
  readonly revision: number;
  /** When Helm last wrote it (epoch ms). */
  readonly changedAt: number | null;
}

/**
 * When Helm wrote a release Secret last, epoch ms. A new revision takes over the label `modifiedAt` of the one before it, and is
 * only dated by `createdAt` until it is written again: the later of the two counts. Null without either.
 */
export function changedAtOf(labels: Readonly<Record<string, string>> | undefined): number | null {
  const times = [labels?.modifiedAt, labels?.createdAt].map(Number).filter(at => at > 0);
  return times.length === 0 ? null : Math.max(...times) * 1000;
}

/** Newest revision of every release, by `namespace/name`. Superseded history is left out. */
export const helmReleases: (snapshot: Snapshot) => ReadonlyMap<string, HelmRelease> = memoOn(
  snapshot => [snapshot.streams['helm-releases'].items],
  snapshot => {
    const newest = new Map<string, HelmRelease>();
    for (const secret of snapshot.streams['helm-releases'].items.values()) {
      const { labels, namespace, creationTimestamp } = secret.metadata;
      const revision = Number(labels?.version);
      const name = labels?.name;
      if (name === undefined || namespace === undefined || !Number.isFinite(revision)) continue;
      const key = `${namespace}/${name}`;
      if ((newest.get(key)?.revision ?? -1) >= revision) continue;
      const changedAt = changedAtOf(labels) ?? creationTimestamp ?? null;
      const known = statuses.find(one => one === labels?.status) ?? 'unknown';
      const status = field(known) as typeof known & Safe;
      newest.set(key, { name, namespace: field(namespace), status, revision, changedAt });
    }
    return newest;
  },
);

/** The release of that name in whatever namespace it is; in order of namespace when there are several. */
export function releaseNamed(snapshot: Snapshot, names: readonly string[]): HelmRelease | undefined {
  const found = [...helmReleases(snapshot)].filter(([, release]) => names.includes(release.name));
  return found.sort(([a], [b]) => (a < b ? -1 : 1))[0]?.[1];
}
