import { type ObjectRef, refText } from '../../cluster/object-ref.ts';
import { field } from '../../text/field.ts';
import { say } from '../../text/safe.ts';
import type { Action, Bench } from '../action.ts';
import { kubectl, patchStep } from '../api-step.ts';
import { passed, stop } from '../guard.ts';
import { clusterGuards } from '../guards.ts';
import { makePlan, objectSound } from '../make-plan.ts';
import type { Guard } from '../plan.ts';
import { parseRef } from '../target.ts';

/** Set while no agent of Cilium runs on the node, and taken away by Cilium's operator alone. */
const CILIUM_TAINT = 'node.cilium.io/agent-not-ready';

/** Takes a taint away whose owner is gone for good: a CNI that was replaced leaves its mark on the nodes. */
export const removeTaint: Action = {
  id: 'remove-taint',
  key: null,
  title: say`remove a stale taint`,
  targets: bench => tainted(bench).map(one => refText(one.object)),
  treats: (fault, bench) => {
    const fits = fault.problem === 'tainted' || fault.problem === 'not-scheduled';
    if (!fits || ciliumIsHere(bench)) return [];
    const named = fault.object?.kind === 'Node' ? refText(fault.object) : null;
    return tainted(bench)
      .map(one => refText(one.object))
      .filter(target => named === null || target === named)
      .map(target => ({ target, rank: 20 }));
  },
  plan: (target, bench) => {
    const object = parseRef(target);
    const found = tainted(bench).find(one => refText(one.object) === target);
    if (object === null || found === undefined) return null;
    const kept = found.taints.filter(one => one.key !== CILIUM_TAINT);
    return makePlan(bench, {
      action: 'remove-taint',
      target,
      title: say`Remove the taint ${field(CILIUM_TAINT)} of ${refText(object)}`,
      danger: 2,
      word: object.name,
      steps: [
        patchStep(bench, object, {
          title: say`remove the taint`,
          type: 'json',
          // Only if the taints are still those that were looked at.
          body: [
            { op: 'test', path: '/spec/taints', value: found.taints },
            { op: 'replace', path: '/spec/taints', value: kept },
          ],
          command: kubectl(bench, object, say`taint`, say`node`, object.name, field(`${CILIUM_TAINT}-`)),
        }),
      ],
      effect: say`pods are placed on ${object.name} again; an owner that is still there would set the taint again`,
      takes: say`1 s`,
      expectedMs: 1_000,
      success: objectSound('nodes', object),
      guards: [...clusterGuards('nodes', bench), ...ownerGuards(bench)],
    });
  },
};

function ownerGuards(bench: Bench): readonly Guard[] {
  const { daemonsets } = bench.snapshot.streams;
  if (daemonsets.freshness.state !== 'live') return [stop(say`whether Cilium is there cannot be seen now`)];
  return ciliumIsHere(bench)
    ? [stop(say`Cilium is there and sets the taint again: repair its agent on the node`)]
    : [passed(say`nothing of Cilium runs here any more`)];
}

/** Also without its DaemonSet: what Helm stored or left behind says that it is meant to be here. */
function ciliumIsHere(bench: Bench): boolean {
  const { streams } = bench.snapshot;
  const names = [...streams.daemonsets.items.values(), ...streams['deployments-system'].items.values()].map(
    one => one.metadata.name as string,
  );
  const stored = [...streams['helm-releases'].items.values()].some(
    one => one.metadata.labels?.name === 'cilium',
  );
  return stored || names.some(name => name === 'cilium' || name === 'cilium-operator');
}

function tainted(bench: Bench) {
  return [...bench.snapshot.streams.nodes.items.values()].flatMap(({ metadata, spec }) => {
    const taints = (spec?.taints ?? []).map(({ key, value, effect, timeAdded }) => ({
      ...(key === undefined ? {} : { key }),
      ...(value === undefined ? {} : { value }),
      ...(effect === undefined ? {} : { effect }),
      ...(timeAdded === undefined
        ? {}
        : { timeAdded: new Date(timeAdded).toISOString().replace('.000Z', 'Z') }),
    }));
    const object: ObjectRef = { kind: say`Node`, namespace: null, name: metadata.name };
    return taints.some(one => one.key === CILIUM_TAINT) ? [{ object, taints }] : [];
  });
}
