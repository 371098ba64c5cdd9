import { accessReviewer } from '../kube/access-review.ts';
import { leaseStore } from '../kube/lease.ts';
import type { Transport } from '../kube/transport.ts';
import { blockedBy } from '../recovery/guard.ts';
import { needGuards } from '../recovery/need-guards.ts';
import type { Guard, Plan } from '../recovery/plan.ts';
import { hasEndedHere, type LeaseAnswer, leaseGuard } from '../runs/lease-guard.ts';
import type { Holder } from '../runs/lease-watch.ts';
import { outlivesGuard } from '../runs/outlives.ts';
import { pinGuard } from '../runs/pin-tools.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';

export interface AskerOptions {
  readonly request: Transport['request'];
  readonly stateDir: string;
  /** Cluster time, epoch ms. */
  readonly now: () => number;
  readonly holder: () => Holder | null;
  /** Binds a plan to the files that it runs. */
  readonly pin?: (plan: Plan) => Promise<Plan>;
}

/** Adds to a plan what only the API server and this machine can tell, each time anew. */
export function planAsker({ request, stateDir, now, holder, pin }: AskerOptions) {
  const review = accessReviewer(request);
  const leases = leaseStore(request);

  const lock = async (): Promise<LeaseAnswer> => {
    const read = await leases.read();
    const hasEnded =
      read.ok && read.record !== null && (await hasEndedHere(stateDir, read.record, Date.now()));
    return leaseGuard(read, holder(), { hasEnded, now: now() });
  };
  /** The watch may still hang on a connection to the old cluster, while what is started now would reach the new one. */
  const isOther = async ({ cluster }: Plan): Promise<boolean> => {
    if (cluster.uid === null) return false;
    const read = await request('GET', '/api/v1/namespaces/kube-system', { deadlineMs: 5_000 });
    const metadata = read.ok ? (read.json as { metadata?: { uid?: unknown } } | null)?.metadata : undefined;
    return typeof metadata?.uid === 'string' && field(metadata.uid) !== cluster.uid;
  };
  const asked = async (plan: Plan): Promise<Plan> => {
    const [answers, held, session, pinned] = await Promise.all([
      Promise.all((plan.needs ?? []).map(async need => ({ need, answer: await review(need) }))),
      lock(),
      outlivesGuard(),
      // What was bound once stays bound: a file that changes while the question stands is refused at the start.
      plan.pins === undefined ? pin?.(plan) : plan,
    ]);
    const further = [session, pinned === undefined ? null : pinGuard(pinned)].filter(one => one !== null);
    return withLate(pinned ?? plan, [...needGuards(answers), held.guard, ...further], held);
  };
  return {
    asked,
    /** The last word before a start: what was confirmed must be what is true now. */
    mayStart: async (plan: Plan): Promise<Safe | null> => {
      const [fresh, stranger] = await Promise.all([asked(plan), isOther(plan)]);
      if (stranger) return say`another cluster answers at this address now: the plan is not for it`;
      const refusal = blockedBy(fresh.guards);
      if (refusal !== null || fresh.takeOver === undefined) return refusal;
      return fresh.takeOver.version === plan.takeOver?.version
        ? null
        : say`${fresh.takeOver.by} held the lock and fell silent: look at it again and confirm to take over`;
    },
  };
}

/** Taking a lock away from somebody is confirmed with a typed word. */
function withLate(plan: Plan, late: readonly Guard[], { takeOver }: LeaseAnswer): Plan {
  const { takeOver: _, ...rest } = plan;
  return {
    ...rest,
    typedWord: plan.typedWord ?? (takeOver !== undefined ? plan.cluster.context : null),
    guards: [
      ...plan.guards.filter(one => one.about !== 'asked'),
      ...late.map(one => ({ ...one, about: 'asked' as const })),
    ],
    ...(takeOver === undefined ? {} : { takeOver }),
  };
}
