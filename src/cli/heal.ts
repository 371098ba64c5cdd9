import type { ContextSettings } from '../config/context-settings.ts';
import type { Settings } from '../config/settings.ts';
import { freezeKubeconfig } from '../kube/freeze-kubeconfig.ts';
import type { ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import { wallOf } from '../kube/simulated-clock.ts';
import type { HealDecision, HealRules } from '../recovery/heal.ts';
import { LEAST_COUNTDOWN_MS } from '../recovery/heal-countdown.ts';
import { secretsOf } from '../runs/secrets.ts';
import { say } from '../text/safe.ts';
import { readArguments, readDuration, UsageError } from './arguments.ts';
import { healFlags } from './commands.ts';
import { complain, readConfiguration } from './configuration.ts';
import { countAloud } from './count-aloud.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { checkHealFlags, healRules } from './heal-rules.ts';
import { type Healing, openHealing } from './healing.ts';
import { chooseCluster } from './kubeconfig.ts';
import { lookOnce, settledVerdict, verdictOf } from './recover-look.ts';
import { planText } from './recover-print.ts';
import { runToItsEnd } from './recover-run.ts';
import { openSession, type Session } from './session.ts';
import { stateFolder } from './state-folder.ts';
import { type Telling, tellOfChanges } from './telling.ts';

const line = (text = ''): void => void process.stdout.write(`${text}\n`);

interface Wish {
  readonly isDry: boolean;
  /** How long to go on looking, ms; null: until there is an answer. */
  readonly forMs: number | null;
  readonly withinMs: number;
  /** How long somebody at a terminal has to stop it; null where nobody sits. */
  readonly countdownMs: number | null;
}

/** Repairs by itself what is opted in, under all the rails, without a screen: for timers. */
export async function heal(argv: readonly string[]): Promise<number> {
  const { values } = readArguments(argv, healFlags);
  if (values.once === true && values.for !== undefined)
    throw new UsageError('--once and --for exclude each other');
  const asked = {
    isDry: values['dry-run'] === true,
    forMs: values.for === undefined ? null : readDuration('for', values.for),
    withinMs: readDuration('timeout', values.timeout ?? '60s'),
  };
  const isSwitch = values.stop === true || values.resume === true;
  const resolved = chooseCluster(values, process.env);
  const config = await readConfiguration(values, process.env);
  complain(config);
  const settings = config.settingsFor(resolved.context);
  const rules = isSwitch ? healRules([], settings.context) : rulesOf(values.action, settings.context);
  const isWatched = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const wish: Wish = { ...asked, countdownMs: isWatched && !asked.isDry ? rules.countdownMs : null };
  const stateDir = stateFolder(process.env);
  const session = await openSession({
    resolved,
    env: process.env,
    cwd: process.cwd(),
    stateDir,
    wall: wallOf(resolved.cluster.clock),
    settings,
  });
  const telling = wish.isDry || isSwitch ? null : tellerOf(session, resolved, settings, stateDir);
  try {
    const healing = openHealing({
      session,
      rules: () => rules,
      resolved,
      stateDir,
      isProtected: () => settings.context.protected && values.context === undefined,
    });
    await session.runs.attach();
    await lookOnce(session, Math.min(asked.withinMs, 30_000));
    if (isSwitch) return await turn(session, healing, values.resume === true);
    return await healIn(session, healing, resolved, wish);
  } finally {
    await telling?.look();
    await telling?.close();
    await session.close();
  }
}

/** Whom the configuration names is told of changes, as by `check --notify`. */
function tellerOf(
  session: Session,
  resolved: ResolvedKubeconfig,
  settings: Settings,
  stateDir: string,
): Telling {
  return tellOfChanges({
    context: resolved.context,
    settings: settings.notify,
    model: session.model,
    stateDir,
    env: process.env,
    secrets: () => secretsOf(freezeKubeconfig(resolved)),
    complain: text => void process.stderr.write(`groundup: ${text}\n`),
  });
}

/** What may run by itself. Throws UsageError when that is nothing, with the reason. */
function rulesOf(flags: readonly string[] | undefined, context: ContextSettings): HealRules {
  checkHealFlags(flags, context);
  if (context.readOnly)
    throw new UsageError(`the configuration makes '${context.name}' read-only: nothing is repaired there`);
  const rules = healRules(flags, context);
  if (rules.actions.length > 0) return rules;
  throw new UsageError(
    'self-healing is off: no action is opted in; name each with --action, or under heal in the configuration',
  );
}

async function turn(session: Session, healing: Healing, on: boolean): Promise<number> {
  if (session.model().diagnosis.cluster.uid === null) {
    process.stderr.write('groundup: the identity of the cluster is unknown: nothing was changed\n');
    return exitCodes.unknown;
  }
  if (on) await healing.resume();
  else await healing.pause();
  line(`self-healing of ${session.model().diagnosis.cluster.context} is ${on ? 'on again' : 'stopped'}`);
  return exitCodes.healthy;
}

/** Looks until something was done or an answer is certain; with a duration, until it is over. */
async function healIn(
  session: Session,
  healing: Healing,
  { cluster }: ResolvedKubeconfig,
  wish: Wish,
): Promise<number> {
  const until = performance.now() + (wish.forMs ?? wish.withinMs / (cluster.clock?.speed ?? 1) + 15_000);
  const print = printer();
  let code: number = exitCodes.unknown;
  do {
    const { decision: first, isSettled } = await healing.look();
    if (isSettled) print(first);
    const decision = first.kind === 'act' ? await counted(healing, first, wish.countdownMs) : first;
    if (decision === 'stopped') {
      line('STOPPED   nothing was changed');
      return exitCodeOf(verdictOf(session));
    }
    if (decision !== first) print(decision);
    if (decision.kind === 'act') code = await act(session, healing, decision, wish);
    else code = codeOf(session, decision);
    const isAnswer = decision.kind !== 'wait' && isSettled && isJudged(session, decision);
    if (wish.forMs === null && isAnswer) return code;
    await pause(Math.min(healing.everyMs, Math.max(0, until - performance.now())));
  } while (performance.now() < until);
  return code;
}

async function act(
  session: Session,
  healing: Healing,
  { remedy }: Extract<HealDecision, { kind: 'act' }>,
  wish: Wish,
): Promise<number> {
  const ready = await healing.ready(remedy);
  if ('why' in ready) {
    line(`NOT RUN   ${ready.why}`);
    return exitCodes.actionFailed;
  }
  line(planText(ready.plan));
  if (wish.isDry) {
    line('\nDRY RUN   nothing was changed');
    return exitCodeOf(verdictOf(session));
  }
  const code = await runToItsEnd(session, ready.plan, line);
  return code ?? exitCodeOf(await settledVerdict(session, wish.withinMs, line));
}

/** Where somebody sits at the terminal, they may stop it; what is still right to do after that is decided anew. */
async function counted(
  healing: Healing,
  decision: Extract<HealDecision, { kind: 'act' }>,
  countdownMs: number | null,
): Promise<HealDecision | 'stopped'> {
  if (countdownMs === null) return decision;
  const { title } = decision.remedy;
  if (!(await countAloud(title, Math.max(LEAST_COUNTDOWN_MS, countdownMs)))) return 'stopped';
  const { decision: now } = await healing.look();
  return now.kind === 'act' && now.remedy.title !== title
    ? { kind: 'wait', root: now.root, rail: 'passes', why: say`the remedy changed while it counted` }
    : now;
}

/** As check says it, but what is left to people is not done: a timer must notice. */
function codeOf(session: Session, { kind }: HealDecision): number {
  return kind === 'human' ? exitCodes.actionFailed : exitCodeOf(verdictOf(session));
}

/** At the beginning nothing is known yet, and without a cause there is nothing to wait for. */
function isJudged(session: Session, { kind }: HealDecision): boolean {
  return kind !== 'idle' || session.model().snapshot.api.reach !== 'connecting';
}

/** Says each answer once. */
function printer(): (decision: HealDecision) => void {
  let last = '';
  return decision => {
    const text = textOf(decision);
    // Minutes that pass in it are no other answer.
    const answer = text.replace(/\d+/g, '#');
    if (answer !== last) line(text);
    last = answer;
  };
}

function textOf(decision: HealDecision): string {
  switch (decision.kind) {
    case 'idle':
      return `NOTHING   ${decision.why}`;
    case 'act':
      return `HEALS     ${decision.root}`;
    case 'wait':
      return `WAITS     ${decision.root}: ${decision.why}`;
    case 'human':
      return `NEEDS A HUMAN  ${decision.root}: ${decision.why}`;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise(done => {
    setTimeout(done, ms);
  });
}
