import { type LayerId, layerIds } from '../layers/layer.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Bench } from './action.ts';
import { passed, stop, warn } from './guard.ts';
import type { Guard, ToolName } from './plan.ts';

/** What every change needs: an API server that answers, fresh facts, and certainty about which cluster it is. */
export function clusterGuards(layer: LayerId, bench: Bench): readonly Guard[] {
  const { diagnosis } = bench;
  const ground = [...belowGuards(layer, bench)];
  const view = diagnosis.layers.find(one => one.id === layer);
  if (view?.stale) ground.push(stop(say`what is known of ${view.title} is old: wait for a fresh look`));
  const guards: Guard[] = ground.map(guard => ({ ...guard, about: 'ground' }));
  if (diagnosis.cluster.uid === null)
    guards.push(stop(say`the identity of the cluster is unknown: its namespace kube-system was not read`));
  return guards;
}

/** A repair on a broken ground does not hold: the lowest broken layer comes first. */
export function belowGuards(layer: LayerId, bench: Bench): readonly Guard[] {
  const own = layerIds.indexOf(layer);
  const lower = bench.diagnosis.layers.filter(view => layerIds.indexOf(view.id) < own);
  const guards = lower.flatMap(view => {
    const becauseOfUs = view.blockedBy !== null && layerIds.indexOf(view.blockedBy) >= own;
    if (becauseOfUs) return [];
    if (view.verdict === 'down') return [stop(say`${view.title} is down and stands below: repair it first`)];
    // The layer that it waits for says so itself.
    if (view.verdict === 'blocked') return [];
    if (view.verdict === 'degraded') return [warn(say`${view.title} is degraded and stands below`)];
    if (view.verdict !== 'unknown') return [];
    if (view.reason === 'no-evidence' || view.reason === 'not-observable') return [];
    if (view.id === 'api') return [stop(say`the API server was not reached`)];
    return [warn(say`${view.title} cannot be judged`)];
  });
  return guards.length > 0 || lower.length === 0 ? guards : [passed(say`every layer below holds`)];
}

/** A namespace that is being deleted takes new objects with it. */
export function namespaceGuards(namespace: Safe, bench: Bench): readonly Guard[] {
  const found = bench.snapshot.streams.namespaces.items.get(namespace);
  const ending = found?.metadata.deletionTimestamp !== undefined || found?.status?.phase === 'Terminating';
  return ending
    ? [stop(say`namespace ${namespace} is being deleted: what is created there now is deleted with it`)]
    : [];
}

export function toolGuards(tools: readonly ToolName[], bench: Bench): readonly Guard[] {
  return tools.flatMap(tool =>
    bench.workshop.tools[tool] === undefined ? [stop(say`${tool as Safe} is not on PATH`)] : [],
  );
}

/** Without the repository there is nothing to install from. */
export function repositoryGuards(bench: Bench): readonly Guard[] {
  const { repository } = bench.workshop;
  if (repository === null)
    return [stop(say`no repository with a helmfile was found: set ROOT_DIR or start in its directory`)];
  if (repository.helmfile === null) return [stop(say`the repository has no helmfile that is known here`)];
  return repository.missingEnv.map(name => stop(say`the helmfile requires ${name}, which is not set`));
}

/** Commands that a helmfile runs by itself get no flag for the context. */
export function hookGuards(bench: Bench): readonly Guard[] {
  return bench.workshop.repository?.hooks === true
    ? [
        warn(
          say`hooks of the helmfile use the current context: KUBECONFIG is pinned to this cluster for them`,
        ),
      ]
    : [];
}
