import { type ObjectRef, refText } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { innerFailure } from '../layers/apps-inventory.ts';
import { appItems } from '../layers/apps-items.ts';
import { keyOf } from '../layers/apps-model.ts';
import { stuckPod } from '../layers/apps-pods.ts';
import { say } from '../text/safe.ts';
import type { Why } from './diagnosis.ts';
import type { Rooted } from './roots.ts';

/** An application that waits in vain for what it applied: the links on to that object, and to the pod that keeps it. */
export function innerWhys(snapshot: Snapshot, { fault: { finding, home } }: Rooted): readonly Why[] {
  if (home !== 'apps' || finding.object === null) return [];
  if (finding.signature !== 'S71') return podWhys(snapshot, finding.object);
  const inner = innerFailure(snapshot, finding.message);
  if (inner === null) return [];
  const base = { layer: home, inferred: false };
  const { object, text, pod } = inner;
  const named = {
    ...base,
    question: say`Why does what it applied not become healthy?`,
    answer: say`${refText(object)}: ${text}`,
    object,
    evidence: [text],
  };
  if (pod === null) return [named];
  const answer = say`${refText(pod.object)}: ${pod.text}`;
  const question = say`Why does ${object.name} not become healthy?`;
  return [named, { ...base, question, answer, object: pod.object, evidence: [pod.text] }];
}

/** A release whose wait ended: on to the pod that it waited for. */
function podWhys(snapshot: Snapshot, object: ObjectRef): readonly Why[] {
  const app = appItems(snapshot).get(keyOf(object.kind, object.namespace ?? undefined, object.name));
  const pod = app === undefined ? null : stuckPod(snapshot, app);
  if (pod === null) return [];
  const answer = say`${refText(pod.object)}: ${pod.text}`;
  const question = say`Why does what it installed not become ready?`;
  return [{ question, answer, layer: 'apps', object: pod.object, evidence: [pod.text], inferred: false }];
}
