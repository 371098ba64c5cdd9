import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { blockedBy } from '../recovery/guard.ts';
import type { Plan } from '../recovery/plan.ts';
import { stamped } from '../recovery/stamp.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { audit, whoAmI } from './audit.ts';
import { failpoint } from './failpoint.ts';
import { type RunOutcome, runsDir } from './journal.ts';
import { type Launcher, launchSupervisor, prepareRun } from './launch.ts';
import { releaseLock, takeLock } from './lock.ts';
import { pinChange } from './pin-tools.ts';
import { newRunId } from './run-id.ts';
import { isSameCluster, seenIn } from './verify.ts';

export interface StartOptions {
  /** `$XDG_STATE_HOME/groundup`. */
  readonly stateDir: string;
  readonly launcher: Launcher;
  /** The environment of supervisor and tools, without anything that is not theirs. */
  readonly environment: () => Readonly<Record<string, string>>;
  /** Local epoch ms. */
  readonly now: () => number;
  readonly observe: () => Diagnosis | null;
  /** One cluster, one user, one context: what every tool of the run will be pointed at. */
  readonly kubeconfigText: () => string;
  /** A last word before anything starts, such as a lock kept in the cluster: the reason why not, or null. */
  readonly mayStart?: (plan: Plan) => Promise<Safe | null>;
  /** Leaves word in the cluster of what begins (null) or has ended; nothing waits for it. */
  readonly announce?: (plan: Plan, outcome: RunOutcome | null) => void;
  /** Binds the plan to the files that it runs, as they are now. */
  readonly pin?: (plan: Plan) => Promise<Plan>;
}

/** Checks, locks, writes down, starts. Gives the id of the run, or why there is none; then nothing is left behind. */
export async function startRun(
  confirmed: Plan,
  options: StartOptions,
): Promise<{ readonly id: string } | { readonly why: Safe }> {
  const { stateDir, now } = options;
  const refusal = refusalOf(confirmed, options.observe()) ?? (await options.mayStart?.(confirmed)) ?? null;
  if (refusal !== null) return { why: refusal };
  const pinned = (await options.pin?.(confirmed)) ?? confirmed;
  const changed = pinChange(confirmed.pins ?? [], pinned.pins ?? []);
  if (changed !== null) return { why: changed };
  const before = seenIn(options.observe(), confirmed);
  const plan = { ...stamped(pinned, now()), ...(before === null ? {} : { before }) };
  const id = newRunId(now());
  try {
    const held = await takeLock(stateDir, plan, id, whoAmI());
    if (held !== null) return { why: held };
    failpoint('lock-taken');
  } catch (error) {
    return { why: say`the lock cannot be written: ${messageOf(error)}` };
  }
  try {
    const dir = await prepareRun(stateDir, { id, plan, kubeconfig: options.kubeconfigText(), at: now() });
    failpoint('plan-written');
    await audit(stateDir, { at: now(), event: 'started', run: id, plan, detail: null });
    await launchSupervisor(dir, options.launcher, options.environment());
    options.announce?.(plan, null);
    return { id };
  } catch (error) {
    await rm(join(runsDir(stateDir), id), { recursive: true, force: true }).catch(() => {});
    await releaseLock(stateDir, plan, id);
    return { why: say`the run cannot be started: ${messageOf(error)}` };
  }
}

/** What was shown when it was confirmed must still hold for the cluster that is watched now. */
function refusalOf(plan: Plan, diagnosis: Diagnosis | null): Safe | null {
  if (plan.steps.length === 0) return say`there is nothing to run in this plan`;
  if (diagnosis !== null && !isSameCluster(plan, diagnosis))
    return say`the plan is for another cluster than the one that is watched now`;
  return blockedBy(plan.guards);
}

function messageOf(error: unknown): Safe {
  return field(error instanceof Error ? error.message : String(error));
}
