import type { ContextSettings } from '../config/context-settings.ts';

/** Why no drill may be played on a context; null when one may: only where the configuration says so, never on a protected one. */
export function drillRefusal({
  name,
  drill,
  protected: isProtected,
  readOnly,
}: ContextSettings): string | null {
  if (isProtected) return `'${name}' is protected: no drill is ever played there`;
  if (readOnly) return `the configuration makes '${name}' read-only: no drill is played there`;
  if (drill) return null;
  return `the configuration does not allow drills on '${name}'; where it is a cluster to practise on, write into config.yaml: contexts: { "${name}": { drill: true } }; or use --demo`;
}
