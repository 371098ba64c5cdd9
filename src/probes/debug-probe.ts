import type { ProbeResult } from '../cluster/probe-results.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { pause } from '../kube/abort.ts';
import { accessReviewer } from '../kube/access-review.ts';
import { type Failure, failure } from '../kube/failure.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import {
  type DebugProgress,
  debugName,
  debugPatch,
  debugProgress,
  type Host,
  lastDebugged,
  readHost,
} from './debug-container.ts';
import { hear, type Seen, seconds } from './hear.ts';
import { podProbeNeeds } from './needs.ts';
import { chooseImage } from './probe-image.ts';
import { type Api, type Asking, askingOf, type ProbeOptions } from './probe-options.ts';
import { type Ask, questionsFor, scriptOf } from './probe-script.ts';
import { targetsIn } from './targets.ts';

export interface PodName {
  readonly namespace: string;
  readonly name: string;
}
export type DebugOptions = Pick<ProbeOptions, 'signal' | 'now' | 'image' | 'external' | 'limits'>;
/** `refusal`: nothing was done, and asking again would not help by itself. */
export type DebugProbe =
  | { readonly ok: true; readonly result: ProbeResult }
  | { readonly ok: false; readonly refusal: Safe };

/**
 * P5: adds a container to one running pod, which asks what a probe pod asks, from inside that pod's own network. The
 * container ends within the usual time, but stays in the pod's list until the pod itself ends; so there is at most one a
 * minute, and none unless it may be added and its log be read. The pod is named by who knows what it runs.
 */
export async function probeInPod(
  api: Api,
  snapshot: Snapshot,
  pod: PodName,
  options: DebugOptions,
): Promise<DebugProbe> {
  const asking = askingOf(api, options, options.signal);
  const name = nameOf(pod);
  const started = performance.now();
  const denied = await missingPermission(asking, pod);
  if (denied !== null) return { ok: false, refusal: denied };
  const seen = await readPod(asking, pod);
  if (!seen.ok && seen.status === 404) return { ok: false, refusal: say`there is no pod ${name}` };
  const refusal = seen.ok ? unfit(name, seen.value, options.now()) : null;
  if (refusal !== null) return { ok: false, refusal };
  const result = (host: Host | null, told: Seen): DebugProbe => ({
    ok: true,
    result: {
      id: 'P5',
      target: name,
      node: host?.spec?.nodeName ?? null,
      at: options.now(),
      latencyMs: Math.round(performance.now() - started),
      ...told,
    },
  });
  if (!seen.ok) return result(null, untold(say`${name} cannot be looked at: ${seen.message}`));
  return result(seen.value, await ask(asking, snapshot, pod, seen.value, options.image));
}

const untold = (message: Safe): Seen => ({ ok: null, message, evidence: [], answers: [] });
const nameOf = ({ namespace, name }: PodName): Safe => say`${field(namespace)}/${field(name)}`;

async function missingPermission({ api }: Asking, { namespace, name }: PodName): Promise<Safe | null> {
  const review = accessReviewer(api.request);
  for (const { group, resource: full, verbs } of podProbeNeeds(namespace)) {
    const [resource = '', subresource] = full.split('/');
    for (const verb of verbs) {
      const part = subresource === undefined ? {} : { subresource };
      const answer = await review({ verb, group, resource, ...part, namespace, name });
      if (answer === 'denied')
        return say`you may not ${field(verb)} ${field(full)} in ${field(namespace)}; groundup manifests rbac prober --probe-pods-in ${field(namespace)} prints a role that may`;
    }
  }
  return null;
}

/** Why no container is added to this pod; null when one can be. */
function unfit(name: Safe, host: Host, now: number): Safe | null {
  const { phase } = host.status ?? {};
  if (host.metadata?.deletionTimestamp !== undefined) return say`${name} is being deleted`;
  if (phase !== 'Running') return say`${name} does not run (${phase ?? say`no phase`})`;
  const last = lastDebugged(host);
  if (last === null || now - last >= AGAIN) return null;
  return say`${name} was probed ${seconds(Math.max(0, now - last))} ago: a container that stays is added once a minute at most`;
}

