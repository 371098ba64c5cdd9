import { type KindId, kinds } from '../cluster/kinds.ts';
import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { streamIds, streams } from '../cluster/streams.ts';
import type { Cluster } from '../kube/open-cluster.ts';
import type { Plan } from '../recovery/plan.ts';
import { whoAmI } from '../runs/audit.ts';
import type { RunOutcome } from '../runs/journal.ts';

const DEADLINE_MS = 5_000;
const MOST = 1_000;

const reasons: Readonly<Record<RunOutcome['state'], string>> = {
  succeeded: 'RecoverySucceeded',
  failed: 'RecoveryFailed',
  unknown: 'RecoveryUnknown',
  cancelled: 'RecoveryStopped',
};

/**
 * Leaves an Event on the object that a run is about: when it begins (`outcome` null) and when its outcome is known. Who may
 * not write events, or gets no answer, simply leaves none: the audit file on this machine has everything.
 */
export function announcer(cluster: Pick<Cluster, 'request' | 'snapshot'>) {
  return (plan: Plan, outcome: RunOutcome | null): void => {
    const { about } = plan;
    if (about === undefined) return;
    const snapshot = cluster.snapshot();
    const body = eventOf(plan, about, outcome, snapshot);
    if (body === null) return;
    const path = `/api/v1/namespaces/${encodeURIComponent(body.metadata.namespace)}/events`;
    void cluster.request('POST', path, { body, deadlineMs: DEADLINE_MS }).catch(() => {});
  };
}

function eventOf(plan: Plan, about: ObjectRef, outcome: RunOutcome | null, snapshot: Snapshot) {
  const known = knownObject(about, snapshot);
  if (known === null) return null;
  const at = new Date(snapshot.now).toISOString().replace(/\.\d+Z$/, 'Z');
  const who = `${whoAmI()}${plan.healing === undefined ? '' : ' (self-healing)'}`;
  const end =
    outcome === null ? 'begins' : `${outcome.state}${outcome.failure === null ? '' : `: ${outcome.failure}`}`;
  const namespace = about.namespace ?? 'default';
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { generateName: `${about.name.slice(0, 200)}.`, namespace },
    involvedObject: {
      apiVersion: known.apiVersion,
      kind: about.kind,
      name: about.name,
      ...(about.namespace === null ? {} : { namespace: about.namespace }),
      ...(known.uid === undefined ? {} : { uid: known.uid }),
    },
    // Never a warning: it may quote a failure, and would be taken for a new one by whoever reads warnings.
    type: 'Normal',
    reason: outcome === null ? 'RecoveryStarted' : reasons[outcome.state],
    message: `${plan.title}: ${end}; by ${who}`.slice(0, MOST),
    source: { component: 'groundup' },
    reportingComponent: 'groundup',
    reportingInstance: 'groundup',
    count: 1,
    firstTimestamp: at,
    lastTimestamp: at,
  };
}

/** Null for what the API server does not know as a kind, such as a Helm release. */
function knownObject(about: ObjectRef, snapshot: Snapshot) {
  const id = (Object.keys(kinds) as KindId[]).find(one => kinds[one].kind === about.kind);
  if (id === undefined) return null;
  const { group, version } = kinds[id];
  const preferred = snapshot.groups?.get(group) ?? version;
  const key = about.namespace === null ? about.name : `${about.namespace}/${about.name}`;
  const streamId = streamIds.find(
    one => streams[one].kind === id && (snapshot.streams[one].items as ReadonlyMap<string, unknown>).has(key),
  );
  const found = streamId === undefined ? undefined : snapshot.streams[streamId].items.get(key);
  return {
    apiVersion: group === '' ? preferred : `${group}/${preferred}`,
    uid: found?.metadata.uid,
  };
}
