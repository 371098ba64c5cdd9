import type { LayerId } from '../layers/layer.ts';
import { join, type Safe, say } from '../text/safe.ts';
import type { ClusterVerdict, Diagnosis } from './diagnosis.ts';

/** What somebody waits for; `layers` null: the verdict of the whole cluster. */
export interface Wish {
  readonly layers: readonly LayerId[] | null;
  readonly verdict: ClusterVerdict;
}

export interface Awaited {
  readonly reached: boolean;
  /** True when what is waited for cannot be judged now: unknown, or not confirmed lately. */
  readonly unjudged: boolean;
  /** How each of them is, short. */
  readonly text: Safe;
}

/** Compares a diagnosis with a wish. What was true but is not confirmed lately counts as unknown, whatever is wished. */
export function awaited(diagnosis: Diagnosis, { layers, verdict }: Wish): Awaited {
  if (layers === null) {
    const { root } = diagnosis;
    const why = root === null ? say`` : say`: ${root.summary}`;
    return {
      reached: diagnosis.verdict === verdict,
      unjudged: diagnosis.verdict === 'unknown',
      text: say`cluster ${diagnosis.verdict as Safe}${why}`,
    };
  }
  const seen = diagnosis.layers.filter(layer => layers.includes(layer.id));
  const texts = seen.map(layer => {
    const by = layer.blockedBy === null ? say`` : say` by ${layer.blockedBy as Safe}`;
    return layer.stale
      ? say`${layer.id as Safe} not confirmed lately`
      : say`${layer.id as Safe} ${layer.verdict as Safe}${by} (${layer.summary})`;
  });
  return {
    reached: seen.every(layer => !layer.stale && layer.verdict === verdict),
    unjudged: seen.some(layer => layer.stale || layer.verdict === 'unknown'),
    text: join(texts, ', '),
  };
}

/** How long a wish has held without a break. `now`: monotonic ms. */
export function steadiness(stableMs: number): (reached: boolean, now: number) => boolean {
  let since: number | null = null;
  return (reached, now) => {
    since = reached ? (since ?? now) : null;
    return since !== null && now - since >= stableMs;
  };
}
