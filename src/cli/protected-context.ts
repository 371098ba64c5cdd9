import { skeleton } from '../text/look-alike.ts';

/** Production is one step stricter: what changes it asks for the name of the context. What only looks like it counts as well. */
export function isProtected(context: string): boolean {
  return /prod/i.test(skeleton(context));
}
