import { kinds, type Pod } from '../cluster/kinds.ts';
import { list } from '../cluster/shape.ts';
import { sweepServices } from './fresh-service.ts';
import { OTHER_NAMESPACE, PROBE_NAMESPACE } from './probe-namespace.ts';
import type { Api } from './probe-options.ts';
import { SELECTOR } from './probe-pod.ts';

export interface Swept {
  /** How many forgotten pods were removed. */
  readonly removed: number;
  /** Nodes on which a younger probe pod still is: somebody is probing there now. */
  readonly busy: ReadonlySet<string>;
}

/** No probe lives for so long: whoever left it is gone. */
const FORGOTTEN = 300_000;
const readPods = list(kinds.pods.read);

/** Removes probe pods and Services that an earlier process left behind. `now` is cluster time (epoch ms). What may not be listed is left alone. */
export async function sweepProbes(api: Api, now: number, deadlineMs = 5_000): Promise<Swept> {
  const found = await Promise.all(
    [PROBE_NAMESPACE, OTHER_NAMESPACE].map(ns => probePods(api, ns, deadlineMs)),
  );
  const pods = found.flat();
  const isForgotten = (created = now): boolean => now - created > FORGOTTEN;
  await sweepServices(api, isForgotten, deadlineMs);
  const old = pods.filter(({ metadata }) => isForgotten(metadata.creationTimestamp));
  const gone = await Promise.all(
    old.map(({ metadata }) =>
      removePod(api, metadata.namespace ?? OTHER_NAMESPACE, metadata.name, deadlineMs, metadata.uid),
    ),
  );
  const young = pods.filter(pod => !old.includes(pod) && !isOver(pod));
  return {
    removed: gone.filter(Boolean).length,
    busy: new Set(young.flatMap(pod => pod.spec?.nodeName ?? [])),
  };
}

/** Takes a pod away at once. True when it is gone. With `uid`, only that very one. */
export async function removePod(
  api: Api,
  namespace: string,
  name: string,
  deadlineMs: number,
  uid?: string,
): Promise<boolean> {
  const body = {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    gracePeriodSeconds: 0,
    ...(uid === undefined ? {} : { preconditions: { uid } }),
  };
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  const answer = await api.request('DELETE', path, { body, deadlineMs });
  return answer.ok || answer.status === 404;
}

async function probePods(api: Api, namespace: string, deadlineMs: number): Promise<readonly Pod[]> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const query = { labelSelector: SELECTOR, limit: 100 };
  const answer = await api.request('GET', path, { query, deadlineMs });
  return answer.ok ? (readPods((answer.json as { items?: unknown } | null)?.items) ?? []) : [];
}

function isOver(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}
