import type { Json, Stored } from '../world.ts';
import { dependencyProblem } from './flux-dependencies.ts';
import { download } from './flux-fetch.ts';
import { checkHealth } from './flux-health.ts';
import { applyAll, buildProblem, prune } from './flux-kustomize-apply.ts';
import { type FluxRun, startFluxLoop } from './flux-runner.ts';
import {
  errorLog,
  fluxCondition,
  fluxLog,
  goDuration,
  interval,
  markFailed,
  markProgressing,
  markReady,
  type Outcome,
  writeFluxStatus,
} from './flux-status.ts';
import { digestOf, dropCondition, keyOf, stamp } from './objects.ts';
import type { Life } from './switches.ts';

const CONTROLLER = 'kustomize-controller';
export const KUSTOMIZATIONS = 'kustomize.toolkit.fluxcd.io/kustomizations';
const DEPENDENCY_RETRY_MS = 30_000;
const BUILD_MS = 1_500;
const FINALIZER = 'finalizers.fluxcd.io';

/** kustomize-controller: dependencies, artifact, build, apply, prune, health; each failing with its own reason. */
export function startKustomizeController(life: Life): () => void {
  const loop = startFluxLoop(life, {
    controller: CONTROLLER,
    resource: KUSTOMIZATIONS,
    reconcile: (object, run) => reconcile(life, object, run),
  });
  const stop = life.world.subscribe(({ resource, object, old }) => {
    if (resource !== 'source.toolkit.fluxcd.io/gitrepositories') return;
    if (object.status?.artifact?.revision === old?.status?.artifact?.revision) return;
    for (const one of life.world.list(KUSTOMIZATIONS))
      if (one.spec.sourceRef?.name === object.metadata.name) loop.add(keyOf(one), 500);
  });
  return () => {
    stop();
    loop.stop();
  };
}

function reconcile(life: Life, object: Stored, run: FluxRun): void {
  if (object.metadata.deletionTimestamp) {
    prune(life, object, []);
    life.world.update(KUSTOMIZATIONS, object.metadata.namespace, object.metadata.name, draft => {
      delete draft.metadata.finalizers;
    });
    run.done(60_000);
    return;
  }
  const { sourceRef } = object.spec;
  const source = life.world.get(
    'source.toolkit.fluxcd.io/gitrepositories',
    sourceRef.namespace ?? object.metadata.namespace,
    sourceRef.name,
  );
  const artifact = source?.status?.artifact;
  if (artifact === undefined) {
    const message =
      source === undefined
        ? `GitRepository.source.toolkit.fluxcd.io "${sourceRef.name}" not found`
        : 'Source artifact not found, retrying in 30s';
    give(life, object, run, { reason: 'ArtifactFailed', message }, DEPENDENCY_RETRY_MS);
    return;
  }
  const blocked = dependencyProblem(life, object, artifact.revision);
  if (blocked) {
    give(life, object, run, { reason: 'DependencyNotReady', message: blocked }, DEPENDENCY_RETRY_MS);
    return;
  }
  download(
    life,
    run,
    { controller: CONTROLLER, object, url: artifact.url },
    {
      ready: () => run.later(BUILD_MS, () => build(life, object, run, artifact.revision)),
      waiting: () =>
        progress(
          life,
          object,
          `Fetching manifests for revision ${artifact.revision} with a timeout of ${goDuration(interval(object.spec.timeout))}`,
        ),
      failed: message => give(life, object, run, { reason: 'ArtifactFailed', message }, retryOf(object)),
    },
  );
}

function build(life: Life, stale: Stored, run: FluxRun, revision: string): void {
  const object = life.world.get(KUSTOMIZATIONS, stale.metadata.namespace, stale.metadata.name);
  if (object === undefined) {
    run.done(60_000);
    return;
  }
  const tree = life.switches.git.paths.get(object.spec.path);
  const problem = buildProblem(life, object, tree);
  if (problem) {
    give(life, object, run, problem, retryOf(object), revision);
    return;
  }
  const desired = tree ?? [];
  const refused = applyAll(life, object, desired);
  if (refused) {
    give(life, object, run, refused, retryOf(object), revision);
    return;
  }
  if (object.spec.prune) prune(life, object, desired);
  if (!object.spec.wait) {
    succeed(life, object, run, revision, desired);
    return;
  }
  const timeout = interval(object.spec.timeout);
  checkHealth(life, run, desired, timeout, {
    waiting: () =>
      progress(
        life,
        object,
        `Running health checks for revision ${revision} with a timeout of ${goDuration(timeout - 30_000)}`,
      ),
    healthy: () => succeed(life, object, run, revision, desired),
    failed: message => {
      const outcome = { reason: 'HealthCheckFailed', message };
      writeFluxStatus(life, object, CONTROLLER, draft =>
        fluxCondition(draft, life.clock.now(), 'Healthy', 'False', outcome),
      );
      give(life, object, run, outcome, retryOf(object), revision);
    },
  });
}

