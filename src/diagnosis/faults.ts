import { refText } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { finding, sortFindings } from '../layers/judgement.ts';
import type { Finding, Judgement, LayerId } from '../layers/layer.ts';
import { layerIds } from '../layers/layer.ts';
import { type Safe, say } from '../text/safe.ts';
import { scopeOf } from './scope.ts';

/** One grave finding that is fresh: a candidate for the root, or a consequence of one. */
export interface Fault {
  /** The layer that saw it. */
  readonly layer: LayerId;
  /** The layer it belongs to. */
  readonly home: LayerId;
  readonly finding: Finding;
  /** Nodes that it is confined to, together with its likes in the same layer; null when it is the whole cluster's. */
  readonly scope: ReadonlySet<Safe> | null;
}

/** More faults of one layer than this add nothing to the diagnosis. */
const CAP = 24;

/**
 * All faults, lowest layer first, worst first within a layer. Findings of a layer that is unknown or stale are memories
 * and do not count, except that our credentials are refused. A failing layer that gives no finding gets one from its summary.
 */
export function collectFaults(snapshot: Snapshot, judged: ReadonlyMap<LayerId, Judgement>): readonly Fault[] {
  const faults = layerIds.flatMap(layer => {
    const own = judged.get(layer);
    if (own === undefined) return [];
    const grave = sortFindings(own.findings.filter(f => f.severity !== 'note'));
    if (own.verdict === 'unknown') {
      return grave.filter(f => f.problem === 'unauthorized').map(f => ({ layer, home: layer, finding: f }));
    }
    const isFailing = own.verdict === 'down' || own.verdict === 'degraded';
    const told = grave.length > 0 || !isFailing ? grave : [untold(own)];
    return told.map(f => ({ layer, home: f.chargedTo ?? layer, finding: f }));
  });
  const scopes = jointScopes(faults);
  const kept = layerIds.flatMap(layer => [
    ...underWay(judged, layer, faults),
    ...faults.filter(fault => fault.layer === layer).slice(0, CAP),
  ]);
  return kept.map(fault => ({
    ...fault,
    scope: scopeOf(snapshot, scopes.get(`${fault.home} ${fault.finding.problem}`) ?? null),
  }));
}

/** A layer that is on its way up and serves nobody yet, while others suffer from that: it explains them, and needs patience. */
function underWay(
  judged: ReadonlyMap<LayerId, Judgement>,
  layer: LayerId,
  faults: readonly Omit<Fault, 'scope'>[],
): readonly Omit<Fault, 'scope'>[] {
  const own = judged.get(layer);
  if (own?.verdict !== 'progressing') return [];
  const isCharged = faults.some(fault => fault.home === layer && fault.layer !== layer && !isForGood(fault));
  const isMissed = own.measure?.ready === 0 && faults.some(fault => height(fault.home) > height(layer));
  if (!isCharged && !isMissed) return [];
  const message = say`on its way: ${own.summary}`;
  const moving = finding({ problem: 'rolling-out', severity: 'critical', message, since: own.since });
  return [{ layer, home: layer, finding: moving }];
}

/** Alike faults of one layer are one story: their nodes together are its scope. */
function jointScopes(faults: readonly Omit<Fault, 'scope'>[]): ReadonlyMap<string, ReadonlySet<Safe> | null> {
  const scopes = new Map<string, Set<Safe> | null>();
  for (const { home, finding: f } of faults) {
    const key = `${home} ${f.problem}`;
    const known = scopes.get(key);
    if (known === null || f.nodes === null) {
      scopes.set(key, null);
      continue;
    }
    const joint = known ?? new Set();
    for (const node of f.nodes) joint.add(node);
    scopes.set(key, joint);
  }
  return scopes;
}

function untold(own: Judgement): Finding {
  const severity = own.verdict === 'down' ? 'critical' : 'warning';
  return finding({ problem: 'not-ready', severity, message: own.summary, since: own.since });
}

/** The same fault has the same key from one look to the next, whatever its message counts. */
export function findingKey(layer: LayerId, given: Finding): string {
  const object = given.object === null ? '' : refText(given.object);
  return `${layer} ${given.problem} ${object} ${object === '' ? (given.nodes ?? []).join(' ') : ''}`;
}

/** Position of a layer from the ground. */
export function height(layer: LayerId): number {
  return layerIds.indexOf(layer);
}

/** What no rollout cures by going on: a Helm release that is locked stays locked. */
export function isForGood({ finding: { problem } }: Pick<Fault, 'finding'>): boolean {
  return problem === 'release-pending';
}
