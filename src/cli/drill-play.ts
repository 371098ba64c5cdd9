import { isDeepStrictEqual } from 'node:util';
import type { Reversible } from '../drills/change.ts';
import type { Drill, DrillPlan } from '../drills/drill.ts';
import { isOver, isPassed, scorer, scoreText } from '../drills/score.ts';
import { reversible } from '../drills/undo.ts';
import type { Detour } from '../kube/detour.ts';
import { blockedBy } from '../recovery/guard.ts';
import { askForWord } from './drill-ask.ts';
import { type Breakage, breakageRows, inTheCluster, onTheWay } from './drill-breakage.ts';
import { drillObstacle, leftOver } from './drill-obstacle.ts';
import { stopWatch } from './drill-stop.ts';
import { exitCodes } from './exit-codes.ts';
import { inSimulatedTime } from './in-simulated-time.ts';
import { nextChange } from './next-change.ts';
import { choosePlan } from './recover-choose.ts';
import { runToItsEnd } from './recover-run.ts';
import type { Session } from './session.ts';

export interface PlayOptions {
  readonly stateDir: string;
  /** How many times faster than real the cluster lives. */
  readonly speed: number;
  /** How long a person has to repair it. */
  readonly patienceMs: number;
  /** A person is there: the name of the context is asked for, and they repair it. */
  readonly ask: boolean;
  /** groundup repairs it. */
  readonly repair: boolean;
  /** The way to the API server, for a drill that cuts it. */
  readonly detour: Detour | null;
  readonly print: (text: string) => void;
}

const LOADED_MS = 20_000;
const LOOK_MS = 250;
const QUIET_MS = 5_000;
const NAMED_MS = 180_000;
const SETTLED_MS = 300_000;

/** One drill from the question to the score card. Whatever happens after the first harm, the undo comes after it. */
export async function playDrill(session: Session, drill: Drill, options: PlayOptions): Promise<number> {
  const { print, stateDir } = options;
  await session.cluster.loaded(LOADED_MS);
  await session.inspected;
  if ((await leftOver(session, stateDir)) === null) await quiet(session);
  const notBegun = (why: string): number => {
    print(`NOT BEGUN ${why}`);
    return exitCodes.actionFailed;
  };
  const shown = await prepare(session, drill);
  if ('why' in shown) return notBegun(shown.why);
  print(`${planText(session, drill, breakageRows(shown.parts, options.detour))}\n`);
  const refusal = await drillObstacle(session, stateDir, shown.parts);
  if (refusal !== null) return notBegun(refusal);
  const { context } = session.model().diagnosis.cluster;
  if (options.ask && !(await askForWord(context))) return notBegun('not confirmed: nothing was changed');
  // Somebody may have taken minutes to answer: what was shown must be what is there.
  const ready = options.ask ? await prepare(session, drill) : shown;
  if ('why' in ready) return notBegun(ready.why);
  const late = options.ask ? await drillObstacle(session, stateDir, ready.parts) : null;
  if (late !== null) return notBegun(late);
  if (!isDeepStrictEqual(commandsOf(ready.parts), commandsOf(shown.parts)))
    return notBegun('what is there changed meanwhile: look at it again');
  const breakage =
    options.detour === null
      ? inTheCluster(session, drill.name, ready.parts, options)
      : onTheWay(options.detour, print);
  return perform(session, drill, ready.plan, breakage, options);
}

interface Ready {
  readonly plan: DrillPlan;
  readonly parts: readonly Reversible[];
}

async function prepare(session: Session, drill: Drill): Promise<Ready | { readonly why: string }> {
  const plan = drill.plan(session.cluster.snapshot());
  if ('why' in plan) return plan;
  const parts = await partsOf(session, plan);
  return 'why' in parts ? parts : { plan, parts };
}

function commandsOf(parts: readonly Reversible[]) {
  return parts.map(({ harm, undo: back }) => [harm.command, back?.command]);
}

/** A cluster that has just been opened may still move. */
async function quiet(session: Session): Promise<void> {
  const until = performance.now() + QUIET_MS;
  while (session.model().diagnosis.verdict !== 'healthy' && performance.now() < until)
    await nextChange(session, LOOK_MS);
}

async function partsOf(
  { cluster }: Session,
  { harms }: DrillPlan,
): Promise<readonly Reversible[] | { readonly why: string }> {
  const parts: Reversible[] = [];
  for (const harm of harms) {
    const bare = reversible(harm, {}, cluster.snapshot());
    if (harm.kind !== 'delete') {
      parts.push(bare);
      continue;
    }
    // What is deleted is put back as it was, so it must be known in full first.
    const original = await cluster.request('GET', bare.harm.path, { deadlineMs: 10_000 });
    if (!original.ok) return { why: original.message };
    parts.push(reversible(harm, original.json, cluster.snapshot()));
  }
  return parts;
}

