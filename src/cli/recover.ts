import type { ContextSettings } from '../config/context-settings.ts';
import { wallOf } from '../kube/simulated-clock.ts';
import { actions } from '../recovery/actions/index.ts';
import { blockedBy } from '../recovery/guard.ts';
import type { Plan } from '../recovery/plan.ts';
import { readArguments, readDuration, UsageError } from './arguments.ts';
import { recoverFlags } from './commands.ts';
import { complain, readConfiguration } from './configuration.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { inSimulatedTime } from './in-simulated-time.ts';
import { chooseCluster } from './kubeconfig.ts';
import { askOnTerminal } from './recover-ask.ts';
import { choosePlan } from './recover-choose.ts';
import { lookOnce, settledVerdict, untilRipe, verdictOf } from './recover-look.ts';
import { guideText, planText } from './recover-print.ts';
import { runToItsEnd } from './recover-run.ts';
import { openSession, type Session } from './session.ts';
import { stateFolder } from './state-folder.ts';

const line = (text = ''): void => void process.stdout.write(`${text}\n`);

interface Wish {
  readonly action: string | null;
  readonly target: string | null;
  readonly isYes: boolean;
  readonly isPlanOnly: boolean;
  readonly withinMs: number;
  /** The name of the context is asked for. */
  readonly isProtected?: boolean;
}

/** Plans the repair of the root cause, or one action, and performs it without the monitor: the same plans, guards and proof. */
export async function recover(argv: readonly string[]): Promise<number> {
  const { values, words } = readArguments(argv, recoverFlags, 3);
  const [action = null, ...rest] = words;
  const wish: Wish = {
    action,
    target: rest.length === 0 ? null : rest.join(' '),
    isYes: values.yes === true,
    isPlanOnly: values.plan === true,
    withinMs: readDuration('timeout', values.timeout ?? '30s'),
  };
  if (!wish.isYes && !wish.isPlanOnly && !(process.stdin.isTTY && process.stdout.isTTY))
    throw new UsageError('without a terminal nobody can confirm; use --plan to look, or --yes to run');
  const resolved = chooseCluster(values, process.env);
  const config = await readConfiguration(values, process.env);
  complain(config);
  const settings = config.settingsFor(resolved.context);
  checkAction(action, settings.context);
  refuseReadOnly(settings.context, wish);
  if (wish.isYes && settings.context.protected && values.context === undefined)
    throw new UsageError(`'${resolved.context}' is protected: with --yes, name it with --context`);
  const session = await openSession({
    resolved,
    env: process.env,
    cwd: process.cwd(),
    stateDir: stateFolder(process.env),
    wall: wallOf(resolved.cluster.clock),
    settings,
  });
  try {
    return await recoverIn(
      session,
      { ...wish, isProtected: settings.context.protected },
      resolved.cluster.clock?.speed ?? 1,
    );
  } finally {
    await session.close();
  }
}

/** A context that is configured to be looked at only. */
function refuseReadOnly({ name, readOnly }: ContextSettings, { isPlanOnly }: Wish): void {
  if (readOnly && !isPlanOnly)
    throw new UsageError(
      `the configuration makes '${name}' read-only; use --plan to look, or change readOnly there`,
    );
}

function checkAction(action: string | null, { actions: own }: ContextSettings): void {
  const known = ['recover', ...[...actions, ...own].map(one => one.id)];
  if (action !== null && !known.includes(action))
    throw new UsageError(`unknown action '${action}'; it is one of ${known.join(', ')}`);
}

async function recoverIn(session: Session, wish: Wish, speed: number): Promise<number> {
  await session.runs.attach();
  await lookOnce(session, wish.withinMs);
  if (wish.action === null && !wish.isPlanOnly) await untilRipe(session, line);
  const chosen = choosePlan(session, wish.action, wish.target);
  switch (chosen.kind) {
    case 'nothing':
      line(chosen.text);
      return exitCodeOf(chosen.verdict);
    case 'unjudged':
      process.stderr.write(`groundup: ${chosen.text}\n`);
      return exitCodes.unknown;
    case 'guide':
      line(guideText(chosen.remedy));
      return wish.isPlanOnly ? exitCodes.healthy : exitCodeOf(verdictOf(session));
    case 'plan':
      return performPlan(session, inSimulatedTime(chosen.plan, speed), wish);
  }
}

async function performPlan(session: Session, bare: Plan, wish: Wish): Promise<number> {
  let plan = await session.asked(bare);
  line(planText(plan));
  if (wish.isPlanOnly) return exitCodes.healthy;
  if (wish.isYes) plan = await untilSilent(session, plan);
  const refusal = blockedBy(plan.guards);
  if (refusal !== null) {
    line(`\nNOT RUN   ${refusal}`);
    return exitCodes.actionFailed;
  }
  if (!wish.isYes && !(await askOnTerminal(plan, wish.isProtected === true))) {
    line('\nNOT RUN   not confirmed: nothing was changed');
    return exitCodes.actionFailed;
  }
  const code = await runToItsEnd(session, plan, line);
  return code ?? exitCodeOf(await settledVerdict(session, wish.withinMs, line));
}

const SILENCE_MS = 75_000;

/** Somebody else's lock is waited for: it is given back, or its holder turns out to be silent. */
async function untilSilent(session: Session, first: Plan): Promise<Plan> {
  const until = performance.now() + SILENCE_MS;
  let plan = first;
  if (blockedBy(plan.guards) !== null && session.holder() !== null)
    line(`\nwaiting up to ${SILENCE_MS / 1000} s: ${blockedBy(plan.guards)}`);
  while (blockedBy(plan.guards) !== null && session.holder() !== null && performance.now() < until) {
    await pause(2_000);
    plan = await session.asked(plan);
  }
  for (const guard of plan.takeOver === undefined ? [] : plan.guards)
    if (guard.about === 'asked' && guard.state === 'warning') line(`note      ${guard.text}`);
  return plan;
}

function pause(ms: number): Promise<void> {
  return new Promise(done => {
    setTimeout(done, ms);
  });
}
