import { refText } from '../../cluster/object-ref.ts';
import { type Safe, say } from '../../text/safe.ts';
import type { Action, Bench } from '../action.ts';
import { kubectl, patchStep } from '../api-step.ts';
import { clusterGuards } from '../guards.ts';
import { makePlan, objectSound } from '../make-plan.ts';
import { parseRef } from '../target.ts';

/** Lets a node take new pods again. */
export const uncordon: Action = {
  id: 'uncordon',
  key: null,
  title: say`uncordon a node`,
  targets: cordoned,
  treats: (fault, bench) => {
    const named = fault.object?.kind === 'Node' ? refText(fault.object) : null;
    if (fault.problem !== 'cordoned' && fault.problem !== 'not-scheduled') return [];
    return cordoned(bench)
      .filter(target => named === null || target === named)
      .map(target => ({ target, rank: fault.problem === 'cordoned' ? 10 : 30 }));
  },
  plan: (target, bench) => {
    const object = parseRef(target);
    if (object === null || !cordoned(bench).some(one => one === target)) return null;
    return makePlan(bench, {
      action: 'uncordon',
      target,
      title: say`Uncordon ${refText(object)}`,
      danger: 1,
      word: object.name,
      steps: [
        patchStep(bench, object, {
          title: say`uncordon ${object.name}`,
          body: { spec: { unschedulable: null } },
          command: kubectl(bench, object, say`uncordon`, object.name),
        }),
      ],
      effect: say`${object.name} takes new pods again; somebody cordoned it on purpose`,
      takes: say`1 s`,
      expectedMs: 1_000,
      success: objectSound('nodes', object),
      guards: clusterGuards('nodes', bench),
    });
  },
};

function cordoned(bench: Bench): readonly Safe[] {
  return [...bench.snapshot.streams.nodes.items.values()]
    .filter(node => node.spec?.unschedulable === true)
    .map(node => refText({ kind: say`Node`, namespace: null, name: node.metadata.name }));
}
