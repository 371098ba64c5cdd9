import { refText } from '../cluster/object-ref.ts';
import type { Diagnosis, LayerView } from '../diagnosis/diagnosis.ts';
import type { Plan, Seen, SuccessRule } from '../recovery/plan.ts';
import { type Safe, say } from '../text/safe.ts';

/** Where the watch for success stands. `healthySince`: local epoch ms since when the layer was seen healthy without a break. */
export interface Verification {
  readonly rule: SuccessRule;
  /** Local epoch ms of the moment after which the layer must have been seen. */
  readonly after: number;
  /** The same moment by the clock of the cluster, epoch ms, as it was converted at the first look: clocks drift apart. */
  readonly afterThere: number | null;
  readonly until: number;
  readonly healthySince: number | null;
  /** The rule was seen unmet since the run began: that it is met now is news, not an old answer. */
  readonly wasUnmet: boolean;
}

export type Verified =
  | { readonly done: false; readonly next: Verification }
  | { readonly done: 'succeeded' }
  | { readonly done: 'failed' | 'unknown'; readonly why: Safe };

/** Begins to wait for a rule. `after`: when the process ended; `now`: since when somebody looks. */
export function beginVerification(
  rule: SuccessRule,
  after: number,
  now: number,
  wasUnmet = false,
): Verification {
  const until = Math.max(after, now) + rule.withinMs;
  return { rule, after, afterThere: null, until, healthySince: null, wasUnmet };
}

/** True when the watch shows, after the moment `after` (local epoch ms), that the rule is not met. */
export function isSeenUnmet(
  rule: SuccessRule,
  plan: Plan,
  diagnosis: Diagnosis | null,
  after: number,
  skew: number,
): boolean {
  const view = freshView(rule, plan, diagnosis, after + skew);
  return view !== null && view.verdict !== 'unknown' && !isMet(rule, view, diagnosis?.at ?? 0);
}

/** The layer as it was judged after that time of the cluster; null when it was not. */
function freshView(
  rule: SuccessRule,
  plan: Plan,
  diagnosis: Diagnosis | null,
  after: number,
): LayerView | null {
  if (diagnosis === null || diagnosis.at <= after || !isSameCluster(plan, diagnosis)) return null;
  const view = diagnosis.layers.find(layer => layer.id === rule.layer);
  return view === undefined || view.stale ? null : view;
}

/**
 * One look. It succeeds only when the layer was healthy in observations made after the process ended, for as long as
 * the rule says: a process that ended well proves nothing, and neither does an old green. A green that was there all
 * the time counts once everything it rests on was confirmed anew, which takes up to a minute and a half on a quiet
 * cluster; one that was seen to come counts at once. `skew`: server clock minus
 * local clock, ms, since observations are dated by the cluster.
 */
export function verify(
  state: Verification,
  plan: Plan,
  diagnosis: Diagnosis | null,
  now: number,
  skew: number,
): Verified {
  const after = state.afterThere ?? state.after + skew;
  const view = freshView(state.rule, plan, diagnosis, after);
  const isHealthy = view !== null && isMet(state.rule, view, diagnosis?.at ?? 0);
  const wasUnmet = state.wasUnmet || (view !== null && view.verdict !== 'unknown' && !isHealthy);
  const healthySince = isHealthy ? (state.healthySince ?? now) : null;
  const isNews = wasUnmet || (isHealthy && view.confirmedAt !== null && view.confirmedAt > after);
  if (healthySince !== null && isNews && now - healthySince >= state.rule.stableMs)
    return { done: 'succeeded' };
  if (now < state.until)
    return { done: false, next: { ...state, afterThere: after, healthySince, wasUnmet } };
  return tooLate(state, view, diagnosis?.at ?? 0);
}

/** Blocked and unknown are never enough: then nothing is known of the object either. */
function isMet(rule: SuccessRule, view: LayerView, at: number): boolean {
  if (view.verdict === 'healthy' || isCalmAgain(rule, view, at)) return true;
  const { object } = rule;
  if (object === undefined || view.verdict === 'blocked' || view.verdict === 'unknown') return false;
  return !view.findings.some(
    finding =>
      finding.severity !== 'note' && finding.object !== null && refText(finding.object) === refText(object),
  );
}

/** Restarts are told long after their cause is gone. `at`: the moment of the look, of the cluster. */
function isCalmAgain({ stableMs }: SuccessRule, { verdict, findings }: LayerView, at: number): boolean {
  const wrong = findings.filter(one => one.severity !== 'note');
  const isPast = wrong.every(
    ({ problem, since }) => problem === 'restarting' && since !== null && at - since > stableMs,
  );
  return verdict === 'degraded' && wrong.length > 0 && isPast;
}

/** Seen and not healthy is a failure; not seen is not known. */
function tooLate(state: Verification, view: LayerView | null, at: number): Verified {
  const minutes = Math.max(1, Math.round(state.rule.withinMs / 60_000));
  if (view === null || view.verdict === 'unknown')
    return { done: 'unknown', why: say`it ended well, but the layer was not seen for ${minutes} min since` };
  if (isMet(state.rule, view, at))
    return {
      done: 'unknown',
      why: say`${view.title} was seen healthy, but not long enough or not confirmed since`,
    };
  return {
    done: 'failed',
    why: say`it ended well, but after ${minutes} min ${view.title} is ${view.verdict as Safe}: ${view.summary}`,
  };
}

/** What is seen of another cluster says nothing about this one. */
export function isSameCluster(plan: Plan, diagnosis: Diagnosis): boolean {
  const { uid, context, server } = plan.cluster;
  const seen = diagnosis.cluster;
  if (uid !== null && seen.uid !== null) return uid === seen.uid;
  return context === seen.context && server === seen.server;
}

/** How the cluster, and the layer that a plan repairs, stand now; null when that is not known. */
export function seenIn(diagnosis: Diagnosis | null, plan: Plan): Seen | null {
  if (diagnosis === null || !isSameCluster(plan, diagnosis)) return null;
  const view = diagnosis.layers.find(layer => layer.id === plan.success.layer);
  return { cluster: diagnosis.verdict, layer: `${plan.success.layer} ${view?.verdict ?? 'unknown'}` };
}
