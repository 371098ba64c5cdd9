import { setFlagsFromString } from 'node:v8';
import type { Snapshot } from '../cluster/snapshot.ts';

/** Of a cluster with fewer objects the monitor is small enough anyway. */
const MANY = 10_000;

/**
 * From now on the engine prefers little memory to speed, where the cluster is large: a monitor is started once and left
 * open for weeks, on machines that have other things to do. Not from its beginning, which would become slower by half.
 */
export function staySmall({ streams }: Snapshot): void {
  const objects = Object.values(streams).reduce((sum, { items }) => sum + items.size, 0);
  if (objects >= MANY) setFlagsFromString('--optimize-for-size');
}
