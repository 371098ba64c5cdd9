import type { LogEvidence } from '../cluster/log-evidence.ts';

export interface LogShelf {
  /** The same array until something changes. */
  readonly current: () => readonly LogEvidence[];
  readonly put: (evidence: LogEvidence) => void;
  readonly clear: () => void;
}

const MOST_PODS = 24;

/** Keeps what the log of each container said last, for the pods that were read most recently. */
export function logShelf(onChange: () => void): LogShelf {
  let all: readonly LogEvidence[] = [];
  const become = (next: readonly LogEvidence[]): void => {
    all = next;
    onChange();
  };
  return {
    current: () => all,
    put: evidence => become(newestPods([...all.filter(one => keyOf(one) !== keyOf(evidence)), evidence])),
    clear: () => {
      if (all.length > 0) become([]);
    },
  };
}

function newestPods(all: readonly LogEvidence[]): readonly LogEvidence[] {
  const recent = new Set<string>();
  for (const one of all.toReversed()) if (recent.size < MOST_PODS) recent.add(podOf(one));
  return all.filter(one => recent.has(podOf(one)));
}

/** A run that ended and the one after it are two logs; what the older said still explains why it ended. */
function keyOf(one: LogEvidence): string {
  return `${podOf(one)}/${one.container}/${one.previous}`;
}

function podOf({ pod }: LogEvidence): string {
  return `${pod.namespace ?? ''}/${pod.name}`;
}
