import { join, type Safe, say } from './safe.ts';

/** A list of names is read up to here; more names than this are a crowd. */
export const NAMED = 5;

/** The first names, and how many more there are: `k8s-1 k8s-2 k8s-3 k8s-4 k8s-5 and 12 more`. */
export function someNames(names: readonly Safe[]): Safe {
  const more = names.length > NAMED ? say` and ${names.length - NAMED} more` : say``;
  return say`${join(names.slice(0, NAMED), ' ')}${more}`;
}