function retryOf(object: Stored): number {
  return interval(object.spec.retryInterval ?? object.spec.interval);
}

function progress(life: Life, object: Stored, message: string): void {
  writeFluxStatus(life, object, CONTROLLER, draft => markProgressing(draft, life.clock.now(), message));
}

function give(
  life: Life,
  object: Stored,
  run: FluxRun,
  outcome: Outcome,
  retry: number,
  revision?: string,
): void {
  const now = life.clock.now();
  writeFluxStatus(life, object, CONTROLLER, draft => {
    markFailed(draft, now, outcome);
    if (revision) draft.status.lastAttemptedRevision = revision;
    if (revision) remember(draft, now, revision, outcome.reason);
  });
  if (outcome.reason === 'DependencyNotReady')
    fluxLog(life, CONTROLLER, 'info', object, `Dependencies do not meet ready condition, retrying in 30s`, {
      error: outcome.message,
    });
  else if (outcome.reason !== 'ArtifactFailed') errorLog(life, CONTROLLER, object, outcome.message);
  run.done(retry);
}

function succeed(life: Life, object: Stored, run: FluxRun, revision: string, desired: Json[]): void {
  const now = life.clock.now();
  writeFluxStatus(life, object, CONTROLLER, draft => kustomizationReady(draft, now, revision, desired));
  const next = interval(object.spec.interval);
  fluxLog(
    life,
    CONTROLLER,
    'info',
    object,
    `Reconciliation finished in 1.5s, next run in ${goDuration(next)}`,
    { revision },
  );
  run.done(next);
}

/** The status after a run that applied everything; shared with the seed. */
export function kustomizationReady(
  draft: Json,
  now: number,
  revision: string,
  desired: readonly Json[],
): void {
  draft.status ??= {};
  draft.metadata.finalizers = [...new Set([...(draft.metadata.finalizers ?? []), FINALIZER])];
  markReady(draft, now, { reason: 'ReconciliationSucceeded', message: `Applied revision: ${revision}` });
  if (draft.spec.wait)
    fluxCondition(draft, now, 'Healthy', 'True', {
      reason: 'Succeeded',
      message: 'Health check passed in 21.4ms',
    });
  else dropCondition(draft, 'Healthy');
  Object.assign(draft.status, {
    lastAppliedRevision: revision,
    lastAttemptedRevision: revision,
    inventory: { entries: desired.map(entryOf) },
  });
  remember(draft, now, revision, 'ReconciliationSucceeded');
}

function entryOf(object: Json): Json {
  const [group = '', version] = object.apiVersion.split('/');
  return {
    id: `${object.metadata.namespace ?? ''}_${object.metadata.name}_${version ? group : ''}_${object.kind}`,
    v: version ?? group,
  };
}

/** Five entries of history, the newest first; a run like the last one counts it up. */
function remember(draft: Json, now: number, revision: string, status: string): void {
  const history: Json[] = draft.status.history ?? [];
  const [last] = history;
  const digest = digestOf(revision);
  if (last?.digest === digest && last.lastReconciledStatus === status) {
    draft.status.history = [
      { ...last, lastReconciled: stamp(now), totalReconciliations: last.totalReconciliations + 1 },
      ...history.slice(1),
    ];
    return;
  }
  const entry = {
    digest,
    firstReconciled: stamp(now),
    lastReconciled: stamp(now),
    lastReconciledDuration: '1.5s',
    lastReconciledStatus: status,
    totalReconciliations: 1,
    metadata: { revision },
  };
  draft.status.history = [entry, ...history].slice(0, 5);
}
