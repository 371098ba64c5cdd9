import { loadKubeconfig } from '../kube/kubeconfig.ts';
import { isRecord } from '../kube/kubeconfig-file.ts';
import { trafficCounter } from '../kube/traffic.ts';
import { openTransport } from '../kube/transport.ts';
import type { Given } from './complete-choices.ts';

/** Whoever presses Tab waits. */
const DEADLINE_MS = 2_000;

/** Namespaces of the cluster that the line names, asked now; none when it does not answer in time. */
export async function namespaces(given: Given): Promise<readonly string[]> {
  const last = (name: string): string | undefined => given.get(name)?.at(-1);
  const [path, context, cluster] = [last('kubeconfig'), last('context'), last('cluster')];
  const found = loadKubeconfig({ path, context, cluster, user: last('user'), env: process.env });
  if (!found.ok) return [];
  const asked = { resolved: found.value, env: process.env, wall: Date.now, traffic: trafficCounter() };
  const transport = openTransport({ ...asked, connectTimeoutMs: DEADLINE_MS, execTimeLimitMs: DEADLINE_MS });
  const accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
  const answer = await transport.request('GET', '/api/v1/namespaces', {
    query: { limit: 500 },
    accept,
    deadlineMs: DEADLINE_MS,
  });
  await transport.close();
  if (!answer.ok || !isRecord(answer.json) || !Array.isArray(answer.json.items)) return [];
  return answer.json.items.flatMap((item: unknown) =>
    isRecord(item) && isRecord(item.metadata) && typeof item.metadata.name === 'string'
      ? [item.metadata.name]
      : [],
  );
}