function planText(session: Session, drill: Drill, rows: ReturnType<typeof breakageRows>): string {
  const { context, server } = session.model().diagnosis.cluster;
  const row = (name: string, text: string): string => `${name.padEnd(9)} ${text}`;
  return [
    row('DRILL', `${drill.name}: ${drill.title}`),
    row('cluster', `${context}  ${server}`),
    row('lesson', drill.lesson),
    ...rows.map(([name, text]) => row(name, text)),
  ].join('\n');
}

/** From here on everything ends in the undo. */
async function perform(
  session: Session,
  drill: Drill,
  plan: DrillPlan,
  { breaks, takeBack }: Breakage,
  options: PlayOptions,
): Promise<number> {
  const { print } = options;
  const stop = stopWatch(options.ask);
  const scores = scorer(plan.expected);
  let undone: boolean | null = null;
  try {
    const startedAt = performance.now();
    const failure = await breaks();
    if (failure !== null) print(`NOT BROKEN ${failure}`);
    else await watchOver(session, plan, scores, startedAt, stop, options);
    undone = await takeBack();
    if (failure === null) await settle(session, plan, scores, startedAt, stop.again);
  } finally {
    undone ??= await takeBack();
    stop.close();
  }
  const score = scores.score();
  print(`\n${scoreText(drill.name, score)}`);
  if (!undone) print('NOT UNDONE: groundup drill --undo tries again');
  if (!undone) return exitCodes.actionFailed;
  return isPassed(score) ? exitCodes.healthy : exitCodes.degraded;
}

type Stop = ReturnType<typeof stopWatch>;
type Scores = ReturnType<typeof scorer>;

/** Until the cause is named, and then until somebody repaired it, gave up, or the time is over. */
async function watchOver(
  session: Session,
  plan: DrillPlan,
  scores: Scores,
  startedAt: number,
  stop: Stop,
  options: PlayOptions,
): Promise<void> {
  const { print } = options;
  const at = (): number => performance.now() - startedAt;
  const { namedWithinMs = NAMED_MS } = plan;
  const see = (): void => scores.see(session.model().diagnosis, at());
  while (scores.score().namedMs === null && at() < namedWithinMs && !stop.asked()) {
    await nextChange(session, LOOK_MS, stop.whenAsked);
    see();
  }
  const { namedMs, named } = scores.score();
  print(namedMs === null ? 'NOT NAMED' : `NAMED     after ${(namedMs / 1000).toFixed(1)} s: ${named}`);
  if (plan.expected.blinds === true) print(`SEEN      ${seenText(session)}`);
  // Nothing in the cluster is broken, so nobody has anything to repair.
  if (stop.asked() || options.detour !== null) return;
  if (options.repair) await repaired(session, options);
  else if (options.ask) await byHand(session, plan, stop, options);
  if (isOver(session.model().diagnosis, plan.expected)) scores.recovered(at(), 'repair');
}

/** What each layer is called while nobody can look. */
function seenText(session: Session): string {
  return session
    .model()
    .diagnosis.layers.map(({ short, verdict }) => `${short} ${verdict}`)
    .join(', ');
}

async function byHand(
  session: Session,
  { expected }: DrillPlan,
  stop: Stop,
  { print, patienceMs }: PlayOptions,
): Promise<void> {
  const until = performance.now() + patienceMs;
  print('YOURS     repair it, with groundup or by hand; Enter or Ctrl-C undoes it');
  while (!isOver(session.model().diagnosis, expected) && performance.now() < until && !stop.asked())
    await nextChange(session, LOOK_MS, stop.whenAsked);
}

/** By the best remedy, under the same guards as ever. */
async function repaired(session: Session, { print, speed }: PlayOptions): Promise<void> {
  const chosen = choosePlan(session, null, null);
  if (chosen.kind !== 'plan') return print('NOT REPAIRED: there is no remedy that can be run from here');
  const plan = await session.asked(inSimulatedTime(chosen.plan, speed));
  const refusal = blockedBy(plan.guards);
  if (refusal !== null) return print(`NOT REPAIRED: ${refusal}`);
  print(`REPAIR    ${plan.title}`);
  await runToItsEnd(session, plan, print);
}

/** After the undo the cluster has to be as it was; that is waited for, but not for ever. */
async function settle(
  session: Session,
  { expected }: DrillPlan,
  scores: Scores,
  startedAt: number,
  isImpatient: () => boolean,
): Promise<void> {
  const until = performance.now() + SETTLED_MS;
  session.cluster.refresh();
  while (!isOver(session.model().diagnosis, expected) && performance.now() < until && !isImpatient())
    await nextChange(session, LOOK_MS);
  if (isOver(session.model().diagnosis, expected)) scores.recovered(performance.now() - startedAt, 'undo');
}
