import type { Pod } from '../../cluster/kinds.ts';
import { refText } from '../../cluster/object-ref.ts';
import type { LayerId } from '../../layers/layer.ts';
import { say } from '../../text/safe.ts';
import type { Action, Bench } from '../action.ts';
import { deleteStep, kubectl } from '../api-step.ts';
import { stop } from '../guard.ts';
import { clusterGuards } from '../guards.ts';
import { layerHealthy, makePlan } from '../make-plan.ts';
import { parseRef } from '../target.ts';

/** Removes one stuck pod, with its own grace period; its controller makes a new one. Never by force. */
export const deletePod: Action = {
  id: 'delete-pod',
  key: null,
  title: say`delete a stuck pod`,
  targets: bench => pods(bench).map(({ pod }) => textOf(pod)),
  treats: (fault, bench) => {
    const worthwhile = fault.problem === 'stuck' || fault.problem === 'agent-not-ready';
    if (!worthwhile || fault.object?.kind !== 'Pod') return [];
    const target = refText(fault.object);
    return pods(bench).some(({ pod }) => textOf(pod) === target) ? [{ target, rank: 15 }] : [];
  },
  plan: (target, bench) => {
    const object = parseRef(target);
    const found = pods(bench).find(({ pod }) => textOf(pod) === target);
    if (object === null || found === undefined) return null;
    const { uid, ownerReferences } = found.pod.metadata;
    const owned = (ownerReferences ?? []).some(owner => owner.controller === true);
    return makePlan(bench, {
      action: 'delete-pod',
      target,
      title: say`Delete ${refText(object)}`,
      danger: 2,
      word: object.name,
      steps: [
        deleteStep(bench, object, {
          title: say`delete ${object.name}`,
          command: kubectl(bench, object, say`delete`, say`pod`, object.name, say`--wait=false`),
          ...(uid === undefined ? {} : { uid }),
        }),
      ],
      effect: say`the pod ends in its grace period and its controller makes a new one`,
      takes: say`10-60 s`,
      expectedMs: 30_000,
      success: layerHealthy(bench, found.layer),
      guards: [
        ...clusterGuards(found.layer, bench),
        ...(owned ? [] : [stop(say`no controller owns the pod: nothing would bring it back`)]),
      ],
    });
  },
};

function textOf({ metadata: { namespace, name } }: Pod) {
  return refText({ kind: say`Pod`, namespace: namespace ?? null, name });
}

/** Pods that are watched, each with the layer that it carries. */
function pods(bench: Bench): readonly { readonly pod: Pod; readonly layer: LayerId }[] {
  const { streams } = bench.snapshot;
  const found = new Map<string, { pod: Pod; layer: LayerId }>();
  const add = (
    id: 'pods-system' | 'pods-cni' | 'pods-flux' | 'pods-pending',
    layer: (pod: Pod) => LayerId,
  ) => {
    for (const [key, pod] of streams[id].items)
      if (!found.has(key)) found.set(key, { pod, layer: layer(pod) });
  };
  add('pods-system', pod => (pod.metadata.labels?.['k8s-app'] === 'kube-dns' ? 'dns' : 'cni'));
  add('pods-cni', () => 'cni');
  add('pods-flux', () => 'flux');
  add('pods-pending', () => 'apps');
  return [...found.values()];
}
