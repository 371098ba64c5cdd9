import type { Deployment } from '../../cluster/kinds.ts';
import { type ObjectRef, refText } from '../../cluster/object-ref.ts';
import { say } from '../../text/safe.ts';
import type { Action, Bench } from '../action.ts';
import { kubectl, patchStep } from '../api-step.ts';
import { clusterGuards } from '../guards.ts';
import { layerHealthy, makePlan } from '../make-plan.ts';
import { parseRef } from '../target.ts';

/** With one replica, losing its node loses every name. */
const WANTED = 2;

/** Gives CoreDNS its replicas back. */
export const scaleCoredns: Action = {
  id: 'scale-coredns',
  key: null,
  title: say`scale CoreDNS back`,
  targets: bench => corednsDeployments(bench).map(one => refText(refOf(one))),
  treats: (fault, bench) => {
    const fits =
      fault.layer === 'dns' && (fault.problem === 'scaled-to-zero' || fault.problem === 'single-point');
    if (!fits) return [];
    const named = corednsDeployments(bench).find(one => one.metadata.name === fault.object?.name);
    const found = named ?? corednsDeployments(bench)[0];
    return found === undefined ? [] : [{ target: refText(refOf(found)), rank: 5 }];
  },
  plan: (target, bench) => {
    const object = parseRef(target);
    const found = corednsDeployments(bench).find(one => one.metadata.name === object?.name);
    if (object === null || found === undefined) return null;
    const replicas = Math.max(WANTED, found.spec?.replicas ?? 0);
    return makePlan(bench, {
      action: 'scale-coredns',
      target,
      title: say`Scale ${refText(object)} to ${replicas}`,
      danger: 1,
      word: object.name,
      steps: [
        patchStep(bench, object, {
          title: say`scale ${object.name} to ${replicas}`,
          body: { spec: { replicas } },
          subresource: 'scale',
          command: kubectl(
            bench,
            object,
            say`scale`,
            say`deployment/${object.name}`,
            say`--replicas=${replicas}`,
          ),
        }),
      ],
      effect: say`${found.spec?.replicas ?? 0} replicas become ${replicas}`,
      takes: say`about 20 s`,
      expectedMs: 20_000,
      success: layerHealthy(bench, 'dns', 180_000),
      guards: clusterGuards('dns', bench),
    });
  },
};

/** CoreDNS by label first, by name second: distributions name it differently. */
function corednsDeployments(bench: Bench): readonly Deployment[] {
  const all = [...bench.snapshot.streams['deployments-system'].items.values()];
  return all.filter(
    one => one.metadata.labels?.['k8s-app'] === 'kube-dns' || /(^|-)coredns$/.test(one.metadata.name),
  );
}

function refOf(deployment: Deployment): ObjectRef {
  const { namespace, name } = deployment.metadata;
  return { kind: say`Deployment`, namespace: namespace ?? say`kube-system`, name };
}
