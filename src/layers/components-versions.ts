import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';

/** Without the leading `v`: charts, tags and image references write versions either way. */
export function plainVersion(version: Safe): Safe {
  return field(version.replace(/^v(?=\d)/, ''));
}

/** The version in a chart label such as `cilium-1.17.4`; null when the label has none. A `+` is written `_` in labels. */
export function chartVersion(label: Safe | undefined): Safe | null {
  const version = /-v?(\d+\.\d+[\w.-]{0,60})$/.exec(label ?? '')?.[1];
  return version === undefined ? null : field(version.replace('_', '+'));
}

/**
 * Negative when `a` is older than `b`, positive when newer, 0 when equal; null when either is not a plain version
 * (a range such as `2.x`, a digest, a branch).
 */
export function compareVersions(a: string, b: string): number | null {
  const left = parse(a);
  const right = parse(b);
  if (left === null || right === null) return null;
  for (const [i, part] of left.numbers.entries()) {
    const difference = part - (right.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.pre === right.pre) return 0;
  if (left.pre === '' || right.pre === '') return left.pre === '' ? 1 : -1;
  return left.pre < right.pre ? -1 : 1;
}

function parse(version: string): { readonly numbers: readonly number[]; readonly pre: string } | null {
  const parts = /^v?(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?(?:-([\w.-]{1,60}))?(?:\+[\w.-]{1,60})?$/.exec(
    version,
  );
  if (parts === null) return null;
  return { numbers: [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 0)], pre: parts[4] ?? '' };
}
