import { refText } from '../../cluster/object-ref.ts';
import { layerIds } from '../../layers/layer.ts';
import { join, say } from '../../text/safe.ts';
import type { Action, Bench } from '../action.ts';
import { annotateStep } from '../flux-request.ts';
import { withFluxAside } from '../flux-suspend.ts';
import { syncStep } from '../helmfile-step.ts';
import { layerHealthy, makePlan } from '../make-plan.ts';
import type { Plan, Step, SuccessRule } from '../plan.ts';
import { chartName, layerOf, type Release, releasesOf } from '../releases.ts';
import { provedAt, syncGuards } from './sync-release.ts';

/**
 * Several releases of the bootstrap are gone: they are brought back in the order of the helmfile, each step only when the
 * layer of the one before is seen healthy, and at the end Flux is asked to apply Git again. What is there is left alone.
 */
export const rebuild: Action = {
  id: 'rebuild',
  key: null,
  title: say`rebuild from the ground up`,
  targets: bench => (missing(bench).length > 1 ? [null] : []),
  treats: (fault, bench) => {
    const gone = missing(bench);
    const onlyFlux = gone.every(release => layerOf(release) === 'flux');
    const lowest = Math.min(...gone.map(release => layerIds.indexOf(provedAt(release))));
    const stands = layerIds.indexOf(fault.layer) >= Math.min(lowest, layerIds.indexOf('cni'));
    const fits =
      fault.problem === 'missing' || fault.problem === 'instance-missing' || fault.layer === 'pod-network';
    return gone.length > 1 && !onlyFlux && stands && fits && fault.layer !== 'apps'
      ? [{ target: null, rank: 3 }]
      : [];
  },
  plan: (_, bench) => {
    const gone = missing(bench);
    return gone.length < 2 ? null : plan(gone, bench);
  },
};

/** Releases of the helmfile, in its order, that were never installed or whose main object is gone. */
function missing(bench: Bench): readonly Release[] {
  return releasesOf(bench).filter(({ name, namespace }) => {
    const component = bench.diagnosis.components.find(
      one => one.name === name && one.namespace === namespace,
    );
    return component?.findings.some(({ problem }) => problem === 'missing' || problem === 'instance-missing');
  });
}

function plan(gone: readonly Release[], bench: Bench): Plan {
  const steps = [...withFluxAside(gone, syncs(gone, bench), bench), ...reconciles(gone, bench)];
  const last = gone.findLast(release => layerOf(release) !== null) ?? gone.at(-1);
  const layers = gone.map(provedAt);
  const lowest = layers.toSorted((a, b) => layerIds.indexOf(a) - layerIds.indexOf(b))[0] ?? 'cni';
  return makePlan(bench, {
    action: 'rebuild',
    target: null,
    title: say`Rebuild ${gone.length} releases from the ground up`,
    danger: 3,
    word: bench.diagnosis.cluster.context,
    steps,
    effect: say`brings back ${join(
      gone.map(release => release.name),
      ', ',
    )}, each when the layer before it is seen healthy; what is there is left alone`,
    takes: say`1-4 min each`,
    expectedMs: gone.length * 90_000,
    success: layerHealthy(bench, last === undefined ? 'cni' : provedAt(last), 10 * 60_000),
    guards: syncGuards(gone, lowest, bench),
  });
}

function syncs(gone: readonly Release[], bench: Bench): readonly Step[] {
  return gone.map((release, at) => {
    const gate = at === gone.length - 1 ? null : gateOf(release, bench);
    return { ...syncStep(bench, release, 15 * 60_000), ...(gate === null ? {} : { gate }) };
  });
}

/** The operator alone makes no layer healthy, and what stands beside the chain carries nothing. */
function gateOf(release: Release, bench: Bench): SuccessRule | null {
  if (layerOf(release) === null || chartName(release) === 'flux-operator') return null;
  return layerHealthy(bench, provedAt(release), 10 * 60_000);
}

/** The roots of Git's tree, which are applied by no other Kustomization: asked to look again, not waited for. */
function reconciles(gone: readonly Release[], bench: Bench): readonly Step[] {
  // With Flux itself gone its operator asks for this by itself once it is back.
  if (gone.some(release => layerOf(release) === 'flux')) return [];
  return [...bench.snapshot.streams.kustomizations.items.values()].flatMap(({ metadata, spec }) => {
    if (metadata.labels?.['kustomize.toolkit.fluxcd.io/name'] !== undefined || spec?.suspend === true)
      return [];
    const object = { kind: say`Kustomization`, namespace: metadata.namespace ?? null, name: metadata.name };
    return [annotateStep(object, say`reconcile ${refText(object)}`, bench)];
  });
}
