import type { Healed } from '../cluster/healed.ts';
import type { ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import { leaseRecord } from '../kube/lease.ts';
import { blockedBy } from '../recovery/guard.ts';
import {
  countPass,
  decideHealing,
  type HealAttempt,
  type HealDecision,
  type HealRules,
  noPasses,
  rootId,
} from '../recovery/heal.ts';
import type { Plan, Remedy } from '../recovery/plan.ts';
import { auditHealing } from '../runs/audit.ts';
import { healAttempts, withOthers } from '../runs/heal-attempts.ts';
import { healingPaused, pauseHealing, resumeHealing } from '../runs/heal-pause.ts';
import { heldText } from '../runs/lease-guard.ts';
import { isActive } from '../store/updates.ts';
import { type Safe, say } from '../text/safe.ts';
import { inSimulatedTime } from './in-simulated-time.ts';
import type { Session } from './session.ts';

export interface HealingOptions {
  readonly session: Session;
  /** What may run by itself, asked at each look: a configuration changes. */
  readonly rules: () => HealRules;
  readonly resolved: ResolvedKubeconfig;
  readonly stateDir: string;
  /** A protected context that nobody named for this. */
  readonly isProtected: () => boolean;
  /** Local epoch ms. */
  readonly now?: () => number;
}

/** What a look gave. `isSettled`: the same root was seen often enough for the answer to be told. */
export interface HealingLook {
  readonly decision: HealDecision;
  readonly isSettled: boolean;
}

/** Self-healing of one cluster, one look after the other; who looks decides what to do with the answer. */
export interface Healing {
  readonly look: () => Promise<HealingLook>;
  /** The plan with everything that only the API server can tell; or why it may not run now. */
  readonly ready: (remedy: Remedy) => Promise<{ readonly plan: Plan } | { readonly why: Safe }>;
  readonly pause: () => Promise<void>;
  readonly resume: () => Promise<void>;
  /** How far apart two looks are, ms. */
  readonly everyMs: number;
}

const EVERY_MS = 5_000;
const LEAST_MS = 200;
const SETTLED = 3;

export function openHealing(options: HealingOptions): Healing {
  const { session, resolved, stateDir, now = Date.now } = options;
  const speed = resolved.cluster.clock?.speed ?? 1;
  const cluster = (): Plan['cluster'] => session.model().diagnosis.cluster;
  const note: Note = (event, root, detail) =>
    auditHealing(stateDir, { at: now(), cluster: cluster(), root, event, detail }).catch(() => {});
  /** Turned for the cluster that is seen; without an identity there is none to turn it for. */
  const turn = async (
    how: (uid: string) => Promise<void>,
    event: 'healing stopped' | 'healing resumed',
  ): Promise<void> => {
    const { uid } = cluster();
    if (uid === null) return;
    await how(uid);
    await note(event, rootOf(session), null);
  };
  return {
    look: looker(options, alarm(note)),
    ready: remedy => readied(session, inSimulatedTime(remedy.plan, speed)),
    pause: () => turn(uid => pauseHealing(stateDir, uid, now()), 'healing stopped'),
    resume: () => turn(uid => resumeHealing(stateDir, uid), 'healing resumed'),
    everyMs: Math.max(LEAST_MS, EVERY_MS / speed),
  };
}

type Note = (
  event: Parameters<typeof auditHealing>[1]['event'],
  root: string,
  detail: string | null,
) => Promise<void>;

function rootOf(session: Session): string {
  const { root } = session.model().diagnosis;
  return root === null ? '' : rootId(root);
}

/** Puts together all that the decision rests on, anew at each look. */
function looker(
  { session, rules, stateDir, isProtected, now = Date.now }: HealingOptions,
  noteAlarm: (look: HealingLook) => Promise<void>,
): () => Promise<HealingLook> {
  let passes = noPasses;
  /** Bound to the first cluster that was seen: another one behind the same name is not healed. */
  let uid: string | null = null;
  return async () => {
    uid ??= session.model().diagnosis.cluster.uid;
    const [attempts, paused] =
      uid === null
        ? [[], null]
        : await Promise.all([healAttempts(stateDir, uid), healingPaused(stateDir, uid)]);
    const bench = session.bench();
    passes = countPass(passes, bench.diagnosis);
    const held = session.holder();
    const decision = decideHealing({
      bench,
      rules: rules(),
      passes: passes.count,
      attempts: datedBy(withOthers(attempts ?? [], healedOf(session)), bench.now - now()),
      holder: held === null ? null : heldText(held.record, bench.snapshot.now),
      isRunning: isActive(session.runs.current()),
      uid,
      isProtected: isProtected(),
      paused: attempts === null ? say`the audit file cannot be read: nobody knows what was tried` : paused,
      local: localTime(now()),
    });
    const look = { decision, isSettled: decision.kind === 'idle' || passes.count >= SETTLED };
    await noteAlarm(look);
    return look;
  };
}

/** The lock lies among the leases that are watched anyway. */
function healedOf({ cluster }: Session): readonly Healed[] {
  const leases = cluster.snapshot().streams['system-leases'].items;
  return leaseRecord(leases.get('kube-system/groundup-recovery'))?.healed ?? [];
}

/** Writes down what is left to people; the same alarm once. */
function alarm(note: Note): (look: HealingLook) => Promise<void> {
  let told = '';
  return async ({ decision, isSettled }) => {
    const text = decision.kind === 'human' ? `${decision.root} ${decision.rail}` : '';
    if (decision.kind === 'wait' || text === told || !isSettled) return;
    told = text;
    if (decision.kind === 'human')
      await note('needs a human', decision.root, `${decision.rail}: ${decision.why}`);
  };
}

async function readied(
  session: Session,
  bare: Plan,
): Promise<{ readonly plan: Plan } | { readonly why: Safe }> {
  const plan = await session.asked(bare);
  const why = blockedBy(plan.guards);
  if (why !== null) return { why };
  return plan.takeOver === undefined
    ? { plan }
    : { why: say`the lock would have to be taken from ${plan.takeOver.by}: that is for people` };
}

/** Attempts were written down on the local clock; the bench may have another one. */
function datedBy(attempts: readonly HealAttempt[], shift: number): readonly HealAttempt[] {
  return attempts.map(one => ({ ...one, at: one.at + shift }));
}

function localTime(now: number) {
  const date = new Date(now);
  return { minutes: date.getHours() * 60 + date.getMinutes(), day: date.getDay() };
}
