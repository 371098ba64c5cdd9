import { clusterUid, type Snapshot } from '../cluster/snapshot.ts';
import { layers } from '../layers/index.ts';
import { field } from '../text/field.ts';
import { say } from '../text/safe.ts';
import type { Diagnosis } from './diagnosis.ts';

/**
 * What is shown when the diagnosis itself fails on something it does not understand: a bug of ours must neither take the
 * screen away nor leave an old green on it.
 */
export function undiagnosed(snapshot: Snapshot): Diagnosis {
  const { api, context, now } = snapshot;
  return {
    at: now,
    cluster: { context, server: api.server, version: api.version, uid: clusterUid(snapshot) },
    verdict: 'unknown',
    root: null,
    otherRoots: [],
    layers: layers.map(({ id, key, title, short }) => ({
      id,
      key,
      title: field(title),
      short: field(short),
      verdict: 'unknown',
      reason: 'parse',
      blockedBy: null,
      stale: false,
      summary: say`cannot be judged: groundup met something that it does not understand`,
      measure: null,
      findings: [],
      since: null,
      confirmedAt: null,
    })),
    components: [],
  };
}
