import type { ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import type { StopRung } from '../runs/journal.ts';
import type { Run } from '../runs/run.ts';
import type { Effect } from '../store/intents.ts';
import { type AppStore, createAppStore } from '../store/store.ts';
import { tell } from '../store/updates.ts';
import { field } from '../text/field.ts';
import { readArguments, UsageError } from './arguments.ts';
import { monitorFlags } from './commands.ts';
import { complaint, readConfiguration } from './configuration.ts';
import { exitCodes } from './exit-codes.ts';
import { firstState, withSettings } from './first-state.ts';
import { hasMore } from './has-more.ts';
import { chooseCluster } from './kubeconfig.ts';
import { liveWatch } from './live-watch.ts';
import { reloading } from './reload.ts';
import { openScreen } from './screen.ts';
import type { Watch } from './watch.ts';

/** The monitor: the first frame is painted before anything is asked of the network; then the watch begins. */
export async function monitor(argv: readonly string[]): Promise<number> {
  const { values } = readArguments(argv, monitorFlags);
  const resolved = chooseCluster(values, process.env);
  const first = await readConfiguration(values, process.env);
  const settings = first.settingsFor(resolved.context);
  if (values.plain === true || settings.screen.plain)
    return (await import('./plain.ts')).plain(resolved, first, values);
  const store = createAppStore(firstState(resolved, values, settings));
  const wrong = complaint(first);
  if (wrong !== null) store.setState(state => tell(state, wrong, Date.now(), 'bad'));
  const live = liveWatch(store, resolved, context => config.current().settingsFor(context));
  const config = reloading({
    first,
    flags: values,
    env: process.env,
    context: live.context,
    onChange: (next, { text, isBad }) => {
      store.setState(state =>
        tell(withSettings(state, values, next), text, Date.now(), isBad ? 'bad' : 'plain'),
      );
      live.configure(next);
    },
  });
  const screen = openScreen(store, {
    flags: values,
    now: Date.now,
    perform: effect => {
      const watch = live.current();
      if (effect.kind !== 'switch-context') {
        if (watch !== undefined) void performOn(store, watch, effect);
        return;
      }
      const next = otherCluster(store, { ...values, context: effect.context });
      if (next === null) return;
      store.setState(firstState(next, values, config.current().settingsFor(next.context)), true);
      void live.open(next);
    },
    onEnd: async () => {
      config.stop();
      await live.close();
    },
  });
  await live.open(resolved);
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
