import type { Json, Stored } from '../world.ts';
import { dependencyProblem } from './flux-dependencies.ts';
import { download } from './flux-fetch.ts';
import { release, unlock } from './flux-helm-action.ts';
import { configDigest, helmReady, snapshotOf } from './flux-helm-status.ts';
import { uninstall } from './flux-helm-uninstall.ts';
import { type FluxRun, startFluxLoop } from './flux-runner.ts';
import {
  errorLog,
  fluxLog,
  goDuration,
  handled,
  interval,
  markFailed,
  markProgressing,
  type Outcome,
  REQUESTED,
  touch,
  writeFluxStatus,
} from './flux-status.ts';
import { revisions } from './helm-storage.ts';
import { conditionOf, dropCondition, keyOf } from './objects.ts';
import type { Life } from './switches.ts';

export const HELM_CONTROLLER = 'helm-controller';
export const HELM_RELEASES = 'helm.toolkit.fluxcd.io/helmreleases';
const SOURCE_RETRY_MS = 30_000;

/** helm-controller: installs, upgrades, rolls back and unlocks Helm releases by their real release Secrets. */
export function startHelmController(life: Life): () => void {
  const loop = startFluxLoop(life, {
    controller: HELM_CONTROLLER,
    resource: HELM_RELEASES,
    reconcile: (object, run) => reconcile(life, object, run),
  });
  const stop = life.world.subscribe(({ resource, object, old }) => {
    if (!/^source\.toolkit\.fluxcd\.io\/(helmcharts|ocirepositories)$/.test(resource)) return;
    if (object.status?.artifact?.revision === old?.status?.artifact?.revision) return;
    for (const one of life.world.list(HELM_RELEASES))
      if (chartOf(one).name === object.metadata.name) loop.add(keyOf(one), 500);
  });
  return () => {
    stop();
    loop.stop();
  };
}

function chartOf(object: Stored): { resource: string; namespace: string; name: string; kind: string } {
  const { chartRef } = object.spec;
  const { namespace = '', name } = object.metadata;
  if (chartRef)
    return {
      resource: 'source.toolkit.fluxcd.io/ocirepositories',
      namespace: chartRef.namespace ?? namespace,
      name: chartRef.name,
      kind: 'OCIRepository',
    };
  const home = object.spec.chart.spec.sourceRef.namespace ?? namespace;
  return {
    resource: 'source.toolkit.fluxcd.io/helmcharts',
    namespace: home,
    name: `${namespace}-${name}`,
    kind: 'HelmChart',
  };
}

/** The HelmChart helm-controller keeps for a release that names a chart of a repository. */
export function helmChartFor(object: Json): Json | undefined {
  const spec = object.spec.chart?.spec;
  if (spec === undefined) return undefined;
  const { name, namespace } = object.metadata;
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'HelmChart',
    metadata: { name: `${namespace}-${name}`, namespace: spec.sourceRef.namespace ?? namespace },
    spec: {
      chart: spec.chart,
      version: spec.version,
      interval: object.spec.interval,
      reconcileStrategy: 'ChartVersion',
      sourceRef: { kind: spec.sourceRef.kind, name: spec.sourceRef.name },
    },
  };
}

function reconcile(life: Life, object: Stored, run: FluxRun): void {
  if (object.metadata.deletionTimestamp) {
    uninstall(life, object);
    run.done(60_000);
    return;
  }
  const blocked = dependencyProblem(life, object);
  if (blocked) {
    give(life, object, run, { reason: 'DependencyNotReady', message: blocked }, SOURCE_RETRY_MS);
    return;
  }
  const place = chartOf(object);
  const wanted = helmChartFor(object);
  if (wanted && !life.world.get(place.resource, place.namespace, place.name))
    life.world.create(place.resource, wanted);
  const source = life.world.get(place.resource, place.namespace, place.name);
  const artifact = source?.status?.artifact;
  if (artifact === undefined) {
    const message = `${place.kind} '${place.namespace}/${place.name}' is not ready: ${conditionOf(source, 'Ready')?.message ?? 'latest generation of object has not been reconciled'}`;
    give(life, object, run, { reason: 'SourceNotReady', message }, SOURCE_RETRY_MS);
    return;
  }
  download(
    life,
    run,
    { controller: HELM_CONTROLLER, object, url: artifact.url },
    {
      ready: () => run.later(800, () => act(life, object, run)),
      waiting: () =>
        writeFluxStatus(life, object, HELM_CONTROLLER, draft =>
          markProgressing(draft, life.clock.now(), 'Fulfilling prerequisites'),
        ),
      failed: message => give(life, object, run, { reason: 'ArtifactFailed', message }, 60_000),
    },
  );
}

