import type { lease } from './readers.ts';
import type { Read } from './shape.ts';

type Lease = Read<typeof lease>;

/** Kubelets renew every 10 s, control loops every 2 to 5 s; no rule calls a lease old before this, ms. */
const IN_TIME = 15_000;

/**
 * True when the same holder did no more than renew in time: a sign of life, and no news. Thousands of nodes send hundreds
 * of these a second. A renewal that comes late is news: whoever holds the lease is back.
 */
export function isRenewal(before: Lease, after: Lease): boolean {
  const [was, is] = [before.spec, after.spec];
  const gap = (is?.renewTime ?? Number.NaN) - (was?.renewTime ?? Number.NaN);
  return (
    gap >= 0 &&
    gap < IN_TIME &&
    was?.holderIdentity === is?.holderIdentity &&
    was?.acquireTime === is?.acquireTime &&
    was?.leaseTransitions === is?.leaseTransitions &&
    was?.leaseDurationSeconds === is?.leaseDurationSeconds &&
    before.metadata.uid === after.metadata.uid &&
    before.metadata.deletionTimestamp === after.metadata.deletionTimestamp &&
    // Equal ones are one object.
    before.metadata.annotations === after.metadata.annotations
  );
}
