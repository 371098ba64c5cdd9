import { withoutCredentials } from '../kube/api-state.ts';
import type { ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import type { SimulatedFault, Simulation } from '../simulator/start-simulation.ts';
import { initialState, type Mode } from '../store/app-state.ts';
import type { Effect } from '../store/intents.ts';
import { createAppStore } from '../store/store.ts';
import { tell } from '../store/updates.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { faultOf, limitsAt } from './demo.ts';
import { exitCodes } from './exit-codes.ts';
import { inSimulatedTime } from './in-simulated-time.ts';
import { chooseCluster } from './kubeconfig.ts';
import { performOn } from './monitor.ts';
import { openScreen, type ScreenFlags } from './screen.ts';
import { version } from './version.ts';
import { type Watch, watch } from './watch.ts';

interface DemoScreenFlags extends ScreenFlags {
  readonly 'allow-actions'?: boolean;
  readonly 'no-clock'?: boolean;
}

/** The monitor as it is, on the simulated cluster, with a key that breaks things. */
export async function demoMonitor(
  simulation: Simulation,
  scenario: string | undefined,
  flags: DemoScreenFlags,
): Promise<number> {
  const env = { ...process.env, ...simulation.env };
  const resolved = chooseCluster({}, env);
  const store = createAppStore(
    initialState(
      modeOf(simulation, resolved, flags),
      flags['allow-actions'] === true ? { armedUntil: Date.now() + 600_000 } : {},
    ),
  );
  const { speed } = simulation.clock;
  let live: Watch | undefined;
  let isOver = false;
  const change = (name: string, undo: boolean): void => {
    const note = breakOrMend(faultOf(simulation, name), undo);
    store.setState(state =>
      tell({ ...state, mode: { ...state.mode, faults: faults(simulation) } }, note, Date.now()),
    );
  };
  const perform = (effect: Effect): void => {
    if (effect.kind === 'break') {
      change(effect.fault.name, effect.undo);
    } else if (live !== undefined) {
      void performOn(
        store,
        live,
        effect.kind === 'start-run' ? { ...effect, plan: inSimulatedTime(effect.plan, speed) } : effect,
      );
    }
  };
  const screen = openScreen(store, {
    flags,
    now: Date.now,
    watched: () => live?.cluster,
    perform,
    onEnd: async () => {
      isOver = true;
      await live?.close();
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
  });
  if (isOver) await opened.close();
  else live = opened;
  if (scenario !== undefined && !isOver) change(scenario, false);
  await screen.ended;
  return exitCodes.healthy;
}

function modeOf(simulation: Simulation, resolved: ResolvedKubeconfig, flags: DemoScreenFlags): Mode {
  return {
    badge: 'SIMULATION',
    readOnly: false,
    context: field(resolved.context),
    server: field(withoutCredentials(resolved.cluster.server)),
    contexts: [field(resolved.context)],
    faults: faults(simulation),
    version: field(version),
    clock: flags['no-clock'] !== true,
  };
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