/** Decides what the release needs: nothing, an unlock, an install, an upgrade, or that its retries are used up. */
function act(life: Life, stale: Stored, run: FluxRun): void {
  const object = reset(life, stale);
  if (object === undefined) {
    run.done(60_000);
    return;
  }
  const { namespace = '' } = object.metadata;
  const name = object.spec.releaseName ?? object.metadata.name;
  const known = revisions(life.world, namespace, name);
  const newest = known.at(-1);
  const locked = newest?.release.info.status.startsWith('pending-') ?? false;
  if (newest && locked) unlock(life, object, newest);
  const digest = configDigest(object);
  const changed =
    object.status?.lastAttemptedConfigDigest !== digest ||
    object.status?.lastAttemptedGeneration !== object.metadata.generation;
  const failures = object.status?.failures ?? 0;
  const forced = isForced(object);
  const recorded = object.status?.history?.[0];
  const unmanaged =
    newest !== undefined && recorded !== undefined && recorded.version !== newest.release.version;
  const sound =
    newest !== undefined && newest.release.info.status === 'deployed' && !locked && failures === 0;
  if (sound && !forced && !unmanaged && object.status?.lastAttemptedConfigDigest === digest) {
    inSync(life, object, run);
    return;
  }
  const retries = object.spec[newest ? 'upgrade' : 'install']?.remediation?.retries ?? 0;
  if (!changed && !forced && failures > retries) {
    stall(life, object, run, newest ? 'upgrade' : 'install', failures);
    return;
  }
  release(life, object, run, { known, failures: changed || forced ? 0 : failures, digest });
}

function isForced(object: Stored): boolean {
  const annotations = object.metadata.annotations ?? {};
  const at = annotations['reconcile.fluxcd.io/forceAt'];
  return at !== undefined && at === annotations[REQUESTED] && at !== object.status?.lastHandledForceAt;
}

/** A reset counts only with the same token as the request it came with. */
function reset(life: Life, object: Stored): Stored | undefined {
  const live = life.world.get(HELM_RELEASES, object.metadata.namespace, object.metadata.name);
  const annotations = live?.metadata.annotations ?? {};
  const at = annotations['reconcile.fluxcd.io/resetAt'];
  if (
    live === undefined ||
    at === undefined ||
    at !== annotations[REQUESTED] ||
    at === live.status?.lastHandledResetAt
  )
    return live;
  writeFluxStatus(life, live, HELM_CONTROLLER, draft => {
    Object.assign(draft.status, {
      failures: 0,
      upgradeFailures: 0,
      installFailures: 0,
      lastHandledResetAt: at,
    });
    dropCondition(draft, 'Stalled');
  });
  return life.world.get(HELM_RELEASES, object.metadata.namespace, object.metadata.name);
}

function inSync(life: Life, object: Stored, run: FluxRun): void {
  const now = life.clock.now();
  const ready = conditionOf(object, 'Ready')?.status === 'True';
  writeFluxStatus(life, object, HELM_CONTROLLER, draft => {
    if (ready) handled(draft);
    else helmReady(draft, now, snapshotOf(life, object));
    touch(draft, HELM_CONTROLLER, now);
  });
  const next = interval(object.spec.interval);
  fluxLog(
    life,
    HELM_CONTROLLER,
    'info',
    object,
    `release in-sync with desired state, next run in ${goDuration(next)}`,
  );
  run.done(next);
}

function stall(life: Life, object: Stored, run: FluxRun, action: string, failures: number): void {
  const now = life.clock.now();
  const message = `Failed to ${action} after ${failures} attempt(s)`;
  writeFluxStatus(life, object, HELM_CONTROLLER, draft => {
    dropCondition(draft, 'Reconciling');
    dropCondition(draft, 'Stalled');
    handled(draft);
    draft.status.conditions.push({
      type: 'Stalled',
      status: 'True',
      reason: 'RetriesExceeded',
      message,
      observedGeneration: draft.metadata.generation,
      lastTransitionTime: new Date(now).toISOString().replace(/\.\d+/, ''),
    });
  });
  errorLog(
    life,
    HELM_CONTROLLER,
    object,
    `terminal error: exceeded maximum retries: cannot remediate failed release: ${message}`,
  );
  run.done(24 * 3_600_000);
}

function give(life: Life, object: Stored, run: FluxRun, outcome: Outcome, retry: number): void {
  writeFluxStatus(life, object, HELM_CONTROLLER, draft => markFailed(draft, life.clock.now(), outcome));
  if (outcome.reason !== 'ArtifactFailed') errorLog(life, HELM_CONTROLLER, object, outcome.message);
  run.done(retry);
}
