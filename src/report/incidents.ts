import type { Root } from '../diagnosis/diagnosis.ts';
import { type LayerId, layerIds } from '../layers/layer.ts';
import type { Moment } from '../store/moments.ts';

/** A time in which something was wrong without a break. Times are cluster time, epoch ms. */
export interface Incident {
  readonly from: number;
  /** Null: it was not over when the look at it ended. */
  readonly to: number | null;
  readonly worst: 'degraded' | 'down' | 'unknown';
  /** The cause, as it was known last before an action touched it; null when none was named. */
  readonly root: Root | null;
  readonly namedAt: number | null;
  /** Other causes that were named meanwhile. */
  readonly others: readonly Root[];
  /** Layers that were not well, from the ground up. */
  readonly layers: readonly LayerId[];
}

/** Good for less than this in between, it was one incident all the same. */
const BREATH = 60_000;

/** Times of the cluster come in whole seconds: an action may seem to have begun before what it repairs was seen. */
const SKEW = 2000;

/**
 * The incidents in moments that are oldest first; the last moment holds until `until`. A cause is told as it was known
 * last before an action (they began at `actedAt`) changed what it is seen by.
 */
export function incidentsIn(
  moments: readonly Moment[],
  until: number,
  actedAt: readonly number[] = [],
): readonly Incident[] {
  const spans: { from: number; to: number | null; seen: Moment[] }[] = [];
  for (const moment of moments) {
    const last = spans.at(-1);
    const isOpen = last !== undefined && (last.to === null || moment.at - last.to < BREATH);
    if (isWrong(moment)) {
      if (isOpen) {
        last.to = null;
        last.seen.push(moment);
      } else spans.push({ from: moment.at, to: null, seen: [moment] });
    } else if (last?.to === null) last.to = moment.at;
  }
  return spans.map(({ from, to, seen }) => ({
    from,
    to,
    ...told(seen, to ?? until, actedAt.find(at => at >= from - SKEW && at <= (to ?? until)) ?? null),
  }));
}

function isWrong({ picture }: Moment): boolean {
  const { root, verdict } = picture.diagnosis;
  return root !== null || verdict === 'down' || verdict === 'degraded' || verdict === 'unknown';
}

interface Named {
  readonly root: Root;
  /** How long it was named; beside another one that weighs less. */
  readonly ms: number;
  /** When it was named first. */
  readonly at: number;
}

function told(seen: readonly Moment[], end: number, actedAt: number | null): Omit<Incident, 'from' | 'to'> {
  const roots = namedIn(seen, end, actedAt ?? end);
  const byTime = [...roots.values()].toSorted((a, b) => b.ms - a.ms);
  const main = actedAt === null ? byTime[0] : repaired(byTime, roots, seen, actedAt);
  const verdicts = seen.map(({ picture }) => picture.diagnosis.verdict);
  const layers = seen[0]?.picture.diagnosis.layers.map(({ id }) => id) ?? [];
  return {
    worst: verdicts.includes('down') ? 'down' : verdicts.includes('degraded') ? 'degraded' : 'unknown',
    root: main?.root ?? null,
    namedAt: main?.at ?? null,
    others: byTime.flatMap(one => (one === main ? [] : [one.root])),
    layers: layers.filter(id => seen.some(moment => isUnwell(moment, id))),
  };
}

function namedIn(seen: readonly Moment[], end: number, actedAt: number): ReadonlyMap<string, Named> {
  const roots = new Map<string, Named>();
  seen.forEach(({ at, picture }, i) => {
    const { root, otherRoots } = picture.diagnosis;
    const ms = (seen[i + 1]?.at ?? end) - at;
    // What is merely named beside another one weighs less than any that was the root.
    for (const [one, weight] of [[root, 1], ...otherRoots.map(other => [other, 1e-6] as const)] as const) {
      if (one === null || one.problem === 'rolling-out') continue;
      const known = roots.get(keyOf(one));
      const isTouched = known !== undefined && at >= actedAt;
      roots.set(keyOf(one), {
        root: isTouched ? known.root : one,
        ms: (known?.ms ?? 0) + ms * weight,
        at: known?.at ?? at,
      });
    }
  });
  return roots;
}

/**
 * The cause of an incident in which somebody acted. What the action brings about (pods that end, a rollout) is often named
 * for longer than what it repaired: only what was named before counts, or what lies lower still. Of these it is the one
 * named for longest, unless the action was about a lower one.
 */
function repaired(
  byTime: readonly Named[],
  roots: ReadonlyMap<string, Named>,
  seen: readonly Moment[],
  actedAt: number,
): Named | undefined {
  const causes = seen.flatMap(({ at, picture: { diagnosis } }) => {
    const known = diagnosis.root === null ? undefined : roots.get(keyOf(diagnosis.root));
    return known === undefined ? [] : [{ at, known }];
  });
  const target = (causes.findLast(({ at }) => at <= actedAt) ?? causes[0])?.known;
  if (target === undefined) return byTime[0];
  const longest = byTime.find(one => one.at <= target.at || isBelow(one, target)) ?? target;
  return isBelow(target, longest) ? target : longest;
}

function isBelow(one: Named, other: Named): boolean {
  return layerIds.indexOf(one.root.layer) < layerIds.indexOf(other.root.layer);
}

function isUnwell({ picture }: Moment, id: LayerId): boolean {
  const verdict = picture.diagnosis.layers.find(layer => layer.id === id)?.verdict;
  return verdict !== undefined && verdict !== 'healthy' && verdict !== 'progressing';
}

function keyOf({ layer, problem, object }: Root): string {
  return `${layer} ${problem} ${object?.kind} ${object?.namespace}/${object?.name}`;
}
