import { kinds, type Pod } from '../cluster/kinds.ts';
import type { ProbeResult } from '../cluster/probe-results.ts';
import { list } from '../cluster/shape.ts';
import { pause } from '../kube/abort.ts';
import { type Failure, failure } from '../kube/failure.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { hear, type Seen, seconds } from './hear.ts';
import type { Asking } from './probe-options.ts';
import { type PodAsk, type Progress, podName, probePod, progressOf } from './probe-pod.ts';
import type { Ask } from './probe-script.ts';
import { removePod } from './sweep.ts';

export interface NodeAsk extends Omit<PodAsk, 'now'> {
  readonly asks: readonly Ask[];
  readonly domainKnown: boolean;
  readonly hasImage: boolean;
}

/**
 * P6: creates a pod on one node, sees how far it comes, reads what it was answered, and removes it whatever happened.
 * Each stage that it reached is proof of its own.
 */
export async function probeOnNode(asking: Asking, ask: NodeAsk): Promise<ProbeResult> {
  const { api, limits } = asking;
  const started = performance.now();
  const path = `/api/v1/namespaces/${ask.namespace}/pods`;
  const node = field(ask.node);
  const result = (seen: Seen): ProbeResult => ({
    id: 'P6',
    target: node,
    node,
    at: asking.now(),
    latencyMs: Math.round(performance.now() - started),
    ...seen,
  });
  try {
    // Not ended by the signal: a creation that was given up could still happen, after the removal.
    const body = probePod({ ...ask, now: asking.now() });
    const made = await api.request('POST', path, { body, deadlineMs: limits.request * 2 });
    if (!made.ok) {
      const message = say`no probe pod could be created for ${node}: ${made.message}`;
      return result({ ok: null, message, evidence: [], answers: [] });
    }
    return result(await follow(asking, ask, started));
  } finally {
    await removePod(api, ask.namespace, podName(ask.node, ask.runId), limits.cleanUp);
  }
}

async function follow(asking: Asking, ask: NodeAsk, started: number): Promise<Seen> {
  const { signal, limits } = asking;
  const wait = pause();
  const total = ask.hasImage ? limits.pod : limits.podWithPull;
  let progress: Progress = { stage: 'created', ended: false, hindered: null };
  let sandboxMs: number | null = null;
  let lost: Failure | null = null;
  for (;;) {
    const pod = await readPod(asking, ask);
    lost = pod.ok ? null : pod;
    if (pod.ok) progress = progressOf(pod.value);
    const passed = performance.now() - started;
    const stands = progress.stage === 'sandbox' || progress.stage === 'running';
    if (stands) sandboxMs ??= passed;
    const isLate = passed > (stands ? total : limits.sandbox);
    if (progress.ended || isLate || lost?.status === 404 || signal.aborted) break;
    await wait.rest(limits.look, signal);
  }
  if (signal.aborted || lost !== null) {
    const message = lost === null ? say`stopped` : say`the probe pod was lost sight of: ${lost.message}`;
    return { ok: null, stage: progress.stage, message, evidence: [], answers: [] };
  }
  if (progress.stage !== 'running') return await stopped(asking, ask, progress);
  const got = say`a pod on ${field(ask.node)} got its network in ${seconds(sandboxMs ?? 0)}`;
  const place = { namespace: ask.namespace, pod: podName(ask.node, ask.runId), container: 'probe' };
  return await hear(asking, { ...ask, ...place }, got, progress.ended);
}

type Read = { readonly ok: true; readonly value: Pod } | Failure;

async function readPod({ api, signal, limits }: Asking, ask: NodeAsk): Promise<Read> {
  const path = `/api/v1/namespaces/${ask.namespace}/pods/${podName(ask.node, ask.runId)}`;
  const answer = await api.request('GET', path, { deadlineMs: limits.request, signal });
  if (!answer.ok) return answer;
  const value = kinds.pods.read(answer.json);
  return value === undefined
    ? failure('parse', say`The API server did not send a pod.`)
    : { ok: true, value };
}

/** The container never ran: how far did the pod come, and what does the kubelet say? */
async function stopped(asking: Asking, ask: NodeAsk, { stage, hindered }: Progress): Promise<Seen> {
  const node = field(ask.node);
  const said = hindered ?? (await complaintOf(asking, ask)) ?? say`nothing more is said about it`;
  const evidence = [said];
  if (stage === 'sandbox') {
    const message = say`a pod on ${node} got its network but does not start: ${said}`;
    return { ok: null, stage, message, evidence, answers: [] };
  }
  if (stage === 'scheduled' && hindered === null) {
    const message = say`a pod on ${node} got no network within ${seconds(asking.limits.sandbox)}: ${said}`;
    return { ok: false, stage, message, evidence, answers: [] };
  }
  const message =
    hindered === null
      ? say`the kubelet of ${node} did not take up a pod within ${seconds(asking.limits.sandbox)}`
      : say`the kubelet of ${node} turned a pod away: ${said}`;
  return { ok: hindered === null ? false : null, stage: 'created', message, evidence, answers: [] };
}

const readEvents = list(kinds.events.read);

/** The warning about this pod that tells most. */
async function complaintOf({ api, signal, limits }: Asking, ask: NodeAsk): Promise<Safe | null> {
  const name = podName(ask.node, ask.runId);
  const query = { fieldSelector: `involvedObject.name=${name},type=Warning`, limit: 20 };
  const path = `/api/v1/namespaces/${ask.namespace}/events`;
  const answer = await api.request('GET', path, { query, deadlineMs: limits.request, signal });
  const items = answer.ok ? (answer.json as { items?: unknown } | null)?.items : undefined;
  const events = readEvents(items) ?? [];
  const event = events.find(({ reason }) => reason === 'FailedCreatePodSandBox') ?? events.at(-1);
  if (event?.message === undefined) return null;
  const plugin = /plugin type=.{1,400}/.exec(event.message)?.[0];
  return say`${event.reason ?? say`Warning`}: ${field((plugin ?? event.message).slice(0, 400))}`;
}
