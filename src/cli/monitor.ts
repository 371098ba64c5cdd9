import { withoutCredentials } from '../kube/api-state.ts';
import { freezeKubeconfig } from '../kube/freeze-kubeconfig.ts';
import type { ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import { wallOf } from '../kube/simulated-clock.ts';
import type { StopRung } from '../runs/journal.ts';
import type { Run } from '../runs/run.ts';
import { secretsOf } from '../runs/secrets.ts';
import { type AppState, initialState, type Mode } from '../store/app-state.ts';
import type { Effect } from '../store/intents.ts';
import { type AppStore, createAppStore } from '../store/store.ts';
import { tell } from '../store/updates.ts';
import { field } from '../text/field.ts';
import { identifier } from '../text/look-alike.ts';
import { readArguments, UsageError } from './arguments.ts';
import { monitorFlags } from './commands.ts';
import { exitCodes } from './exit-codes.ts';
import { hasMore } from './has-more.ts';
import { chooseCluster } from './kubeconfig.ts';
import { isProtected } from './protected-context.ts';
import { openScreen } from './screen.ts';
import { stateFolder } from './state-folder.ts';
import { version } from './version.ts';
import type { Watch } from './watch.ts';

/** The monitor: the first frame is painted before anything is asked of the network; then the watch begins. */
export async function monitor(argv: readonly string[]): Promise<number> {
  const { values } = readArguments(argv, monitorFlags);
  const resolved = chooseCluster(values, process.env);
  const store = createAppStore(firstState(resolved, values));
  let live: Watch | undefined;
  let watched = resolved;
  /** Counts what was asked for: a watch that opens after its context was left, or the screen, is closed again. */
  let turn = 0;
  const open = async (target: ResolvedKubeconfig): Promise<void> => {
    turn += 1;
    watched = target;
    const mine = turn;
    const { watch } = await import('./watch.ts');
    const opened = await watch(store, {
      resolved: target,
      env: process.env,
      cwd: process.cwd(),
      stateDir: stateFolder(process.env),
      wall: wallOf(target.cluster.clock),
    });
    if (mine === turn) live = opened;
    else await opened.close();
  };
  const screen = openScreen(store, {
    flags: values,
    now: Date.now,
    watched: () => live?.cluster,
    secrets: () => secretsOf(freezeKubeconfig(watched)),
    perform: effect => {
      if (effect.kind === 'switch-context') {
        const context = resolved.contexts.find(({ name }) => identifier(name) === effect.context)?.name;
        const next = otherCluster(store, { ...values, context: context ?? effect.context });
        if (next === null) return;
        void live?.close();
        live = undefined;
        store.setState(firstState(next, values), true);
        void open(next);
      } else if (live !== undefined) void performOn(store, live, effect);
    },
    onEnd: async () => {
      turn += 1;
      await live?.close();
    },
  });
  await open(resolved);
  await screen.ended;
  return exitCodes.healthy;
}

/** The cluster of another context; when the kubeconfig cannot be read any more, that is said and the old watch goes on. */
function otherCluster(store: AppStore, ask: Parameters<typeof chooseCluster>[0]): ResolvedKubeconfig | null {
  try {
    return chooseCluster(ask, process.env);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    store.setState(state => tell(state, field(error.message), Date.now(), 'bad'));
    return null;
  }
}

/** What a key changes in the world. What was refused is said in the message line. */
export async function performOn(
  store: AppStore,
  { cluster, runs, objects, probe }: Watch,
  effect: Effect,
): Promise<void> {
  objects.perform(effect);
  if (effect.kind === 'refresh') cluster.refresh();
  if (effect.kind === 'probe') probe();
  if (effect.kind === 'start-run') {
    const started = await runs.start(effect.plan);
    if (!started.ok) store.setState(state => tell(state, started.why, Date.now(), 'bad'));
  }
  if (effect.kind === 'stop-run') {
    const stopped = await runs.stop(effect.id, howToStop(runs.current(), asked));
    asked.add(effect.id);
    if (!stopped.ok) store.setState(state => tell(state, stopped.why, Date.now(), 'bad'));
  }
}

/** Runs that were asked once to stop: the second time means at once. */
const asked = new Set<string>();

/** The mildest way first: a run with steps to come ends after this one; its last step, or one asked twice, is interrupted. */
function howToStop(run: Run | null, before: ReadonlySet<string>): StopRung {
  return run !== null && hasMore(run) && !before.has(run.id) ? 'after-step' : 'interrupt';
}

interface Given {
  readonly 'allow-actions'?: boolean;
  readonly 'no-clock'?: boolean;
}

function firstState(resolved: ResolvedKubeconfig, given: Given): AppState {
  const mode: Mode = {
    badge: null,
    readOnly: false,
    context: identifier(resolved.context),
    server: field(withoutCredentials(resolved.cluster.server)),
    contexts: resolved.contexts.map(entry => identifier(entry.name)),
    faults: [],
    version: field(version),
    clock: given['no-clock'] !== true,
  };
  return initialState(mode, {
    protectedContext: isProtected(resolved.context),
    armedUntil:
      given['allow-actions'] === true && !isProtected(resolved.context) ? Date.now() + 600_000 : null,
  });
}
