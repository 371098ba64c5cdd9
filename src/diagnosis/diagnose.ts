import { clusterUid, type Snapshot } from '../cluster/snapshot.ts';
import type { WantedRelease } from '../layers/component.ts';
import { components } from '../layers/components.ts';
import { judgeAll } from '../layers/index.ts';
import type { Judgement, LayerId } from '../layers/layer.ts';
import { clusterVerdict } from './cluster-verdict.ts';
import type { Diagnosis } from './diagnosis.ts';
import { collectFaults } from './faults.ts';
import { remember, withMemory } from './memory.ts';
import { normalise } from './normalise.ts';
import { describeRoot } from './root.ts';
import { findRoots } from './roots.ts';
import { sinceOf } from './since.ts';

/**
 * Concludes everything from one snapshot. Pure: the same snapshot and the same previous diagnosis give the same answer,
 * in whatever order objects arrived. `previous` only lends times to what tells none itself. `wanted`: the releases that the
 * repository lists; null or nothing when it is not known.
 */
export function diagnose(
  snapshot: Snapshot,
  previous?: Diagnosis,
  wanted: readonly WantedRelease[] | null = null,
): Diagnosis {
  const memory = remember(snapshot, previous);
  const judged = withTimes(snapshot, withMemory(snapshot, judgeAll(snapshot), memory), previous);
  const faults = collectFaults(snapshot, judged);
  const roots = findRoots(snapshot, judged, faults);
  const layers = normalise({ snapshot, judged, faults, roots, previous });
  const [root, ...otherRoots] = roots.map((one, index) =>
    describeRoot(snapshot, judged, layers, one, index === 0),
  );
  const { context, api } = snapshot;
  return {
    at: snapshot.now,
    cluster: { context, server: api.server, version: api.version, uid: clusterUid(snapshot) },
    verdict: clusterVerdict(layers),
    root: root ?? null,
    otherRoots,
    layers,
    components: components(snapshot, wanted),
    memory,
  };
}

function withTimes(
  snapshot: Snapshot,
  judged: ReadonlyMap<LayerId, Judgement>,
  previous: Diagnosis | undefined,
): ReadonlyMap<LayerId, Judgement> {
  const timed = sinceOf(previous, snapshot.now);
  return new Map(
    [...judged].map(([id, own]) => {
      const findings = own.findings.map(one => timed(id, one));
      const since = own.since ?? (own.verdict === 'healthy' ? null : (findings[0]?.since ?? null));
      return [id, { ...own, findings, since }];
    }),
  );
}
