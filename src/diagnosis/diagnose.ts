import { clusterUid, type Snapshot } from '../cluster/snapshot.ts';
import { components } from '../layers/components.ts';
import { judgeAll } from '../layers/index.ts';
import type { Judgement, LayerId } from '../layers/layer.ts';
import { clusterVerdict } from './cluster-verdict.ts';
import type { Diagnosis } from './diagnosis.ts';
import { collectFaults } from './faults.ts';
import { normalise } from './normalise.ts';
import { describeRoot } from './root.ts';
import { findRoots } from './roots.ts';
import { sinceOf } from './since.ts';

/**
 * Concludes everything from one snapshot. Pure: the same snapshot and the same previous diagnosis give the same answer,
 * in whatever order objects arrived. `previous` only lends times to what tells none itself.
 */
export function diagnose(snapshot: Snapshot, previous?: Diagnosis): Diagnosis {
  const judged = withTimes(snapshot, judgeAll(snapshot), previous);
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
    components: components(snapshot),
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
