import type { Json, Stored } from '../world.ts';
import { keyOf, podReady, splitKey, templateHash } from './objects.ts';
import { daemonTolerations, selects, untolerated } from './scheduling.ts';
import type { Life } from './switches.ts';
import { controlPlaneActs, workQueue } from './work-queue.ts';
import { createPod, deletePod, isActive, podsOf } from './workload-pods.ts';

const SETS = 'apps/daemonsets';

/** The DaemonSet controller: one pod on each node that wants one, rolling update by template, true counters. */
export function startDaemonSets(life: Life): () => void {
  const refusals = new Map<string, number>();
  const queue = workQueue(
    life,
    key => sync(key),
    () => controlPlaneActs(life),
  );
  const sync = (key: string): void => {
    const { namespace, name } = splitKey(key);
    const set = life.world.get(SETS, namespace, name);
    if (set === undefined || set.metadata.deletionTimestamp !== undefined) return;
    const refused = manage(life, set);
    const count = refused ? (refusals.get(key) ?? 0) + 1 : 0;
    refusals.set(key, count);
    if (refused) queue.add(key, Math.min(120_000, 1000 * 2 ** count));
    writeStatus(life, set);
  };
  const all = (): void => {
    for (const set of life.world.list(SETS)) queue.add(keyOf(set));
  };
  const stop = life.world.subscribe(({ resource, object, type }) => {
    if (resource === SETS && type !== 'DELETED') queue.add(keyOf(object));
    if (resource === '/nodes') all();
    if (resource !== '/pods') return;
    const owner = object.metadata.ownerReferences?.find(one => one.kind === 'DaemonSet');
    if (owner) queue.add(`${object.metadata.namespace}/${owner.name}`);
  });
  all();
  return () => {
    stop();
    queue.stop();
  };
}

function wants(set: Stored, node: Stored): boolean {
  const spec = daemonSpec(set);
  return selects(spec, node) && untolerated(spec, node, ['NoSchedule', 'NoExecute']) === undefined;
}

function daemonSpec(set: Stored): Json {
  const spec = set.spec.template.spec;
  return { ...spec, tolerations: [...(spec.tolerations ?? []), ...daemonTolerations()] };
}

/** The spec of the pod for one node. */
export function daemonPodSpec(set: Stored, node: string): Json {
  const terms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }];
  const affinity = {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } },
  };
  return { ...structuredClone(daemonSpec(set)), affinity };
}

export function daemonPodLabels(set: Stored): Json {
  return {
    ...set.spec.template.metadata.labels,
    'controller-revision-hash': templateHash(set.spec.template),
  };
}

function nodeOf(pod: Stored): string | undefined {
  const terms =
    pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return pod.spec.nodeName ?? terms?.[0]?.matchFields?.[0]?.values?.[0];
}

/** Creates, removes and replaces pods; true when the API refused one. */
function manage(life: Life, set: Stored): boolean {
  const hash = templateHash(set.spec.template);
  const pods = podsOf(life, set);
  const nodes = life.world.list('/nodes');
  const old: Stored[] = [];
  let unavailable = 0;
  let refused = false;
  for (const node of nodes) {
    const here = pods.filter(pod => nodeOf(pod) === node.metadata.name);
    const active = here.filter(isActive);
    if (!wants(set, node)) {
      for (const pod of active) deletePod(life, set, pod);
      continue;
    }
    if (!active.some(podReady)) unavailable += 1;
    for (const pod of here.filter(one => one.status?.phase === 'Failed' && !one.metadata.deletionTimestamp))
      deletePod(life, set, pod);
    if (here.length === 0) {
      const { annotations } = set.spec.template.metadata;
      const pod = { labels: daemonPodLabels(set), spec: daemonPodSpec(set, node.metadata.name), annotations };
      refused = createPod(life, set, pod) !== undefined || refused;
    }
    old.push(...active.filter(pod => pod.metadata.labels?.['controller-revision-hash'] !== hash));
  }
  replace(life, set, old, unavailable, nodes.length);
  return refused;
}

function replace(life: Life, set: Stored, old: Stored[], unavailable: number, nodes: number): void {
  if (set.spec.updateStrategy?.type === 'OnDelete') return;
  const limit = String(set.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1);
  const allowed = limit.endsWith('%') ? Math.ceil((Number(limit.slice(0, -1)) * nodes) / 100) : Number(limit);
  let room = allowed - unavailable;
  for (const pod of old) {
    if (podReady(pod) && room-- <= 0) continue;
    deletePod(life, set, pod);
  }
}

function writeStatus(life: Life, set: Stored): void {
  const hash = templateHash(set.spec.template);
  const pods = podsOf(life, set).filter(isActive);
  const wanted = life.world.list('/nodes').filter(node => wants(set, node));
  const on = (test: (pod: Stored) => boolean): number =>
    wanted.filter(node => pods.some(pod => pod.spec.nodeName === node.metadata.name && test(pod))).length;
  const ready = on(podReady);
  life.world.update(SETS, set.metadata.namespace, set.metadata.name, draft => {
    draft.status = {
      currentNumberScheduled: on(() => true),
      numberMisscheduled: 0,
      desiredNumberScheduled: wanted.length,
      numberReady: ready,
      observedGeneration: draft.metadata.generation,
      updatedNumberScheduled: on(pod => pod.metadata.labels?.['controller-revision-hash'] === hash),
      numberAvailable: ready,
      ...(wanted.length > ready ? { numberUnavailable: wanted.length - ready } : {}),
    };
  });
}
