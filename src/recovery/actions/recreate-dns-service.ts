import { type ObjectRef, refText } from '../../cluster/object-ref.ts';
import { say } from '../../text/safe.ts';
import type { Action, Bench } from '../action.ts';
import { deleteStep, kubectl } from '../api-step.ts';
import { withFluxAside } from '../flux-suspend.ts';
import { warn } from '../guard.ts';
import { syncStep } from '../helmfile-step.ts';
import { layerHealthy, makePlan } from '../make-plan.ts';
import { layerOf, type Release, releasesOf } from '../releases.ts';
import { parseRef } from '../target.ts';
import { syncGuards } from './sync-release.ts';

/** An address of a Service never changes: to get the right one it must be deleted and made again. */
export const recreateDnsService: Action = {
  id: 'recreate-dns-service',
  key: null,
  title: say`make the DNS Service again`,
  targets: bench => (dnsRelease(bench) === null ? [] : services(bench).map(refText)),
  treats: (fault, bench) => {
    if (fault.problem !== 'wrong-address' || fault.object === null || dnsRelease(bench) === null) return [];
    return [{ target: refText(fault.object), rank: 8 }];
  },
  plan: (target, bench) => {
    const object = parseRef(target);
    const release = dnsRelease(bench);
    if (object === null || release === null || !services(bench).some(one => refText(one) === target))
      return null;
    const uid = bench.snapshot.streams['services-system'].items.get(`${object.namespace}/${object.name}`)
      ?.metadata.uid;
    return makePlan(bench, {
      action: 'recreate-dns-service',
      target,
      title: say`Make ${refText(object)} again by syncing ${release.name}`,
      danger: 3,
      word: object.name,
      steps: withFluxAside(
        [release],
        [
          deleteStep(bench, object, {
            title: say`delete ${refText(object)}`,
            command: kubectl(bench, object, say`delete`, say`service`, object.name),
            ...(uid === undefined ? {} : { uid }),
          }),
          syncStep(bench, release, 15 * 60_000),
        ],
        bench,
      ),
      effect: say`no name is answered for some seconds; then the Service has the address that the release gives it`,
      takes: say`about 30 s`,
      expectedMs: 30_000,
      success: layerHealthy(bench, 'service-discovery'),
      guards: [
        ...syncGuards([release], 'dns', bench),
        warn(say`the release must set clusterIP, or the Service gets a random address again`),
      ],
    });
  },
};

function dnsRelease(bench: Bench): Release | null {
  return releasesOf(bench).find(release => layerOf(release) === 'dns') ?? null;
}

function services(bench: Bench): readonly ObjectRef[] {
  return [...bench.snapshot.streams['services-system'].items.values()]
    .filter(({ metadata }) => metadata.name === 'kube-dns' || metadata.name.endsWith('coredns'))
    .map(({ metadata }) => ({
      kind: say`Service`,
      namespace: metadata.namespace ?? null,
      name: metadata.name,
    }));
}
