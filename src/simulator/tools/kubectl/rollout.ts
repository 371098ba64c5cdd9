import type { Json } from '../../world.ts';
import { STRATEGIC_PATCH } from '../api.ts';
import { durationMs } from '../flags.ts';
import { ToolFailure } from '../tool.ts';
import type { KubectlCall } from './call.ts';
import { objectsOf } from './get.ts';
import { collectionOf, discover, readAsked, shownName } from './resources.ts';

const FOREVER_MS = 24 * 3_600_000;

/** `kubectl rollout restart|status TYPE/NAME`. */
export async function rollout(kubectl: KubectlCall): Promise<number> {
  const [verb = '', ...words] = kubectl.words;
  if (verb === 'restart') return restart({ ...kubectl, words });
  if (verb === 'status') return status({ ...kubectl, words });
  throw new ToolFailure(`error: unknown command "${verb}"`);
}

async function restart(kubectl: KubectlCall): Promise<number> {
  const { api, call } = kubectl;
  const at = new Date(api.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const body = {
    spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': at } } } },
  };
  for (const one of readAsked(await discover(kubectl), words(kubectl))) {
    for (const { metadata } of await objectsOf(kubectl, one)) {
      const path = `${collectionOf(one.kind, metadata.namespace)}/${metadata.name}`;
      await api.send(path, { method: 'PATCH', type: STRATEGIC_PATCH, body });
      call.out(`${shownName(one.kind, metadata.name)} restarted\n`);
    }
  }
  return 0;
}

function words({ words: given }: KubectlCall): readonly string[] {
  if (given.length === 0) throw new ToolFailure('error: required resource not specified');
  return given;
}

async function status(kubectl: KubectlCall): Promise<number> {
  const { api, call, flags, waiting } = kubectl;
  const [asked] = readAsked(await discover(kubectl), words(kubectl));
  if (!asked) return 0;
  const [object] = await objectsOf(kubectl, asked);
  const path = `${collectionOf(asked.kind, object.metadata.namespace)}/${object.metadata.name}`;
  let last = '';
  const finished = async (): Promise<boolean> => {
    const { text, done } = progressOf(await api.send(path));
    if (text !== last || done) call.out(`${text}\n`);
    last = text;
    return done;
  };
  const withinMs = durationMs(flags.value('timeout') ?? '0s') || FOREVER_MS;
  const end = await waiting.until(finished, { everyMs: 1_000, withinMs });
  if (end !== 'done') throw new ToolFailure('error: timed out waiting for the condition');
  return 0;
}

/** kubectl's sentence about how far a rollout is. Throws when a Deployment has given up. */
function progressOf(live: Json): { readonly text: string; readonly done: boolean } {
  const { metadata, spec, status: now = {} } = live;
  const { name } = metadata;
  const daemon = live.kind === 'DaemonSet';
  if ((now.observedGeneration ?? 0) < metadata.generation) {
    return {
      text: `Waiting for ${daemon ? 'daemon set' : 'deployment'} spec update to be observed...`,
      done: false,
    };
  }
  return daemon ? daemonProgress(name, now) : deploymentProgress(name, spec.replicas ?? 1, now);
}

function daemonProgress(name: string, now: Json): { text: string; done: boolean } {
  const {
    desiredNumberScheduled: wanted = 0,
    updatedNumberScheduled: updated = 0,
    numberAvailable: available = 0,
  } = now;
  const wait = `Waiting for daemon set "${name}" rollout to finish:`;
  if (updated < wanted)
    return { text: `${wait} ${updated} out of ${wanted} new pods have been updated...`, done: false };
  if (available < wanted)
    return { text: `${wait} ${available} of ${wanted} updated pods are available...`, done: false };
  return { text: `daemon set "${name}" successfully rolled out`, done: true };
}

function deploymentProgress(name: string, wanted: number, now: Json): { text: string; done: boolean } {
  const { updatedReplicas: updated = 0, replicas = 0, availableReplicas: available = 0 } = now;
  const wait = `Waiting for deployment "${name}" rollout to finish:`;
  const stuck = now.conditions?.some(
    (one: Json) => one.type === 'Progressing' && one.reason === 'ProgressDeadlineExceeded',
  );
  if (stuck) throw new ToolFailure(`error: deployment "${name}" exceeded its progress deadline`);
  if (updated < wanted)
    return { text: `${wait} ${updated} out of ${wanted} new replicas have been updated...`, done: false };
  if (replicas > updated)
    return { text: `${wait} ${replicas - updated} old replicas are pending termination...`, done: false };
  if (available < updated)
    return { text: `${wait} ${available} of ${updated} updated replicas are available...`, done: false };
  return { text: `deployment "${name}" successfully rolled out`, done: true };
}
