import { isProtected } from './protected-context.ts';

/** Why no drill may be played on a context; null when one may: only where the configuration says so, never on a protected one. */
export function drillRefusal(context: string, isAllowed: boolean): string | null {
  if (isProtected(context)) return `'${context}' is protected: no drill is ever played there`;
  if (isAllowed) return null;
  return `the configuration does not allow drills on '${context}'; where it is a cluster to practise on, write into config.yaml: contexts: { "${context}": { drill: true } }; or use --demo`;
}