/** Cluster time, ms. */
const AGAIN = 60_000;

type ReadPod = { readonly ok: true; readonly value: Host } | Failure;

async function readPod({ api, signal, limits }: Asking, { namespace, name }: PodName): Promise<ReadPod> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  const answer = await api.request('GET', path, { deadlineMs: limits.request, signal });
  if (!answer.ok) return answer;
  const value = readHost(answer.json);
  return value === undefined
    ? failure('parse', say`The API server did not send a pod.`)
    : { ok: true, value };
}

async function ask(
  asking: Asking,
  snapshot: Snapshot,
  pod: PodName,
  host: Host,
  wanted: string | undefined,
): Promise<Seen> {
  const { api, signal, limits } = asking;
  const targets = targetsIn(snapshot);
  const asks = questionsFor(targets, asking.external).filter(one => isOf(host, one));
  const node = host.spec?.nodeName ?? '';
  const { image, present } = await chooseImage(asking, [node], wanted);
  if (signal.aborted) return untold(say`stopped before anything was added to ${nameOf(pod)}`);
  const container = debugName(asking.now());
  // Not ended by the signal: an addition that was given up could still happen, and nobody would say so.
  const added = await api.request(
    'PATCH',
    `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/ephemeralcontainers`,
    {
      body: debugPatch(host, { name: container, image, script: scriptOf(asks) }),
      contentType: 'application/strategic-merge-patch+json',
      deadlineMs: limits.request * 2,
    },
  );
  if (!added.ok) {
    const what = added.status === null ? say`it is not known whether a container` : say`no container`;
    return untold(say`${what} could be added to ${nameOf(pod)}: ${added.message}`);
  }
  const end = await follow(asking, pod, container, present.has(node) ? limits.pod : limits.podWithPull);
  const stays = say`its container ${field(container)} stays until the pod ends`;
  if (end === 'stopped') return untold(say`stopped while ${nameOf(pod)} was probed; ${stays}`);
  if (end === 'waiting')
    return untold(say`the kubelet of ${field(node)} started no container in ${nameOf(pod)}; ${stays}`);
  if (typeof end === 'object')
    return untold(say`${nameOf(pod)} could not be probed: ${end.hindered}; ${stays}`);
  const told = { namespace: pod.namespace, pod: pod.name, container, asks, domainKnown: targets.domainKnown };
  return await hear(asking, told, say`a container in ${nameOf(pod)} on ${field(node)} ran`, end === 'ended');
}

/** A pod that takes its resolver from its node, not from the cluster, is not expected to find the cluster's names by it. */
function isOf({ spec }: Host, { question }: Ask): boolean {
  const own = spec?.hostNetwork === true ? 'ClusterFirstWithHostNet' : 'ClusterFirst';
  const isClusters = (spec?.dnsPolicy ?? 'ClusterFirst') === own;
  return isClusters || (question !== 'resolver' && question !== 'name-by-resolver');
}

/** Waits for its end; what it came to by the deadline. */
async function follow(
  asking: Asking,
  pod: PodName,
  container: string,
  withinMs: number,
): Promise<DebugProgress | 'stopped'> {
  const { signal, limits } = asking;
  const wait = pause();
  const until = performance.now() + withinMs;
  let progress: DebugProgress = 'waiting';
  while (!signal.aborted) {
    const seen = await readPod(asking, pod);
    if (!seen.ok && seen.status === 404) return { hindered: say`the pod is gone` };
    if (seen.ok) progress = debugProgress(seen.value, container);
    const isOver = progress === 'ended' || typeof progress === 'object';
    if (isOver || performance.now() > until) return progress;
    await wait.rest(limits.look, signal);
  }
  return 'stopped';
}
