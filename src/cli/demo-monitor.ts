import type { Config } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import type { ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import type { SimulatedFault, Simulation } from '../simulator/start-simulation.ts';
import type { AppState, Mode } from '../store/app-state.ts';
import type { Effect } from '../store/intents.ts';
import { type AppStore, createAppStore } from '../store/store.ts';
import { tell } from '../store/updates.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { complaint, readConfiguration } from './configuration.ts';
import { faultOf, limitsAt } from './demo.ts';
import { exitCodes } from './exit-codes.ts';
import { firstState, withSettings } from './first-state.ts';
import { checkHealFlags } from './heal-rules.ts';
import { inSimulatedTime } from './in-simulated-time.ts';
import { chooseCluster } from './kubeconfig.ts';
import { performOn } from './monitor.ts';
import { reloading } from './reload.ts';
import { openScreen, type ScreenFlags } from './screen.ts';
import { openTape } from './tape.ts';
import { type Watch, watch } from './watch.ts';

interface DemoScreenFlags extends ScreenFlags {
  readonly 'allow-actions'?: boolean;
  readonly 'no-clock'?: boolean;
  readonly heal?: readonly string[];
  readonly record?: string;
}

/** The monitor as it is, on the simulated cluster, with a key that breaks things. */
export async function demoMonitor(
  simulation: Simulation,
  scenario: string | undefined,
  flags: DemoScreenFlags,
): Promise<number> {
  const tape = await openTape(flags.record);
  const env = { ...process.env, ...simulation.env };
  const resolved = chooseCluster({}, env);
  const first = await readConfiguration({}, process.env);
  const settings = inDemo(first, first.settingsFor(resolved.context));
  checkHealFlags(flags.heal, settings.context);
  const store = createAppStore(complaining(stateOf(simulation, resolved, flags, settings), complaint(first)));
  const { speed } = simulation.clock;
  let live: Watch | undefined;
  let isOver = false;
  const perform = (effect: Effect): void => {
    if (effect.kind === 'break') {
      playFault(store, simulation, effect.fault.name, effect.undo);
    } else if (live !== undefined) {
      void performOn(
        store,
        live,
        effect.kind === 'start-run' ? { ...effect, plan: inSimulatedTime(effect.plan, speed) } : effect,
      );
    }
  };
  const config = following(store, first, { context: resolved.context, flags, live: () => live });
  const screen = openScreen(store, {
    flags,
    now: Date.now,
    watched: () => live?.cluster,
    perform,
    onEnd: async () => {
      isOver = true;
      config.stop();
      await live?.close();
      await tape?.close();
      await simulation.close();
    },
  });
  const opened = await watch(store, {
    resolved,
    env,
    cwd: simulation.folder,
    stateDir: `${simulation.env.XDG_STATE_HOME}/groundup`,
    wall: simulation.clock.now,
    limits: limitsAt(speed),
    heal: flags.heal ?? [],
    tape,
    settings,
  });
  if (isOver) await opened.close();
  else live = opened;
  if (scenario !== undefined && !isOver) playFault(store, simulation, scenario, false);
  await screen.ended;
  return exitCodes.healthy;
}

interface Followed {
  readonly context: string;
  readonly flags: DemoScreenFlags;
  readonly live: () => Watch | undefined;
}

/** Takes over the configuration when its file changes. */
function following(store: AppStore, first: Config, { context, flags, live }: Followed) {
  const config = reloading({
    first,
    flags: {},
    env: process.env,
    context: () => context,
    onChange: (next, { text, isBad }) => {
      const held = inDemo(config.current(), next);
      store.setState(state =>
        tell(withSettings(state, flags, held), text, Date.now(), isBad ? 'bad' : 'plain'),
      );
      live()?.configure(held);
    },
  });
  return config;
}

function playFault(store: AppStore, simulation: Simulation, name: string, undo: boolean): void {
  const note = breakOrMend(faultOf(simulation, name), undo);
  store.setState(state =>
    tell({ ...state, mode: { ...state.mode, faults: faults(simulation) } }, note, Date.now()),
  );
}

/** What is wrong with the configuration is the first thing that is said. */
function complaining(state: AppState, wrong: Safe | null): AppState {
  return wrong === null ? state : tell(state, wrong, Date.now(), 'bad');
}

/**
 * The simulated cluster has a repository of its own; what the user's says of others must not reach its tools, and commands
 * that are meant for every cluster would reach real machines: only those that are configured for the demo itself are kept.
 */
function inDemo(config: Config, settings: Settings): Settings {
  const { context } = settings;
  const everywhere = config.settingsFor('').context.actions.map(one => JSON.stringify(one));
  const actions = context.actions.filter(one => !everywhere.includes(JSON.stringify(one)));
  return {
    ...settings,
    context: { ...context, actions, repository: null, helmfile: null, env: {}, readOnly: false },
  };
}

function stateOf(
  simulation: Simulation,
  resolved: ResolvedKubeconfig,
  flags: DemoScreenFlags,
  settings: Settings,
): AppState {
  const state = firstState(resolved, flags, settings);
  const mode: Mode = {
    ...state.mode,
    badge: 'SIMULATION',
    contexts: [field(resolved.context)],
    faults: faults(simulation),
  };
  return { ...state, mode };
}

/** Breaks or mends, and says what came of it: the simulated API server may refuse it for now. */
function breakOrMend(fault: SimulatedFault, undo: boolean): Safe {
  if (undo) fault.undo();
  else fault.break();
  const refusal = fault.refusal();
  if (refusal !== null) return say`the server refuses it for now, it is tried again: ${field(refusal)}`;
  return undo ? say`undone: ${field(fault.title)}` : say`broken: ${field(fault.title)}`;
}

function faults(simulation: Simulation): Mode['faults'] {
  return simulation.faults.map(fault => ({
    name: field(fault.name),
    title: field(fault.title),
    broken: fault.broken(),
  }));
}
