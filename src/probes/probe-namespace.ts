import { shape, text } from '../cluster/shape.ts';
import { pause } from '../kube/abort.ts';
import type { Asking } from './probe-options.ts';
import { OWN_LABELS } from './probe-pod.ts';

export const PROBE_NAMESPACE = 'groundup-probe';
/** Where probe pods go when there may be no namespace of their own. */
export const OTHER_NAMESPACE = 'default';

const readPhase = shape({ status: shape({ phase: text }) });

/**
 * The namespace for probe pods: one of their own, created when it is missing and may be created, with the strictest pod
 * security; else `default`. It stays: roles can be bound to it, and taking it away would trip the next probe.
 */
export async function probeNamespace(asking: Asking): Promise<string> {
  const { api, signal, limits } = asking;
  const ask = { deadlineMs: limits.request, signal };
  const known = await api.request('GET', `/api/v1/namespaces/${PROBE_NAMESPACE}`, ask);
  if (known.ok)
    return readPhase(known.json)?.status?.phase === 'Terminating' ? OTHER_NAMESPACE : PROBE_NAMESPACE;
  if (known.status !== 404 && known.status !== 403) return OTHER_NAMESPACE;
  const labels = { ...OWN_LABELS, 'pod-security.kubernetes.io/enforce': 'restricted' };
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: PROBE_NAMESPACE, labels } };
  const made = await api.request('POST', '/api/v1/namespaces', { ...ask, body });
  if (!made.ok && made.status !== 409) return OTHER_NAMESPACE;
  return (await hasServiceAccount(asking)) ? PROBE_NAMESPACE : OTHER_NAMESPACE;
}

/** No pod is accepted before a controller has made the namespace's default service account. */
async function hasServiceAccount({ api, signal, limits }: Asking): Promise<boolean> {
  const until = performance.now() + limits.namespace;
  const wait = pause();
  const path = `/api/v1/namespaces/${PROBE_NAMESPACE}/serviceaccounts/default`;
  while (performance.now() < until && !signal.aborted) {
    const answer = await api.request('GET', path, { deadlineMs: limits.request, signal });
    // Who may not read it can still hope for it.
    if (answer.ok || answer.status === 403) return true;
    await wait.rest(limits.look, signal);
  }
  return false;
}
