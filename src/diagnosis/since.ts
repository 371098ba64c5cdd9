import type { Finding, LayerId, UnknownReason } from '../layers/layer.ts';
import type { Diagnosis, LayerView } from './diagnosis.ts';
import { findingKey } from './faults.ts';

/**
 * Gives times to findings that tell none themselves (a deleted object leaves no time behind): what the previous diagnosis
 * knew, else now if there was one to compare with. On the first look the beginning is not known, and stays null.
 */
export function sinceOf(previous: Diagnosis | undefined, now: number) {
  const known = new Map<string, number | null>();
  for (const layer of previous?.layers ?? []) {
    for (const one of layer.findings) known.set(findingKey(layer.id, one), one.since);
  }
  return (layer: LayerId, finding: Finding): Finding => {
    if (finding.since !== null || previous === undefined) return finding;
    const before = known.get(findingKey(layer, finding));
    if (before !== undefined) return { ...finding, since: before };
    return wasSeen(previous.layers.find(view => view.id === layer)) ? { ...finding, since: now } : finding;
  };
}

const blind: readonly UnknownReason[] = [
  'waiting',
  'rbac',
  'unauthorized',
  'timeout',
  'api',
  'parse',
  'stale',
];

/** True when the layer was really looked at: what is new since then began since then. */
export function wasSeen(view: LayerView | undefined): boolean {
  if (view === undefined) return false;
  return view.verdict !== 'unknown' || view.reason === null || !blind.includes(view.reason);
}
