import { clusterUid, type Snapshot } from '../cluster/snapshot.ts';
import { withFindings } from '../layers/index.ts';
import type { Finding, Judgement, LayerId } from '../layers/layer.ts';
import type { Diagnosis } from './diagnosis.ts';
import { flappingReadyz, type ReadyzMemory, rememberReadyz } from './flapping-readyz.ts';
import { type NodeMemory, rememberNodes, vanishedNodes } from './vanished-nodes.ts';

/** What one diagnosis hands on to the next beside what is shown. */
export interface Memory {
  readonly nodes?: NodeMemory;
  readonly readyz?: ReadyzMemory;
}

/** What is to be remembered after this look. The memory of another cluster counts for nothing. */
export function remember(snapshot: Snapshot, previous: Diagnosis | undefined): Memory {
  const before = isSameCluster(snapshot, previous) ? previous?.memory : undefined;
  const nodes = rememberNodes(snapshot, before?.nodes);
  const readyz = rememberReadyz(snapshot, before?.readyz);
  return { ...(nodes === undefined ? {} : { nodes }), ...(readyz === undefined ? {} : { readyz }) };
}

/** Adds what only shows beside the looks before. */
export function withMemory(
  snapshot: Snapshot,
  judged: ReadonlyMap<LayerId, Judgement>,
  { nodes, readyz }: Memory,
): ReadonlyMap<LayerId, Judgement> {
  const added: readonly (readonly [LayerId, readonly Finding[]])[] = [
    ['api', flappingReadyz(snapshot, readyz)],
    ['nodes', vanishedNodes(snapshot, nodes)],
  ];
  const changed = added.flatMap(([id, findings]) => {
    const own = judged.get(id);
    return own === undefined || findings.length === 0 ? [] : [[id, withFindings(own, findings)] as const];
  });
  return changed.length === 0 ? judged : new Map([...judged, ...changed]);
}

function isSameCluster(snapshot: Snapshot, previous: Diagnosis | undefined): boolean {
  if (previous?.cluster.server !== snapshot.api.server) return false;
  const [before, now] = [previous.cluster.uid, clusterUid(snapshot)];
  return before === null || now === null || before === now;
}
