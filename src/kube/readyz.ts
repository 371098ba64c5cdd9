import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';

export interface Readyz {
  readonly passed: number;
  readonly failed: readonly Safe[];
}

/** Reads the text of `/readyz?verbose`: `[+]name ok` and `[-]name failed: reason withheld`. Null when it is something else. */
export function readReadyz(text: string): Readyz | null {
  let passed = 0;
  const failed: Safe[] = [];
  for (const line of text.split('\n').slice(0, 500)) {
    if (line.startsWith('[+]')) passed++;
    else if (line.startsWith('[-]')) failed.push(field(line.slice(3).split(' ', 1)[0]));
  }
  return passed + failed.length === 0 ? null : { passed, failed };
}

export function sameReadyz(a: Readyz | null, b: Readyz | null): boolean {
  if (a === null || b === null) return a === b;
  return a.passed === b.passed && a.failed.join(',') === b.failed.join(',');
}
