import type { Pod } from '../cluster/kinds.ts';
import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import type { Safe } from '../text/safe.ts';
import type { App } from './apps-model.ts';
import { ref } from './judgement.ts';
import { podTrouble } from './pod-trouble.ts';
import { knownPods } from './pods.ts';

export interface StuckPod {
  readonly object: ObjectRef;
  readonly text: Safe;
}

/**
 * Why the workloads of a failing application do not come up, as far as it is seen: the first of its pods that is stuck.
 * Applications say only that a wait ended. Pods that run and crash are not watched, so often there is nothing to say.
 */
export function stuckPod(snapshot: Snapshot, app: App): StuckPod | null {
  if (!('fault' in app.standing) || !waited.test(app.standing.fault.message)) return null;
  const named = namedWorkloads(app.standing.fault.message);
  const { namespace, name } = app.object.metadata;
  const home = app.object.spec?.targetNamespace ?? namespace;
  const release = (app.object.spec as { readonly releaseName?: string } | undefined)?.releaseName ?? name;
  const isOwn = (pod: Pod) =>
    app.kind === 'HelmRelease' &&
    pod.metadata.namespace === home &&
    pod.metadata.labels?.['app.kubernetes.io/instance'] === release;
  const isNamed = (pod: Pod) =>
    named.some(
      one => pod.metadata.namespace === one.namespace && pod.metadata.name.startsWith(`${one.name}-`),
    );
  for (const pod of knownPods(snapshot)) {
    if (!isOwn(pod) && !isNamed(pod)) continue;
    const trouble = podTrouble(snapshot, pod);
    if (trouble?.grade === 'failing') return { object: ref('Pod', pod.metadata), text: trouble.message };
  }
  return null;
}

const waited = /deadline exceeded|timed out|timeout waiting|not ready|stalled resources/i;

function namedWorkloads(message: string): readonly { readonly namespace: string; readonly name: string }[] {
  const found = message.matchAll(
    /\b(?:Deployment|DaemonSet|StatefulSet|Job)\/([\w.-]{1,63})\/([\w.-]{1,253})/g,
  );
  return [...found].map(([, namespace = '', name = '']) => ({ namespace, name }));
}
