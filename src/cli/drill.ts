import type { Settings } from '../config/settings.ts';
import type { Drill } from '../drills/drill.ts';
import { drills } from '../drills/drills.ts';
import { openDetour } from '../kube/detour.ts';
import type { ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import { wallOf } from '../kube/simulated-clock.ts';
import { nearest, readArguments, readDuration, UsageError, type Values } from './arguments.ts';
import { complain, readConfiguration } from './configuration.ts';
import { closeOnSignal, limitsAt, startDemo } from './demo.ts';
import { drillRefusal } from './drill-allowed.ts';
import { type PlayOptions, playDrill } from './drill-play.ts';
import { recall, unfinished } from './drill-store.ts';
import { undo } from './drill-undo.ts';
import { exitCodes } from './exit-codes.ts';
import { chooseCluster } from './kubeconfig.ts';
import { drillFlags } from './prevention-commands.ts';
import { openSession, type Session, type SessionOptions } from './session.ts';
import { stateFolder } from './state-folder.ts';

type DrillValues = Values<typeof drillFlags>;

const line = (text = ''): void => void process.stdout.write(`${text}\n`);

/** Practice: breaks one thing on purpose, watches with the real watch, keeps the score, and takes it back on every way out. */
export async function drill(argv: readonly string[]): Promise<number> {
  const { values, words } = readArguments(argv, drillFlags, 1);
  if (values.list === true) return list();
  const patienceMs = readDuration('patience', values.patience ?? '15m');
  if (values.undo === true) return undoHere(values);
  const chosen = known(words[0]);
  if (values.demo === true) return onDemo(chosen, patienceMs, values);
  const resolved = chooseCluster(values, process.env);
  const config = await readConfiguration(values, process.env);
  complain(config);
  const settings = config.settingsFor(resolved.context);
  const refusal = drillRefusal(settings.context);
  if (refusal !== null) throw new UsageError(refusal);
  if (values.yes === true && values.context === undefined)
    throw new UsageError('with --yes, name the context with --context');
  if (values.yes !== true && !(process.stdin.isTTY && process.stdout.isTTY))
    throw new UsageError('without a terminal nobody can confirm; use --yes and --context');
  return onCluster(resolved, settings, chosen, { ...values, patienceMs });
}

function list(): number {
  const width = Math.max(...drills.map(one => one.name.length));
  for (const { name, title } of drills) line(`${name.padEnd(width)}  ${title}`);
  return exitCodes.healthy;
}

function known(name: string | undefined): Drill {
  if (name === undefined) throw new UsageError('say which drill; groundup drill --list names them');
  const found = drills.find(one => one.name === name);
  if (found !== undefined) return found;
  const near = nearest(
    name,
    drills.map(one => one.name),
  );
  throw new UsageError(
    `there is no drill '${name}'${near === undefined ? '' : ` (did you mean ${near}?)`}; groundup drill --list names them`,
  );
}

function onCluster(
  resolved: ResolvedKubeconfig,
  settings: Settings,
  chosen: Drill,
  { patienceMs, yes, repair }: DrillValues & Pick<PlayOptions, 'patienceMs'>,
): Promise<number> {
  const { env } = process;
  const wall = wallOf(resolved.cluster.clock);
  return play({ resolved, env, cwd: process.cwd(), stateDir: stateFolder(env), settings, wall }, chosen, {
    speed: resolved.cluster.clock?.speed ?? 1,
    patienceMs,
    ask: yes !== true,
    repair: repair === true,
  });
}

async function onDemo(chosen: Drill, patienceMs: number, values: DrillValues): Promise<number> {
  const speed = 10;
  const starting = startDemo(speed);
  const stopClosing = closeOnSignal(starting);
  const simulation = await starting;
  stopClosing();
  try {
    const env = { ...process.env, ...simulation.env };
    const stateDir = `${simulation.env.XDG_STATE_HOME}/groundup`;
    const wall = simulation.clock.now;
    const ask = values.yes !== true && process.stdin.isTTY === true && process.stdout.isTTY === true;
    return await play(
      {
        resolved: chooseCluster({}, env),
        env,
        cwd: simulation.folder,
        stateDir,
        wall,
        limits: limitsAt(speed),
      },
      chosen,
      { speed, patienceMs, ask, repair: values.repair === true },
    );
  } finally {
    await simulation.close();
  }
}

/** A drill that cuts the way to the API server gets one that can be cut. */
async function play(
  options: SessionOptions,
  chosen: Drill,
  how: Pick<PlayOptions, 'speed' | 'patienceMs' | 'ask' | 'repair'>,
): Promise<number> {
  const way = chosen.cutsOff === true ? await openDetour(options.resolved, options.env) : null;
  if (way?.ok === false) {
    line(`NOT BEGUN ${way.why}`);
    return exitCodes.actionFailed;
  }
  try {
    const session = await openSession({ ...options, resolved: way?.resolved ?? options.resolved });
    try {
      return await playDrill(session, chosen, {
        ...how,
        stateDir: options.stateDir,
        detour: way,
        print: line,
      });
    } finally {
      await session.close();
    }
  } finally {
    await way?.close();
  }
}

/** Takes back what a killed drill left on the chosen cluster. */
async function undoHere(values: DrillValues): Promise<number> {
  const stateDir = stateFolder(process.env);
  const left = await unfinished(stateDir);
  if (left.length === 0) {
    line('no drill waits to be undone');
    return exitCodes.healthy;
  }
  const resolved = chooseCluster(values, process.env);
  const session = await openSession({
    resolved,
    env: process.env,
    cwd: process.cwd(),
    stateDir,
    wall: wallOf(resolved.cluster.clock),
  });
  try {
    await session.cluster.loaded(15_000);
    return await undoOn(session, stateDir, left.map(one => `${one.drill} on ${one.context}`).join(', '));
  } finally {
    await session.close();
  }
}

async function undoOn(session: Session, stateDir: string, others: string): Promise<number> {
  const { uid, context } = session.model().diagnosis.cluster;
  const begun = uid === null ? null : await recall(stateDir, uid);
  if (begun === null) {
    line(
      uid === null
        ? `'${context}' cannot be told apart from other clusters now: its namespace kube-system was not read`
        : `no drill waits to be undone on '${context}', but: ${others}; choose it with --context`,
    );
    return exitCodes.actionFailed;
  }
  const done = await undo(session.cluster.request, stateDir, begun, line);
  line(done ? `${begun.drill} is undone` : 'it stays remembered: try again with groundup drill --undo');
  return done ? exitCodes.healthy : exitCodes.actionFailed;
}
