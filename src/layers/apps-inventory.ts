import type { Pod } from '../cluster/kinds.ts';
import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { match } from '../signatures/match.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { compare, ref } from './judgement.ts';
import { podTrouble } from './pod-trouble.ts';
import { knownPods, podsMatching } from './pods.ts';
import { deploymentReport } from './workload.ts';

/** An object that an application brought along and that does not become healthy, with what is seen of it. */
export interface InnerFailure {
  readonly object: ObjectRef;
  readonly text: Safe;
  /** Its pod that fails, when one is known. */
  readonly pod: { readonly object: ObjectRef; readonly text: Safe } | null;
}

const carriers = ['Kustomization', 'HelmRelease'];

/**
 * The first object that a failed health check names and that is no application itself: `[Deployment/media/plex status:
 * 'Failed']`. What it says stands in its pods as far as they are watched, else in the status that the check gave it.
 */
export function innerFailure(snapshot: Snapshot, message: Safe): InnerFailure | null {
  const [first] = namedObjects(message).filter(one => !carriers.includes(one.object.kind));
  if (first === undefined) return null;
  const { object, status } = first;
  const pod = failingPod(snapshot, object);
  return { object, text: workloadText(snapshot, object) ?? say`status ${status}`, pod };
}

function namedObjects(message: Safe): readonly { readonly object: ObjectRef; readonly status: Safe }[] {
  const list = match('cond', message).find(one => one.id === 'S71')?.captures[0];
  if (list == null) return [];
  const found = list.matchAll(/(\w{1,63})\/(?:([\w.-]{0,63})\/)?([\w.:-]{1,253}) status: '(\w{1,40})'/g);
  return [...found].map(([, kind, namespace, name, status]) => ({
    object: { kind: field(kind), namespace: namespace ? field(namespace) : null, name: field(name) },
    status: field(status),
  }));
}

const watched = [
  'deployments-system',
  'deployments-flux',
  'deployments-cert-manager',
  'deployments-cni',
] as const;

function workloadText(snapshot: Snapshot, { kind, namespace, name }: ObjectRef): Safe | null {
  if (kind !== 'Deployment' || namespace === null) return null;
  const key = `${namespace}/${name}`;
  const deployment = watched
    .map(id => snapshot.streams[id].items.get(key))
    .find(found => found !== undefined);
  if (deployment === undefined) return null;
  const pods = podsMatching(snapshot, namespace, deployment.spec?.selector?.matchLabels);
  return deploymentReport(snapshot, deployment, pods.length === 0 ? null : pods).message;
}

/** A pod of the workload that fails: by its generated name, as its labels are not known. */
function failingPod(snapshot: Snapshot, object: ObjectRef): InnerFailure['pod'] {
  const pods = knownPods(snapshot)
    .filter(pod => isOf(pod, object))
    .toSorted((a, b) => compare(a.metadata.name, b.metadata.name));
  for (const pod of pods) {
    const trouble = podTrouble(snapshot, pod);
    if (trouble?.grade === 'failing') return { object: ref('Pod', pod.metadata), text: trouble.message };
  }
  return null;
}

function isOf({ metadata }: Pod, { namespace, name }: ObjectRef): boolean {
  return metadata.namespace === namespace && (metadata.name === name || metadata.name.startsWith(`${name}-`));
}
