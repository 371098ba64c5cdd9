import { setFlagsFromString } from 'node:v8';

/**
 * From now on the engine prefers little memory to speed: a monitor is started once and left open for weeks, on machines
 * that have other things to do. Not from its beginning, which would become slower by half.
 */
export function staySmall(): void {
  setFlagsFromString('--optimize-for-size');
}
