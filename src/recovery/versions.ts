/** Compares two chart versions; null when one is not a version (`1.17.4`, `v1.17.4`, `1.17.4-rc.1`, `1.17.4+build`). */
export function compareVersions(a: string, b: string): number | null {
  const left = parse(a);
  const right = parse(b);
  if (left === null || right === null) return null;
  for (let i = 0; i < 3; i++) {
    const difference = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return comparePre(left.pre, right.pre);
}

const VERSION = /^v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:-([0-9A-Za-z.-]{1,100}))?(?:\+.*)?$/;

function parse(text: string): { numbers: readonly number[]; pre: string } | null {
  const match = VERSION.exec(text);
  return match && { numbers: [match[1], match[2], match[3]].map(n => Number(n ?? 0)), pre: match[4] ?? '' };
}

/** A version with a suffix comes before the one without; numbers in it count as numbers. */
function comparePre(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '' || b === '') return a === '' ? 1 : -1;
  return Math.sign(a.localeCompare(b, 'en', { numeric: true }));
}
