import type { ClusterVerdict } from '../diagnosis/diagnosis.ts';
import type { Bench } from '../recovery/action.ts';
import { allActions, bestRemedy, planAction } from '../recovery/offer.ts';
import type { Plan, Remedy } from '../recovery/plan.ts';
import { field } from '../text/field.ts';
import { UsageError } from './arguments.ts';
import type { Session } from './session.ts';

export type Chosen =
  | { readonly kind: 'plan'; readonly plan: Plan }
  /** Only people can do it. */
  | { readonly kind: 'guide'; readonly remedy: Remedy }
  | { readonly kind: 'nothing'; readonly verdict: ClusterVerdict; readonly text: string }
  | { readonly kind: 'unjudged'; readonly text: string };

/**
 * The plan that was asked for by name, or the one for what is broken now: all causes in their order when there are several.
 * Throws UsageError for a target that is not there.
 */
export function choosePlan(session: Session, action: string | null, target: string | null): Chosen {
  const bench = session.bench();
  const { diagnosis, snapshot } = bench;
  if (snapshot.api.reach !== 'reached' && (action !== null || diagnosis.root === null))
    return {
      kind: 'unjudged',
      text: snapshot.api.failure?.message ?? 'the API server has not answered in time',
    };
  if (action !== null) return { kind: 'plan', plan: namedPlan(action, target, bench) };
  const { root, verdict } = diagnosis;
  if (root === null) return withoutRoot(verdict);
  const whole = planAction('recover', null, bench);
  if (whole !== null) return { kind: 'plan', plan: whole };
  const remedy = bestRemedy(root, bench);
  if (remedy === null) return { kind: 'nothing', verdict, text: `no remedy is known for: ${root.summary}` };
  return remedy.plan.steps.length === 0 ? { kind: 'guide', remedy } : { kind: 'plan', plan: remedy.plan };
}

function withoutRoot(verdict: ClusterVerdict): Chosen {
  if (verdict === 'unknown')
    return { kind: 'unjudged', text: 'the cluster cannot be judged; see: groundup check' };
  const text =
    verdict === 'healthy'
      ? 'nothing to repair: the cluster is healthy'
      : `the cluster is ${verdict}, but no cause to repair is known; see: groundup check`;
  return { kind: 'nothing', verdict, text };
}

function namedPlan(id: string, target: string | null, bench: Bench): Plan {
  const plan = planAction(id, target === null ? null : field(target), bench);
  if (plan !== null) return plan;
  if (id === 'recover') throw new UsageError('there are not several causes to repair now');
  const known =
    allActions(bench)
      .find(one => one.id === id)
      ?.targets(bench) ?? [];
  const names = known.filter(one => one !== null);
  const list = names.slice(0, 20).join(', ') + (names.length > 20 ? ', ...' : '');
  if (target === null && names.length > 0)
    throw new UsageError(`'${id}' needs a target; it is one of ${list}`);
  if (names.length === 0) throw new UsageError(`'${id}' has nothing to act on now`);
  throw new UsageError(`'${id}' knows no target '${target}'; it is one of ${list}`);
}
