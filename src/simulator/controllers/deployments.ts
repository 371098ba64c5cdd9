import type { Json, Stored } from '../world.ts';
import { recordEvent } from './events.ts';
import {
  conditionOf,
  dropCondition,
  keyOf,
  ownedBy,
  ownerOf,
  setCondition,
  splitKey,
  stamp,
  templateHash,
} from './objects.ts';
import type { Life } from './switches.ts';
import { controlPlaneActs, type WorkQueue, workQueue } from './work-queue.ts';

const SETS = 'apps/replicasets';
const DEPLOYMENTS = 'apps/deployments';

/** The Deployment controller: one ReplicaSet per template, rolling update inside its limits, true conditions. */
export function startDeployments(life: Life): () => void {
  const queue = workQueue(
    life,
    key => sync(life, key, queue),
    () => controlPlaneActs(life),
  );
  const stop = life.world.subscribe(({ resource, object, type }) => {
    if (resource === DEPLOYMENTS && type !== 'DELETED') queue.add(keyOf(object));
    if (resource !== SETS) return;
    const owner = object.metadata.ownerReferences?.find(one => one.kind === 'Deployment');
    if (owner) queue.add(`${object.metadata.namespace}/${owner.name}`);
  });
  for (const deployment of life.world.list(DEPLOYMENTS)) queue.add(keyOf(deployment));
  return () => {
    stop();
    queue.stop();
  };
}

function sync(life: Life, key: string, queue: WorkQueue): void {
  const { namespace, name } = splitKey(key);
  const deployment = life.world.get(DEPLOYMENTS, namespace, name);
  if (deployment === undefined || deployment.metadata.deletionTimestamp !== undefined) return;
  const current = newSet(life, deployment);
  const old = setsOf(life, deployment).filter(set => set.metadata.uid !== current.metadata.uid);
  roll(life, deployment, current, old);
  const wait = writeStatus(life, deployment, current.metadata.name);
  if (wait !== undefined) queue.add(key, wait);
}

function setsOf(life: Life, deployment: Stored): Stored[] {
  return life.world.list(SETS, deployment.metadata.namespace).filter(set => ownedBy(set, deployment));
}

function newSet(life: Life, deployment: Stored): Stored {
  const hash = templateHash(deployment.spec.template);
  const known = setsOf(life, deployment);
  const same = known.find(set => set.metadata.labels?.['pod-template-hash'] === hash);
  if (same) return same;
  const revision =
    1 +
    Math.max(
      0,
      ...known.map(set => Number(set.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0)),
    );
  life.world.update(DEPLOYMENTS, deployment.metadata.namespace, deployment.metadata.name, draft => {
    draft.metadata.annotations = {
      ...draft.metadata.annotations,
      'deployment.kubernetes.io/revision': String(revision),
    };
  });
  return life.world.create(SETS, replicaSetOf(deployment, revision, 0));
}

/** The ReplicaSet a Deployment makes for its present template. */
export function replicaSetOf(deployment: Stored, revision: number, replicas: number): Json {
  const hash = templateHash(deployment.spec.template);
  const template = structuredClone(deployment.spec.template);
  const labels = { ...template.metadata.labels, 'pod-template-hash': hash };
  template.metadata.labels = labels;
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace,
      labels,
      annotations: { 'deployment.kubernetes.io/revision': String(revision) },
      ownerReferences: [ownerOf(deployment)],
    },
    spec: {
      replicas,
      selector: { matchLabels: { ...deployment.spec.selector.matchLabels, 'pod-template-hash': hash } },
      template,
    },
    status: { replicas: 0 },
  };
}

function share(value: Json, total: number, up: boolean): number {
  const text = String(value ?? '25%');
  if (!text.endsWith('%')) return Number(text);
  const part = (Number(text.slice(0, -1)) * total) / 100;
  return up ? Math.ceil(part) : Math.floor(part);
}

function roll(life: Life, deployment: Stored, current: Stored, old: Stored[]): void {
  const wanted = deployment.spec.replicas ?? 1;
  const rolling = deployment.spec.strategy?.rollingUpdate ?? {};
  const recreate = deployment.spec.strategy?.type === 'Recreate';
  const surge = recreate ? 0 : share(rolling.maxSurge, wanted, true);
  let unavailable = recreate ? wanted : share(rolling.maxUnavailable, wanted, false);
  if (surge === 0 && unavailable === 0) unavailable = 1;
  const oldTotal = old.reduce((sum, set) => sum + (set.spec.replicas ?? 0), 0);
  const room = recreate && oldTotal > 0 ? 0 : wanted + surge - oldTotal;
  const next = Math.max(Math.min(wanted, Math.max(current.spec.replicas ?? 0, room)), 0);
  scale(life, deployment, current, Math.min(next, wanted));
  const available = [current, ...old].reduce((sum, set) => sum + usable(set), 0);
  let spare = wanted === 0 ? oldTotal : available - (wanted - unavailable);
  for (const set of old) {
    const size = set.spec.replicas ?? 0;
    const broken = size - usable(set);
    const less = Math.min(size, broken + Math.max(0, spare));
    spare -= less - Math.min(broken, less);
    if (less > 0) scale(life, deployment, set, size - less);
  }
}

