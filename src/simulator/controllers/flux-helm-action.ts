import { releaseObjects } from '../seed/releases.ts';
import { ApiFailure, type Json, type Stored } from '../world.ts';
import { applyObject } from './apply-object.ts';
import { recordEvent } from './events.ts';
import { healthOf } from './flux-health.ts';
import { configDigest, describeRelease, helmReady, historyEntry, snapshotOf } from './flux-helm-status.ts';
import type { FluxRun } from './flux-runner.ts';
import {
  errorLog,
  fluxCondition,
  fluxLog,
  handled,
  interval,
  markProgressing,
  REQUESTED,
  writeFluxStatus,
} from './flux-status.ts';
import { type Revision, revisions, storeRevision, turnRevision } from './helm-storage.ts';
import type { Life } from './switches.ts';

const CONTROLLER = 'helm-controller';
const LOOK_MS = 3_000;
const RETRY_MS = 10_000;

interface Plan {
  readonly known: readonly Revision[];
  readonly failures: number;
  readonly digest: string;
}

/** A pending revision is what a dead client left: it becomes failed, and the release can be upgraded again. */
export function unlock(life: Life, object: Stored, newest: Revision): void {
  const { status } = newest.release.info;
  turnRevision(
    life.world,
    newest,
    'failed',
    `Release unlocked from stale '${status}' state`,
    life.clock.now(),
  );
  const message = `Unlocked Helm release ${describeRelease(object, newest.release.version)}: stale '${status}' state`;
  recordEvent(life, object, { type: 'Warning', reason: 'PendingRelease', message, component: CONTROLLER });
  fluxLog(life, CONTROLLER, 'info', object, message);
}

/** Installs or upgrades, waits for the workloads, and remediates when they do not come up. */
export function release(life: Life, object: Stored, run: FluxRun, plan: Plan): void {
  const action = plan.known.length === 0 ? 'install' : 'upgrade';
  const name: string = object.spec.releaseName ?? object.metadata.name;
  const { namespace = '' } = object.metadata;
  const values = object.spec.values ?? {};
  const objects = releaseObjects(name, values);
  writeFluxStatus(life, object, CONTROLLER, draft => {
    markProgressing(
      draft,
      life.clock.now(),
      `Running '${action}' action with timeout of ${object.spec.timeout ?? '5m'}`,
    );
    handled(draft);
    const forceAt = draft.metadata.annotations?.['reconcile.fluxcd.io/forceAt'];
    if (forceAt !== undefined && forceAt === draft.metadata.annotations[REQUESTED])
      draft.status.lastHandledForceAt = forceAt;
  });
  const facts = { name, namespace, objects, values, now: life.clock.now(), ...versionOf(object) };
  const revision = storeRevision(life.world, {
    ...facts,
    status: action === 'install' ? 'pending-install' : 'pending-upgrade',
  });
  const refused = applyObjects(life, objects);
  const fail = (why: string): void => failed(life, object, run, { plan, action, revision, why });
  if (refused) {
    fail(refused);
    return;
  }
  const deadline = life.clock.now() + interval(object.spec.timeout);
  const look = (): void => {
    if (objects.every(one => healthOf(life, one) === 'Current')) {
      succeeded(life, object, run, { plan, action, revision });
      return;
    }
    if (life.clock.now() >= deadline) {
      fail('context deadline exceeded');
      return;
    }
    run.later(LOOK_MS, look);
  };
  run.later(LOOK_MS, look);
}

function versionOf(object: Stored): { chartVersion?: string } {
  const version = object.spec.chart?.spec?.version;
  return version ? { chartVersion: version } : {};
}

/** Definitions come first, as charts keep them apart; the sentence of the first refusal ends it. */
function applyObjects(life: Life, objects: readonly Json[]): string | undefined {
  for (const one of objects) {
    try {
      applyObject(life.world, one);
    } catch (failure) {
      if (!(failure instanceof ApiFailure)) throw failure;
      return failure.code === 422
        ? `cannot patch "${one.metadata.name}" with kind ${one.kind}: ${failure.message}`
        : failure.message;
    }
  }
  return undefined;
}

/** What was tried, which is not what the spec says by now when it changed meanwhile. */
function attempted(object: Stored, plan: Plan): Json {
  return { lastAttemptedConfigDigest: plan.digest, lastAttemptedGeneration: object.metadata.generation };
}

