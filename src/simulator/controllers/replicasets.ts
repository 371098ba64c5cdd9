import type { Stored } from '../world.ts';
import { conditionOf, dropCondition, keyOf, podReady, setCondition, splitKey } from './objects.ts';
import type { Life } from './switches.ts';
import { controlPlaneActs, workQueue } from './work-queue.ts';
import { createPod, deletePod, isActive, podsOf } from './workload-pods.ts';

const LONGEST_BACKOFF_MS = 120_000;

/** The ReplicaSet controller: as many pods as wanted, counters as they are, FailedCreate while admission refuses. */
export function startReplicaSets(life: Life): () => void {
  const refusals = new Map<string, number>();
  const queue = workQueue(
    life,
    key => sync(key),
    () => controlPlaneActs(life),
  );
  const sync = (key: string): void => {
    const { namespace, name } = splitKey(key);
    const set = life.world.get('apps/replicasets', namespace, name);
    if (set === undefined || set.metadata.deletionTimestamp !== undefined) return;
    const failure = manage(life, set);
    const count = failure === undefined ? 0 : (refusals.get(key) ?? 0) + 1;
    if (count === 0) refusals.delete(key);
    else {
      refusals.set(key, count);
      queue.add(key, Math.min(LONGEST_BACKOFF_MS, 1000 * 2 ** count));
    }
    writeStatus(life, set, failure);
  };
  const stop = life.world.subscribe(({ resource, object, type }) => {
    if (resource === 'apps/replicasets' && type !== 'DELETED') queue.add(keyOf(object));
    if (resource !== '/pods') return;
    const owner = object.metadata.ownerReferences?.find(one => one.kind === 'ReplicaSet');
    if (owner) queue.add(`${object.metadata.namespace}/${owner.name}`);
  });
  for (const set of life.world.list('apps/replicasets')) queue.add(keyOf(set));
  return () => {
    stop();
    queue.stop();
  };
}

function manage(life: Life, set: Stored): string | undefined {
  const active = podsOf(life, set).filter(isActive);
  const wanted = set.spec.replicas ?? 1;
  if (active.length > wanted) {
    const leaving = [...active]
      .sort((one, other) => rank(one) - rank(other))
      .slice(0, active.length - wanted);
    for (const pod of leaving) deletePod(life, set, pod);
    return undefined;
  }
  const { metadata, spec } = set.spec.template;
  for (let missing = wanted - active.length; missing > 0; missing--) {
    const failure = createPod(life, set, {
      labels: { ...metadata.labels },
      spec,
      annotations: metadata.annotations,
    });
    if (failure !== undefined) return failure;
  }
  return undefined;
}

/** The ones least useful go first: not scheduled, then not ready. */
function rank(pod: Stored): number {
  if (!pod.spec.nodeName) return 0;
  return podReady(pod) ? 2 : 1;
}

function writeStatus(life: Life, set: Stored, failure: string | undefined): void {
  const active = podsOf(life, set).filter(isActive);
  const ready = active.filter(podReady).length;
  life.world.update('apps/replicasets', set.metadata.namespace, set.metadata.name, draft => {
    draft.status = {
      ...(draft.status?.conditions ? { conditions: draft.status.conditions } : {}),
      replicas: active.length,
      fullyLabeledReplicas: active.length,
      readyReplicas: ready,
      availableReplicas: ready,
      observedGeneration: draft.metadata.generation,
    };
    if (failure !== undefined) {
      setCondition(draft, life.clock.now(), {
        type: 'ReplicaFailure',
        status: 'True',
        reason: 'FailedCreate',
        message: failure,
      });
    } else if (conditionOf(draft, 'ReplicaFailure')) dropCondition(draft, 'ReplicaFailure');
  });
}
