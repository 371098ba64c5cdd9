import { refText } from '../cluster/object-ref.ts';
import { withoutCredentials } from '../kube/api-state.ts';
import type { Remedy } from '../recovery/plan.ts';
import { commandLine } from '../report/sentences.ts';
import type { Simulation } from '../simulator/start-simulation.ts';
import { initialState } from '../store/app-state.ts';
import { createAppStore } from '../store/store.ts';
import { isActive } from '../store/updates.ts';
import { field } from '../text/field.ts';
import { faultOf, limitsAt } from './demo.ts';
import { exitCodes } from './exit-codes.ts';
import { inSimulatedTime } from './in-simulated-time.ts';
import { chooseCluster } from './kubeconfig.ts';
import { until } from './until.ts';
import { version } from './version.ts';
import { type Watch, watch } from './watch.ts';

const line = (text = ''): void => void process.stdout.write(`${text}\n`);

/** One incident as plain text: break, diagnose, recover, verify. Exit code 0 only when the cluster really stands again. */
export async function play(simulation: Simulation, scenario: string): Promise<number> {
  const live = await open(simulation);
  try {
    line('A simulated cluster is starting.');
    await until(
      live,
      () => verdict(live) === 'healthy',
      20_000,
      'the simulated cluster does not get healthy',
    );
    line(`All eight layers are healthy: ${layerLine(live)}`);
    const fault = faultOf(simulation, scenario);
    line(`\nBREAK     ${fault.title} (${scenario})`);
    fault.break();
    const remedy = await diagnosed(live);
    const recovered = remedy === null ? await byHand(fault) : await repaired(live, simulation, remedy);
    if (!recovered) return exitCodes.actionFailed;
    await until(live, () => verdict(live) === 'healthy', 25_000, 'the cluster does not get healthy again');
    line(`\nVERIFIED  all eight layers are healthy again: ${layerLine(live)}`);
    return exitCodes.healthy;
  } catch (error) {
    line(`\nNOT RECOVERED: ${error instanceof Error ? error.message : String(error)}`);
    line(layerLine(live));
    return exitCodes.down;
  } finally {
    await live.close();
  }
}

async function open(simulation: Simulation): Promise<Watch> {
  const env = { ...process.env, ...simulation.env };
  const resolved = chooseCluster({}, env);
  const store = createAppStore(
    initialState({
      badge: 'SIMULATION',
      readOnly: false,
      context: field(resolved.context),
      server: field(withoutCredentials(resolved.cluster.server)),
      contexts: [],
      faults: [],
      version: field(version),
      clock: false,
    }),
  );
  const { clock, folder } = simulation;
  return watch(store, {
    resolved,
    env,
    cwd: folder,
    stateDir: `${simulation.env.XDG_STATE_HOME}/groundup`,
    wall: clock.now,
    limits: limitsAt(clock.speed),
  });
}

/** Waits for a root that stays the same for a moment, so that the story tells the cause and not the first symptom. */
async function diagnosed(live: Watch): Promise<Remedy | null> {
  let seen = '';
  let since = 0;
  await until(
    live,
    () => {
      const { root } = live.model().diagnosis;
      const now = root === null ? '' : `${root.layer} ${root.problem} ${root.object?.name}`;
      if (now !== seen) {
        seen = now;
        since = performance.now();
      }
      return now !== '' && performance.now() - since > 1_500;
    },
    30_000,
    'nothing was noticed',
  );
  // On a busy machine the tools answer later than the cluster; without them no repair would be offered.
  await live.inspected;
  const { diagnosis, fix } = live.model();
  const { root } = diagnosis;
  if (root === null) return null;
  line(`DIAGNOSE  ${root.layer}: ${root.summary}`);
  if (root.object !== null)
    line(`          object ${refText(root.object)}${root.cause === null ? '' : `; cause: ${root.cause}`}`);
  for (const [at, why] of root.whys.entries())
    line(`          ${at + 1} ${why.question}\n            ${why.answer}`);
  return fix !== null && fix.plan.steps.length > 0 && fix.blockedBy === null ? fix : null;
}

async function repaired(live: Watch, simulation: Simulation, remedy: Remedy): Promise<boolean> {
  line(`\nRECOVER   ${remedy.title}`);
  const started = await live.runs.start(inSimulatedTime(remedy.plan, simulation.clock.speed));
  if (!started.ok) {
    line(`          not started: ${started.why}`);
    return false;
  }
  const { id } = started.run;
  // The log names each command when it begins: that is the one time, quoted so that it can be copied.
  const copyable = new Map<string, string>(
    remedy.commands.map(command => [`$ ${command.join(' ')}`, `$ ${commandLine(command)}`]),
  );
  let printed = 0;
  const run = () => live.runs.current() ?? live.runs.past().find(one => one.id === id) ?? null;
  await until(
    live,
    () => {
      const lines = run()?.lines ?? [];
      for (const { text } of lines.slice(printed)) line(`          ${copyable.get(text) ?? text}`);
      printed = Math.max(printed, lines.length);
      return !isActive(run());
    },
    20_000,
    'the action did not end',
  );
  const end = run();
  line(`          ${end?.state ?? 'unknown'}${end?.failure == null ? '' : `: ${end.failure}`}`);
  return end?.state === 'succeeded';
}

/** Some faults cannot be repaired from a workstation; the story then undoes them as a person on site would. */
async function byHand(fault: { readonly undo: () => void }): Promise<boolean> {
  line(
    '\nRECOVER   nothing that can be run from here repairs this; the simulated operator undoes it by hand',
  );
  fault.undo();
  return true;
}

function verdict(live: Watch): string {
  return live.model().diagnosis.verdict;
}

function layerLine(live: Watch): string {
  return live
    .model()
    .diagnosis.layers.map(layer => `${layer.id} ${layer.verdict}`)
    .join(', ');
}
