import { resourceOf } from '../seed/builders.ts';
import { FLUX_COMPONENTS, fluxDistribution } from '../seed/charts/flux.ts';
import { rootObjects } from '../seed/git-tree.ts';
import { ApiFailure, type Json, type Stored } from '../world.ts';
import { applyObject } from './apply-object.ts';
import { lookupError, namesResolve } from './coredns.ts';
import { recordEvent } from './events.ts';
import { checkHealth } from './flux-health.ts';
import { writeReport } from './flux-report.ts';
import { type FluxRun, startFluxLoop } from './flux-runner.ts';
import {
  interval,
  markFailed,
  markProgressing,
  markReady,
  type Outcome,
  writeFluxStatus,
} from './flux-status.ts';
import { digestOf, stamp } from './objects.ts';
import type { Life } from './switches.ts';
import { apiServes } from './work-queue.ts';

const OPERATOR = 'flux-operator';
const NAMESPACE = 'flux-system';
export const FLUX_INSTANCES = 'fluxcd.controlplane.io/fluxinstances';
const FINALIZER = 'fluxcd.controlplane.io/finalizer';
const REPORT_MS = 300_000;
const PULL_MS = 4_000;

/** flux-operator: makes the Flux controllers, their definitions and the root objects from a FluxInstance. */
export function startFluxOperator(life: Life): () => void {
  const loop = startFluxLoop(life, {
    controller: OPERATOR,
    resource: FLUX_INSTANCES,
    reconcile: (object, run) => reconcile(life, object, run),
  });
  const cancel = life.clock.every(REPORT_MS, () => {
    if (apiServes(life)) writeReport(life);
  });
  return () => {
    loop.stop();
    cancel();
  };
}

function reconcile(life: Life, object: Stored, run: FluxRun): void {
  if (object.metadata.deletionTimestamp) {
    uninstall(life, object);
    run.done(60_000);
    return;
  }
  if (object.metadata.annotations?.['fluxcd.controlplane.io/reconcile'] === 'disabled') {
    run.done(60_000);
    return;
  }
  if (object.status?.lastAppliedRevision === undefined) {
    writeFluxStatus(life, object, OPERATOR, draft => {
      draft.metadata.finalizers = [FINALIZER];
      markProgressing(draft, life.clock.now(), 'Reconciliation in progress');
    });
  }
  run.later(namesResolve(life, NAMESPACE) ? PULL_MS : 10_000, () => {
    if (!namesResolve(life, NAMESPACE)) {
      const pod = life.world
        .list('/pods', NAMESPACE)
        .find(one => one.metadata.labels?.['app.kubernetes.io/name'] === OPERATOR);
      const why = `fetch failed: failed to pull artifact ${object.spec.distribution.artifact}: Get "https://ghcr.io/v2/": ${lookupError('ghcr.io', pod?.status?.podIP ?? '10.42.0.30')}`;
      return give(life, object, run, { reason: 'ArtifactFailed', message: why });
    }
    const refused = apply(life, [...fluxDistribution(), ...rootObjects()]);
    if (refused)
      return give(life, object, run, {
        reason: 'ReconciliationFailed',
        message: `reconciliation failed: ${refused}`,
      });
    checkHealth(
      life,
      run,
      fluxDistribution().filter(one => one.kind === 'Deployment'),
      330_000,
      {
        waiting: () =>
          writeFluxStatus(life, object, OPERATOR, draft =>
            markProgressing(draft, life.clock.now(), 'Reconciliation in progress'),
          ),
        healthy: () => succeed(life, object, run),
        failed: message => give(life, object, run, { reason: 'HealthCheckFailed', message }),
      },
    );
  });
}

function apply(life: Life, objects: readonly Json[]): string | undefined {
  for (const one of objects) {
    try {
      const live = life.world.get(resourceOf(one), one.metadata.namespace, one.metadata.name);
      if (!live?.metadata.deletionTimestamp) applyObject(life.world, one);
      else return `${one.kind}/${one.metadata.name} is being deleted`;
    } catch (failure) {
      if (!(failure instanceof ApiFailure)) throw failure;
      return `${one.kind}/${one.metadata.namespace ?? ''}/${one.metadata.name} apply failed: ${failure.message}`;
    }
  }
  return undefined;
}

function give(life: Life, object: Stored, run: FluxRun, outcome: Outcome): void {
  writeFluxStatus(life, object, OPERATOR, draft => markFailed(draft, life.clock.now(), outcome));
  recordEvent(life, object, { type: 'Warning', ...outcome, component: OPERATOR });
  run.done(30_000);
}

function succeed(life: Life, object: Stored, run: FluxRun): void {
  const now = life.clock.now();
  writeFluxStatus(life, object, OPERATOR, draft => instanceReady(draft, now));
  writeReport(life);
  run.done(interval(object.metadata.annotations?.['fluxcd.controlplane.io/reconcileEvery'], 3_600_000));
}

/** The status of an instance whose controllers run; shared with the seed. */
export function instanceReady(draft: Json, now: number): void {
  draft.status ??= {};
  const revision = `v2.9.3@${digestOf('v2.9.3')}`;
  draft.metadata.finalizers = [FINALIZER];
  markReady(draft, now, { reason: 'ReconciliationSucceeded', message: 'Reconciliation finished in 6s' });
  const [last] = draft.status.history ?? [];
  Object.assign(draft.status, {
    lastAppliedRevision: revision,
    lastAttemptedRevision: revision,
    lastArtifactRevision: `latest@${digestOf('manifests')}`,
    components: Object.entries(FLUX_COMPONENTS).map(([name, tag]) => ({
      name,
      repository: `ghcr.io/fluxcd/${name}`,
      tag,
      digest: digestOf(name + tag),
    })),
    inventory: {
      entries: fluxDistribution().map(one => ({
        id: `${one.metadata.namespace ?? ''}_${one.metadata.name}_${one.apiVersion.split('/').slice(0, -1).join('')}_${one.kind}`,
        v: one.apiVersion.split('/').at(-1),
      })),
    },
    history: [
      {
        digest: digestOf(revision),
        firstReconciled: last?.firstReconciled ?? stamp(now),
        lastReconciled: stamp(now),
        lastReconciledDuration: '6s',
        lastReconciledStatus: 'ReconciliationSucceeded',
        totalReconciliations: (last?.totalReconciliations ?? 0) + 1,
      },
    ],
  });
}

/** The finalizer of the instance: workloads stay, Flux objects lose their finalizers and go with their definitions. */
function uninstall(life: Life, object: Stored): void {
  for (const name of Object.keys(FLUX_COMPONENTS)) life.world.remove('apps/deployments', NAMESPACE, name);
  for (const one of fluxDistribution()) {
    if (one.kind === 'CustomResourceDefinition') {
      const key = `${one.spec.group}/${one.spec.names.plural}`;
      for (const resource of life.world.list(key)) {
        life.world.update(key, resource.metadata.namespace, resource.metadata.name, draft => {
          delete draft.metadata.finalizers;
        });
      }
    }
    life.world.remove(resourceOf(one), one.metadata.namespace, one.metadata.name);
  }
  const message = 'Uninstallation completed';
  recordEvent(life, object, { reason: 'UninstallSucceeded', message, component: OPERATOR });
  life.world.update(FLUX_INSTANCES, object.metadata.namespace, object.metadata.name, draft => {
    delete draft.metadata.finalizers;
  });
}
