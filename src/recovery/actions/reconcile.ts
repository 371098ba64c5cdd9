import { refText } from '../../cluster/object-ref.ts';
import type { Problem } from '../../layers/problems.ts';
import { say } from '../../text/safe.ts';
import type { Action, Bench, Candidate, Fault } from '../action.ts';
import { fluxObjects, isFluxKind } from '../flux-objects.ts';
import { controllerAlive } from '../flux-owner.ts';
import { reconcilePlan } from '../flux-request.ts';

const ranks: Partial<Record<Problem, number>> = {
  'not-reconciled': 5,
  'source-failed': 10,
  'apply-failed': 15,
  'build-failed': 20,
  'decryption-failed': 20,
  'health-check-failed': 15,
  'dependency-not-ready': 20,
  'release-failed': 20,
  'not-ready': 20,
  stalled: 25,
  'retries-exhausted': 40,
  'instance-failed': 15,
  drift: 15,
};

/** Asks Flux to look again now instead of at its next interval. Safe to repeat. */
export const reconcile: Action = {
  id: 'reconcile',
  key: 'R',
  title: say`reconcile`,
  targets: bench => [...fluxObjects(bench).keys()],
  treats: (fault, bench) => {
    const rank = ranks[fault.problem];
    if (fault.object !== null && isFluxKind(fault.object.kind) && rank !== undefined) {
      const target = refText(fault.object);
      return fluxObjects(bench).has(target) ? [{ target, rank }] : [];
    }
    return fault.layer === 'flux' ? instanceFor(fault, bench) : [];
  },
  plan: (target, bench) => {
    const object = target === null ? undefined : fluxObjects(bench).get(target);
    return object === undefined ? null : reconcilePlan('reconcile', object, bench);
  },
};

const lost: ReadonlySet<Problem> = new Set<Problem>(['missing', 'scaled-to-zero', 'not-ready']);

/** The operator puts its controllers back when it is asked to look; only Helm puts back the operator. */
function instanceFor({ problem, object }: Fault, bench: Bench): readonly Candidate[] {
  if (!lost.has(problem) || object?.kind !== 'Deployment' || object.name === 'flux-operator') return [];
  if (!controllerAlive(bench, 'flux-operator')) return [];
  return [...fluxObjects(bench)].flatMap(([target, { kind }]) =>
    kind === say`FluxInstance` ? [{ target, rank: 6 }] : [],
  );
}
