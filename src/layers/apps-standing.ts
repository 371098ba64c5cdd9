import type { HelmRelease, Kustomization } from '../cluster/kinds.ts';
import { calmAge } from '../text/age.ts';
import { type Safe, say } from '../text/safe.ts';
import { duration } from './apps-duration.ts';
import { type Condition, conditionText, faultOf } from './apps-fault.ts';
import type { Standing } from './apps-model.ts';

/** A reconciliation flips Ready to Unknown for moments; until this is over, the last result still stands. */
const FLICKER = 60_000;
/** A new object may stay without a status so long. */
const NEW_GRACE = 300_000;
const successes: ReadonlySet<string> = new Set(['ReconciliationSucceeded', 'deployed']);

/** How a Kustomization or a HelmRelease stands, by its own words. `now` is cluster time. */
export function standingOf(object: Kustomization | HelmRelease, now: number): Standing {
  if (object.spec?.suspend === true) return { state: 'suspended' };
  const condition = (type: string) => object.status?.conditions?.find(c => c.type === type);
  const ready = condition('Ready');
  const stalled = condition('Stalled');
  const released = condition('Released');
  // "RollbackSucceeded" is how a failed upgrade ends; what failed stands in Released.
  const telling = ready?.status === 'False' && released?.status === 'False' ? released : ready;
  if (stalled?.status === 'True') return stalledStanding(stalled, telling);
  if (ready?.status === 'False') return failing(telling ?? ready, ready);
  if (ready?.status === 'True') {
    const behind = (ready.observedGeneration ?? 0) < (object.metadata.generation ?? 0);
    return { state: behind && ready.observedGeneration !== undefined ? 'progressing' : 'ready' };
  }
  return ready === undefined ? unseen(object, now) : inWork(object, ready, now);
}

function failing(telling: Condition, ready: Condition): Standing {
  const fault = faultOf(telling, 'release-failed');
  const isWaiting = ready.reason === 'DependencyNotReady' && !/not found/i.test(ready.message ?? '');
  if (isWaiting) return { state: 'waiting', fault };
  const isLost = ready.reason === 'DependencyNotReady';
  return { state: 'failing', fault: isLost ? { ...fault, problem: 'dependency-missing' } : fault };
}

/** Stalled means that nothing will be tried again; the failure that led to it is told with it. */
function stalledStanding(stalled: Condition, telling: Condition | undefined): Standing {
  const given = faultOf(stalled, 'stalled');
  const fault =
    stalled.reason === 'RetriesExceeded' ? { ...given, problem: 'retries-exhausted' as const } : given;
  if (telling?.status !== 'False' || telling.message === stalled.message) return { state: 'failing', fault };
  return {
    state: 'failing',
    fault: { ...fault, message: say`${fault.message}; last: ${conditionText(telling)}` },
  };
}

/** Ready=Unknown: at work. What failed last is failing until it succeeds; past the deadline it is no progress any more. */
function inWork(object: Kustomization | HelmRelease, ready: Condition, now: number): Standing {
  const worked = now - (ready.lastTransitionTime ?? now);
  const last = lastResult(object);
  const succeeded = last !== null && successes.has(last);
  const failures =
    object.status !== undefined && 'failures' in object.status ? (object.status.failures ?? 0) : 0;
  const released = object.status?.conditions?.find(c => c.type === 'Released' && c.status === 'False');
  if (failures > 0 || (last !== null && !succeeded)) {
    const failed = released ?? { ...ready, reason: last ?? say`Failed` };
    const what = released === undefined ? (last ?? say`it failed`) : conditionText(released);
    const message = say`${what} · tried again for ${calmAge(worked)}`;
    return { state: 'failing', fault: { ...faultOf(failed, 'release-failed'), message } };
  }
  if (worked <= FLICKER && succeeded) return { state: 'ready' };
  if (worked <= timeoutOf(object) + FLICKER) return { state: 'progressing' };
  const message = say`at work for ${calmAge(worked)} without a result: ${conditionText(ready)}`;
  return {
    state: 'failing',
    fault: { ...faultOf(ready, 'not-reconciled'), problem: 'not-reconciled', message },
  };
}

function lastResult(object: Kustomization | HelmRelease): Safe | null {
  const last = object.status?.history?.[0];
  const word = last?.lastReconciledStatus ?? last?.status;
  if (word === undefined) return null;
  return word;
}

function unseen(object: Kustomization | HelmRelease, now: number): Standing {
  const since = object.metadata.creationTimestamp ?? now;
  if (now - since <= NEW_GRACE) return { state: 'progressing' };
  const message = say`never reconciled since it was created ${calmAge(now - since)} ago`;
  return { state: 'failing', fault: { problem: 'not-reconciled', message, signature: null, since } };
}

/** How long one reconciliation may take (ms): as given, else five minutes, for Kustomizations the interval less 30 s. */
export function timeoutOf(object: Kustomization | HelmRelease): number {
  const given = duration(object.spec?.timeout);
  if (given !== null) return given;
  const interval = duration(object.spec?.interval);
  const isKustomization = object.spec !== undefined && ('path' in object.spec || 'sourceRef' in object.spec);
  return isKustomization && interval !== null ? Math.max(30_000, interval - 30_000) : 300_000;
}
