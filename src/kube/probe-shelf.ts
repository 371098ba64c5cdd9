import type { ProbeResult } from '../cluster/probe-results.ts';

export interface ProbeShelf {
  /** The same array until something changes. */
  readonly current: () => readonly ProbeResult[];
  readonly put: (result: ProbeResult) => void;
  readonly forgetFailures: () => void;
}

/** Keeps the last result of each probe for each target. */
export function probeShelf(onChange: () => void): ProbeShelf {
  let results: readonly ProbeResult[] = [];
  const become = (next: readonly ProbeResult[]): void => {
    results = next;
    onChange();
  };
  return {
    current: () => results,
    put: result =>
      become([...results.filter(one => one.id !== result.id || one.target !== result.target), result]),
    forgetFailures: () => {
      if (results.some(one => one.ok === false)) become(results.filter(one => one.ok !== false));
    },
  };
}
