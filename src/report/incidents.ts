import type { Root } from '../diagnosis/diagnosis.ts';
import type { LayerId } from '../layers/layer.ts';
import type { Moment } from '../store/moments.ts';

/** A time in which something was wrong without a break. Times are cluster time, epoch ms. */
export interface Incident {
  readonly from: number;
  /** Null: it was not over when the look at it ended. */
  readonly to: number | null;
  readonly worst: 'degraded' | 'down' | 'unknown';
  /** The cause that was named for longest, as it was known last; null when none was named. */
  readonly root: Root | null;
  readonly namedAt: number | null;
  /** Other causes that were named meanwhile. */
  readonly others: readonly Root[];
  /** Layers that were not well, from the ground up. */
  readonly layers: readonly LayerId[];
}

/** Good for less than this in between, it was one incident all the same. */
const BREATH = 60_000;

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
    ...told(
      seen,
      to ?? until,
      actedAt.find(at => at >= from && at <= (to ?? until)),
    ),
  }));
}

function isWrong({ picture }: Moment): boolean {
  const { root, verdict } = picture.diagnosis;
  return root !== null || verdict === 'down' || verdict === 'degraded' || verdict === 'unknown';
}

function told(seen: readonly Moment[], end: number, actedAt = end): Omit<Incident, 'from' | 'to'> {
  const roots = new Map<string, { root: Root; ms: number; at: number }>();
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
  const [main, ...others] = [...roots.values()].toSorted((a, b) => b.ms - a.ms);
  const verdicts = seen.map(({ picture }) => picture.diagnosis.verdict);
  const layers = seen[0]?.picture.diagnosis.layers.map(({ id }) => id) ?? [];
  return {
    worst: verdicts.includes('down') ? 'down' : verdicts.includes('degraded') ? 'degraded' : 'unknown',
    root: main?.root ?? null,
    namedAt: main?.at ?? null,
    others: others.map(({ root }) => root),
    layers: layers.filter(id => seen.some(moment => isUnwell(moment, id))),
  };
}

function isUnwell({ picture }: Moment, id: LayerId): boolean {
  const verdict = picture.diagnosis.layers.find(layer => layer.id === id)?.verdict;
  return verdict !== undefined && verdict !== 'healthy' && verdict !== 'progressing';
}

function keyOf({ layer, problem, object }: Root): string {
  return `${layer} ${problem} ${object?.kind} ${object?.namespace}/${object?.name}`;
}
