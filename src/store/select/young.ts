import type { Diagnosis } from '../../diagnosis/diagnosis.ts';
import { memo } from '../../layers/memo.ts';
import { FINE_MS } from '../../text/age.ts';

/** True while an age that is shown to the second is among what is wrong: older ones change once a minute at most. */
export function isYoung(diagnosis: Diagnosis): boolean {
  return diagnosis.at - latest(diagnosis) < FINE_MS;
}

/** When the last of what is wrong began (cluster epoch ms), or a layer that is doubted now was last confirmed. */
const latest = memo(({ root, otherRoots, layers }: Diagnosis): number => {
  let found = Number.NEGATIVE_INFINITY;
  const see = (at: number | null): void => {
    if (at !== null && at > found) found = at;
  };
  see(root?.since ?? null);
  for (const one of otherRoots) see(one.since);
  for (const layer of layers) {
    if (layer.stale) see(layer.confirmedAt);
    if (layer.verdict !== 'healthy') see(layer.since);
    for (const one of layer.findings) if (one.severity !== 'note') see(one.since);
  }
  return found;
});