function succeeded(
  life: Life,
  object: Stored,
  run: FluxRun,
  { plan, action, revision }: { plan: Plan; action: string; revision: Revision },
): void {
  const now = life.clock.now();
  turnRevision(
    life.world,
    revision,
    'deployed',
    action === 'install' ? 'Install complete' : 'Upgrade complete',
    now,
  );
  writeFluxStatus(life, object, CONTROLLER, draft => {
    helmReady(draft, now, snapshotOf(life, object));
    Object.assign(draft.status, attempted(object, plan));
  });
  const message = `Helm ${action} succeeded for ${describeRelease(object, revision.release.version)}`;
  recordEvent(life, object, {
    reason: action === 'install' ? 'InstallSucceeded' : 'UpgradeSucceeded',
    message,
    component: CONTROLLER,
  });
  fluxLog(life, CONTROLLER, 'info', object, message);
  run.done(interval(object.spec.interval));
}

function failed(
  life: Life,
  object: Stored,
  run: FluxRun,
  end: { plan: Plan; action: string; revision: Revision; why: string },
): void {
  const { plan, action, revision, why } = end;
  const now = life.clock.now();
  const message = `Helm ${action} failed for ${describeRelease(object, revision.release.version)}: ${why}`;
  const reason = action === 'install' ? 'InstallFailed' : 'UpgradeFailed';
  turnRevision(
    life.world,
    revision,
    'failed',
    `${action === 'install' ? 'Release' : 'Upgrade'} "${object.metadata.name}" failed: ${why}`,
    now,
  );
  recordEvent(life, object, { type: 'Warning', reason, message, component: CONTROLLER });
  errorLog(life, CONTROLLER, object, message);
  writeFluxStatus(life, object, CONTROLLER, draft => {
    const outcome = { reason, message };
    fluxCondition(draft, now, 'Released', 'False', outcome);
    fluxCondition(draft, now, 'Ready', 'False', outcome);
    fluxCondition(draft, now, 'Reconciling', 'True', {
      reason: 'ProgressingWithRetry',
      message: 'retrying after failure',
    });
    const counter = action === 'install' ? 'installFailures' : 'upgradeFailures';
    Object.assign(draft.status, {
      failures: plan.failures + 1,
      [counter]: plan.failures + 1,
      ...attempted(object, plan),
    });
  });
  const last = plan.known.filter(one => ['deployed', 'superseded'].includes(one.release.info.status)).at(-1);
  if (action === 'upgrade' && last && object.spec.upgrade?.remediation?.strategy === 'rollback')
    rollback(life, object, last);
  run.done(RETRY_MS);
}

/** Puts the values of the last good revision back as a new revision; Ready then says so with "succeeded" in its reason. */
function rollback(life: Life, object: Stored, last: Revision): void {
  const now = life.clock.now();
  const name: string = object.spec.releaseName ?? object.metadata.name;
  const { namespace = '' } = object.metadata;
  const values = last.release.config;
  const objects = releaseObjects(name, values);
  const revision = storeRevision(life.world, {
    name,
    namespace,
    status: 'pending-rollback',
    objects,
    values,
    now,
    chartVersion: last.release.chart.metadata.version,
  });
  const refused = applyObjects(life, objects);
  const target = `previous release ${namespace}/${name}.v${last.release.version}`;
  turnRevision(
    life.world,
    revision,
    refused ? 'failed' : 'deployed',
    `Rollback to ${last.release.version}`,
    now,
  );
  const outcome = refused
    ? { reason: 'RollbackFailed', message: `Helm rollback to ${target} failed: ${refused}` }
    : { reason: 'RollbackSucceeded', message: `Helm rollback to ${target} succeeded` };
  recordEvent(life, object, { type: refused ? 'Warning' : 'Normal', ...outcome, component: CONTROLLER });
  writeFluxStatus(life, object, CONTROLLER, draft => {
    fluxCondition(draft, now, 'Remediated', refused ? 'False' : 'True', outcome);
    fluxCondition(draft, now, 'Ready', 'False', outcome);
    const version = revisions(life.world, namespace, name).at(-1)?.release.version ?? 1;
    const entry = {
      ...historyEntry(draft, { ...snapshotOf(life, object), version, action: 'rollback' }),
      configDigest: configDigest({ spec: { ...draft.spec, values } }),
    };
    draft.status.history = [entry, ...(draft.status.history ?? [])].slice(0, 5);
  });
}
