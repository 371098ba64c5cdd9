import type { Snapshot } from '../cluster/snapshot.ts';

/** A controller whose lease is older than this does not act, whatever its pod says (leases last 35 s at most). */
export const LEASE_LIMIT = 60_000;

/**
 * When a controller last proved that it acts (epoch ms): the newest renewal among its leader leases. They are named after
 * it, some with a hash or a suffix. Null when it has none: then this cannot be observed.
 */
export function leaseRenewedAt(snapshot: Snapshot, controller: string): number | null {
  let newest: number | null = null;
  for (const { metadata, spec } of snapshot.streams['flux-leases'].items.values()) {
    if (metadata.name !== controller && !metadata.name.startsWith(`${controller}-`)) {
      if (!metadata.name.endsWith(`.${controller}`) && !metadata.name.startsWith(`${controller}.`)) continue;
    }
    const renewed = spec?.renewTime;
    if (renewed !== undefined && (newest === null || renewed > newest)) newest = renewed;
  }
  return newest;
}