/** Available replicas a set will keep: its status may still count those it was just told to give up. */
function usable(set: Stored): number {
  return Math.min(set.spec.replicas ?? 0, set.status?.availableReplicas ?? 0);
}

function scale(life: Life, deployment: Stored, set: Stored, replicas: number): void {
  const before = set.spec.replicas ?? 0;
  if (before === replicas) return;
  life.world.update(SETS, set.metadata.namespace, set.metadata.name, draft => {
    draft.spec.replicas = replicas;
  });
  const message = `Scaled ${replicas > before ? 'up' : 'down'} replica set ${set.metadata.name} from ${before} to ${replicas}`;
  recordEvent(life, deployment, { reason: 'ScalingReplicaSet', message, component: 'deployment-controller' });
}

/** Writes counters and conditions; gives back the time until the progress deadline while a rollout is under way. */
function writeStatus(life: Life, deployment: Stored, setName: string): number | undefined {
  const sets = setsOf(life, deployment);
  const sum = (field: string): number => sets.reduce((total, set) => total + (set.status?.[field] ?? 0), 0);
  const counts = {
    replicas: sum('replicas'),
    updatedReplicas: sets.find(set => set.metadata.name === setName)?.status?.replicas ?? 0,
    readyReplicas: sum('readyReplicas'),
    availableReplicas: sum('availableReplicas'),
  };
  const failure = sets.map(set => conditionOf(set, 'ReplicaFailure')).find(one => one !== undefined);
  let wait: number | undefined;
  life.world.update(DEPLOYMENTS, deployment.metadata.namespace, deployment.metadata.name, draft => {
    const unavailable = Math.max(
      0,
      Math.max(draft.spec.replicas ?? 1, counts.replicas) - counts.availableReplicas,
    );
    const conditions = draft.status?.conditions ?? [];
    const before = draft.status ?? {};
    draft.status = {
      observedGeneration: draft.metadata.generation,
      ...counts,
      ...(unavailable > 0 ? { unavailableReplicas: unavailable } : {}),
      conditions,
    };
    const now = life.clock.now();
    setAvailable(draft, now);
    wait = setProgressing(draft, now, before, setName);
    if (failure) setCondition(draft, now, failure);
    else dropCondition(draft, 'ReplicaFailure');
  });
  return wait;
}

function setAvailable(draft: Json, now: number): void {
  const wanted = draft.spec.replicas ?? 1;
  const unavailable = share(draft.spec.strategy?.rollingUpdate?.maxUnavailable, wanted, false);
  const enough = draft.status.availableReplicas >= wanted - unavailable;
  const type = 'Available';
  const text = enough
    ? { status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : {
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
  if (conditionOf(draft, type)?.status !== text.status)
    setCondition(draft, now, { type, ...text, lastUpdateTime: stamp(now) });
}

function setProgressing(draft: Json, now: number, before: Json, setName: string): number | undefined {
  const { replicas, updatedReplicas, availableReplicas } = draft.status;
  const wanted = draft.spec.replicas ?? 1;
  const type = 'Progressing';
  const known = conditionOf(draft, type);
  const put = (status: string, reason: string, message: string): void =>
    setCondition(draft, now, { type, status, reason, message, lastUpdateTime: stamp(now) });
  if (updatedReplicas === wanted && replicas === wanted && availableReplicas === wanted) {
    if (known?.reason !== 'NewReplicaSetAvailable' || !known.message.includes(setName))
      put('True', 'NewReplicaSetAvailable', `ReplicaSet "${setName}" has successfully progressed.`);
    return undefined;
  }
  if (known?.reason === 'NewReplicaSetAvailable' && known.message.includes(`"${setName}"`)) return undefined;
  const moved =
    known === undefined ||
    known.reason === 'NewReplicaSetAvailable' ||
    before.updatedReplicas !== updatedReplicas ||
    (before.readyReplicas ?? 0) < draft.status.readyReplicas;
  const deadline = (draft.spec.progressDeadlineSeconds ?? 600) * 1000;
  if (moved) put('True', 'ReplicaSetUpdated', `ReplicaSet "${setName}" is progressing.`);
  else if (now - Date.parse(known.lastUpdateTime) >= deadline && known.reason !== 'ProgressDeadlineExceeded')
    put('False', 'ProgressDeadlineExceeded', `ReplicaSet "${setName}" has timed out progressing.`);
  return conditionOf(draft, type).reason === 'ProgressDeadlineExceeded' ? undefined : deadline;
}
