import { refText } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { compare } from '../layers/judgement.ts';
import type { Judgement, LayerId } from '../layers/layer.ts';
import { rankOf } from '../layers/precedence.ts';
import { explains } from './explain.ts';
import { type Fault, height } from './faults.ts';

/** A fault that nothing explains, with everything that it explains, near or far. */
export interface Rooted {
  readonly fault: Fault;
  readonly explained: readonly Fault[];
}

/** More independent causes than this are a list, not a diagnosis. */
const CAP = 20;

/**
 * Splits the faults into roots and what follows from them. The first is the one to repair: the lowest that makes its layer
 * fail altogether, else the lowest that explains a failure above it, else the gravest, lowest first.
 * A fault that several roots explain is counted with the first.
 */
export function findRoots(
  snapshot: Snapshot,
  judged: ReadonlyMap<LayerId, Judgement>,
  faults: readonly Fault[],
): readonly Rooted[] {
  const follow = new Map(faults.map(one => [one, faults.filter(fault => explains(snapshot, one, fault))]));
  const following = new Set([...follow.values()].flat());
  const unexplained = faults.filter(fault => !following.has(fault));
  // Faults that explain each other in a circle must not hide each other: then the lowest is taken.
  const free = unexplained.length > 0 ? unexplained : faults.slice(0, 1);
  const rooted = free.map(fault => ({ fault, explained: followers(fault, follow) }));
  const ordered = rooted.sort((a, b) => compareRoots(judged, a, b));
  const taken = new Set<Fault>();
  return ordered.slice(0, CAP).map(({ fault, explained }) => {
    const fresh = explained.filter(one => !taken.has(one));
    for (const one of fresh) taken.add(one);
    return { fault, explained: fresh };
  });
}

function followers(root: Fault, follow: ReadonlyMap<Fault, readonly Fault[]>): readonly Fault[] {
  const reached = new Set<Fault>([root]);
  for (const cause of reached) {
    for (const fault of follow.get(cause) ?? []) reached.add(fault);
  }
  reached.delete(root);
  return [...follow.keys()].filter(fault => reached.has(fault));
}

function compareRoots(judged: ReadonlyMap<LayerId, Judgement>, a: Rooted, b: Rooted): number {
  return (
    tier(judged, a) - tier(judged, b) ||
    height(a.fault.home) - height(b.fault.home) ||
    rankOf(a.fault.finding.problem) - rankOf(b.fault.finding.problem) ||
    b.explained.length - a.explained.length ||
    compare(nameOf(a.fault), nameOf(b.fault))
  );
}

function tier(judged: ReadonlyMap<LayerId, Judgement>, { fault, explained }: Rooted): number {
  const own = judged.get(fault.home)?.verdict;
  const isCritical = fault.finding.severity === 'critical';
  if (fault.finding.problem === 'unauthorized' || (own === 'down' && isCritical)) return 0;
  if (explained.some(one => height(one.home) > height(fault.home))) return 1;
  return isCritical ? 2 : 3;
}

function nameOf({ finding }: Fault): string {
  return `${finding.object === null ? '' : refText(finding.object)} ${finding.message}`;
}
