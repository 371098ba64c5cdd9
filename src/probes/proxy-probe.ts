import type { ProbeAnswer, ProbeResult } from '../cluster/probe-results.ts';
import { field } from '../text/field.ts';
import { say } from '../text/safe.ts';
import type { Asking } from './probe-options.ts';
import type { DnsPod } from './targets.ts';

/**
 * P1: asks CoreDNS's own health pages through the API server. A page proves the way to the pod and a living process, not
 * that it answers DNS. That no page comes proves nothing: not every API server can reach pods.
 */
export async function probeByProxy(asking: Asking, pod: DnsPod): Promise<ProbeResult> {
  const started = performance.now();
  const [ready, health] = await Promise.all([
    page(asking, pod, 'ready', 8181),
    page(asking, pod, 'health', 8080),
  ]);
  const answers = [ready, health];
  const name = say`${pod.namespace}/${pod.name}`;
  const denied = answers.find(({ outcome }) => outcome === 'denied');
  const heard = answers.some(({ outcome }) => outcome === 'answered');
  return {
    id: 'P1',
    target: name,
    node: pod.node,
    at: asking.now(),
    ok: denied !== undefined ? false : heard ? true : null,
    message:
      denied !== undefined
        ? say`${name} says that it is not ready: ${denied.said}`
        : heard
          ? say`the API server reaches ${name}, which is alive`
          : say`the API server gets no page from ${name}: ${ready.said}`,
    latencyMs: Math.round(performance.now() - started),
    evidence: answers.map(({ question, to, said }) => say`${field(question)} ${to}: ${said}`),
    answers,
  };
}

async function page(
  { api, signal, limits }: Asking,
  pod: DnsPod,
  question: 'ready' | 'health',
  port: number,
): Promise<ProbeAnswer> {
  const to = say`${pod.name}:${port}`;
  const path = `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}:${port}/proxy/${question}`;
  const answer = await api.request('GET', path, { accept: '*/*', deadlineMs: limits.request, signal });
  if (answer.ok) return { question, to, outcome: 'answered', said: field(answer.text.trim().slice(0, 100)) };
  // The API server's own errors are objects; plain text with 503 is CoreDNS naming the plugins that are not ready.
  const isItsOwn =
    answer.status === 503 && answer.json === undefined && !/^error trying/i.test(answer.text ?? '');
  if (isItsOwn)
    return { question, to, outcome: 'denied', said: field((answer.text ?? '').trim().slice(0, 200)) };
  return { question, to, outcome: 'unread', said: answer.message };
}
