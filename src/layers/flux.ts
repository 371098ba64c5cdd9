import type { Snapshot } from '../cluster/snapshot.ts';
import { calmAge } from '../text/age.ts';
import { type Safe, say } from '../text/safe.ts';
import { hasFluxOperator, isFluxConfigured } from './flux-configured.ts';
import {
  type Controller,
  controllerFinding,
  controllerVerdict,
  fluxControllers,
} from './flux-controllers.ts';
import { type InstanceReport, instanceReport, instanceVersion } from './flux-instance.ts';
import { judgement, worst } from './judgement.ts';
import type { Finding, Judgement, Layer, LayerId } from './layer.ts';
import { trustOf, unreadable } from './stream-trust.ts';

/** The controllers of Flux, what installs them, and whether they act. */
export const fluxLayer: Layer = {
  id: 'flux',
  key: 6,
  title: 'Flux controllers',
  short: 'Flux',
  standsOn: 'service-discovery',
  watches: ['deployments-flux', 'pods-flux', 'flux-leases', 'fluxinstances', 'helm-releases', 'events'],
  judge,
};

function judge(snapshot: Snapshot, below: ReadonlyMap<LayerId, Judgement>): Judgement {
  const trust = trustOf(snapshot, ['deployments-flux', 'pods-flux', 'flux-leases', 'fluxinstances']);
  if (isFluxConfigured(snapshot) === false && trust.state === 'live') {
    return judgement({
      trust,
      verdict: 'unknown',
      reason: 'not-configured',
      summary: say`Flux is not installed here`,
    });
  }
  const controllers = fluxControllers(snapshot);
  const instance = hasFluxOperator(snapshot) ? instanceReport(snapshot) : null;
  const lastProof = unconfirmed(controllers, below);
  const verdict = worst([
    ...controllers.map(controllerVerdict),
    ...(instance === null ? [] : [instance.verdict]),
  ]);
  const flux = controllers.filter(one => one.weight !== 'operator');
  const ready = flux.filter(one => one.report.ready > 0 && !one.isIdle).length;
  const judged = judgement({
    trust,
    verdict,
    summary: summary(snapshot, flux, instance, lastProof),
    measure: { ready, wanted: flux.length },
    findings: [
      ...(instance?.findings ?? []),
      ...controllerFindings(snapshot, controllers, instance, below),
      ...unreadable(snapshot, ['events', 'helm-releases']),
    ],
  });
  if (lastProof === null || judged.verdict === 'unknown') return judged;
  return { ...judged, verdict: 'unknown', reason: 'stale', stale: true, confirmedAt: lastProof };
}

function controllerFindings(
  snapshot: Snapshot,
  controllers: readonly Controller[],
  instance: InstanceReport | null,
  below: ReadonlyMap<LayerId, Judgement>,
): readonly Finding[] {
  const operator = controllers.find(one => one.weight === 'operator');
  const coreDown = controllers.some(one => one.weight === 'core' && controllerVerdict(one) === 'down');
  const sourceDown = controllers.some(
    one => one.name === 'source-controller' && controllerVerdict(one) === 'down' && !one.isIdle,
  );
  const operatorDown = operator !== undefined && operator.report.verdict === 'down';
  return controllers.flatMap(one => {
    const isConsequence = instance?.verdict === 'down' && one.report.problem === 'missing';
    const found = controllerFinding(snapshot, one, isConsequence, below);
    if (found === null || found.severity === 'note') return found === null ? [] : [found];
    // Nothing is applied without what source-controller fetches: it comes first.
    if (one.name === 'kustomize-controller' && sourceDown)
      return [{ ...found, severity: 'warning' as const }];
    // Without the operator nobody brings the controllers back: then it is what has to be repaired first.
    return one.weight === 'operator' && operatorDown && coreDown
      ? [{ ...found, severity: 'critical' as const }]
      : [found];
  });
}

/**
 * Something below is down, and every controller that still says Ready has stopped renewing its lease: it is cut off rather
 * than broken, and what it says is a memory. The moment of the last renewal; null otherwise.
 */
function unconfirmed(
  controllers: readonly Controller[],
  below: ReadonlyMap<LayerId, Judgement>,
): number | null {
  if (![...below.values()].some(one => one.verdict === 'down')) return null;
  const claiming = controllers.filter(one => one.report.ready > 0);
  if (claiming.length < controllers.length || claiming.length === 0) return null;
  if (!claiming.every(one => one.isIdle || one.renewedAt === null)) return null;
  const proofs = claiming.flatMap(one => (one.renewedAt === null ? [] : [one.renewedAt]));
  return proofs.length === 0 ? null : proofs.reduce((a, b) => Math.max(a, b));
}

function summary(
  snapshot: Snapshot,
  controllers: readonly Controller[],
  instance: InstanceReport | null,
  lastProof: number | null,
): Safe {
  const claimed = controllers.filter(one => one.report.ready > 0).length;
  if (lastProof !== null) {
    return say`says ${claimed}/${controllers.length} Ready; last proof ${calmAge(snapshot.now - lastProof)} ago`;
  }
  const idle = controllers.filter(one => one.isIdle).length;
  const count = say`${claimed - idle}/${controllers.length}`;
  const version = instanceVersion(snapshot) ?? labelVersion(controllers);
  const parts = [instance === null ? say`${count} controllers` : say`${count} · ${instance.word}`];
  if (idle > 0) parts.push(say`${idle} not acting`);
  else if (version !== null) parts.push(version);
  return parts.reduce((a, b) => say`${a} · ${b}`);
}

function labelVersion(controllers: readonly Controller[]): Safe | null {
  for (const one of controllers) {
    const version = one.deployment?.metadata.labels?.['app.kubernetes.io/version'];
    if (version !== undefined) return version;
  }
  return null;
}
