import type { HelmRelease, Kustomization } from '../cluster/kinds.ts';
import { duration } from './apps-duration.ts';
import { timeoutOf } from './apps-standing.ts';

/**
 * When the controller last proved that it looks after the object (epoch ms): both kinds have their status written on every
 * run, and Kustomizations keep a history. When a condition last flipped proves nothing: it may be months ago.
 * Null when nothing tells.
 */
export function lastProof(object: Kustomization | HelmRelease): number | null {
  const handled = Date.parse(object.status?.lastHandledReconcileAt ?? '');
  const times = [
    object.metadata.statusWrittenAt,
    object.status?.history?.[0]?.lastReconciled,
    Number.isNaN(handled) ? undefined : handled,
  ].filter(time => time !== undefined);
  return times.length === 0 ? null : Math.max(...times);
}

/** True when the object should have been looked at twice since its last proof: its Ready is a memory. */
export function isStaleClaim(object: Kustomization | HelmRelease, now: number): boolean {
  const proof = lastProof(object);
  const interval = duration(object.spec?.interval);
  if (proof === null || interval === null) return false;
  return now - proof > 2 * interval + timeoutOf(object) + 60_000;
}
