import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { LayerId, Verdict } from '../layers/layer.ts';
import type { Safe } from '../text/safe.ts';

/** A layer turned from one verdict into another. `from` is null for the first look. */
export interface Change {
  readonly at: number;
  readonly layer: LayerId;
  readonly from: Verdict | null;
  readonly to: Verdict;
  readonly summary: Safe;
  /** The root cause as it was concluded then. */
  readonly root: Safe | null;
  readonly cause: Safe | null;
  /** What the layer's rule found then, worst first, a few of them. */
  readonly findings: readonly Safe[];
}

/** Verdict changes, oldest first; the oldest fall out when the ring is full. */
export interface History {
  readonly changes: readonly Change[];
  readonly dropped: number;
  readonly now: Readonly<Partial<Record<LayerId, Verdict>>>;
}

export const HISTORY_RING = 500;
/** Findings kept of each change: enough to remember, little enough to keep for days. */
const FINDINGS = 6;
export const emptyHistory: History = { changes: [], dropped: 0, now: {} };

/** Adds what changed since the last diagnosis; returns the same value when nothing did. A layer that waits for its first answer has no verdict yet. */
export function remember(history: History, diagnosis: Diagnosis): History {
  const seen = diagnosis.layers.filter(layer => layer.reason !== 'waiting');
  const changed = seen.filter(layer => history.now[layer.id] !== layer.verdict);
  if (changed.length === 0) return history;
  const added = changed.map(layer => ({
    at: diagnosis.at,
    layer: layer.id,
    from: history.now[layer.id] ?? null,
    to: layer.verdict,
    summary: layer.summary,
    root: diagnosis.root?.summary ?? null,
    cause: diagnosis.root?.cause ?? null,
    findings: layer.findings.slice(0, FINDINGS).map(finding => finding.message),
  }));
  const all = [...history.changes, ...added];
  const changes = all.slice(-HISTORY_RING);
  const now = { ...history.now, ...Object.fromEntries(seen.map(layer => [layer.id, layer.verdict])) };
  return { changes, dropped: history.dropped + all.length - changes.length, now };
}

/** How often a layer turned bad (down or degraded, from something that was neither) since a moment. */
export function flaps(history: History, layer: LayerId, since: number): number {
  return history.changes.filter(
    change => change.layer === layer && change.at >= since && isBad(change.to) && !isBad(change.from),
  ).length;
}

/** The worst verdict of a layer in each of `count` equal spans before `end`; null where nothing was seen, as in the gaps. */
export function timeline(
  history: History,
  layer: LayerId,
  end: number,
  spanMs: number,
  count: number,
  gaps: readonly { readonly from: number; readonly to: number }[] = [],
): readonly (Verdict | null)[] {
  const mine = history.changes.filter(change => change.layer === layer);
  return Array.from({ length: count }, (_, i) => {
    const from = end - (count - i) * spanMs;
    const until = from + spanMs;
    const isUnseen = gaps.some(gap => gap.from <= from && from < gap.to);
    const before = isUnseen ? undefined : mine.findLast(change => change.at < from)?.to;
    const inside = mine.filter(change => change.at >= from && change.at < until + (i === count - 1 ? 1 : 0));
    const seen = before === undefined ? inside.map(c => c.to) : [before, ...inside.map(c => c.to)];
    return seen.toSorted((a, b) => badness[b] - badness[a])[0] ?? null;
  });
}

/** How bad a verdict is, for the worst of several. */
export const badness: Readonly<Record<Verdict, number>> = {
  down: 5,
  degraded: 4,
  blocked: 3,
  unknown: 2,
  progressing: 1,
  healthy: 0,
};

function isBad(verdict: Verdict | null): boolean {
  return verdict === 'down' || verdict === 'degraded';
}
