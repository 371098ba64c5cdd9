import type { HelmRelease } from './helm-releases.ts';

/** A Helm operation may run so long before its lock is taken for a leftover. */
const LOCK_GRACE = 600_000;

/** True while an operation holds the release's lock. */
export function isPending(release: Pick<HelmRelease, 'status'>): boolean {
  return release.status.startsWith('pending-');
}

/** True when the lock is older than any operation should take: whoever held it is probably dead. */
export function isLocked(release: Pick<HelmRelease, 'status' | 'changedAt'>, now: number): boolean {
  return isPending(release) && (release.changedAt === null || now - release.changedAt > LOCK_GRACE);
}
