import type { Config } from '../config/load.ts';
import { freezeKubeconfig } from '../kube/freeze-kubeconfig.ts';
import type { ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import type { StopRung } from '../runs/journal.ts';
import type { Run } from '../runs/run.ts';
import { secretsOf } from '../runs/secrets.ts';
import type { AppState } from '../store/app-state.ts';
import type { Effect } from '../store/intents.ts';
import { type AppStore, createAppStore } from '../store/store.ts';
import { tell } from '../store/updates.ts';
import { field } from '../text/field.ts';
import { identifier } from '../text/look-alike.ts';
import { readArguments, UsageError, type Values } from './arguments.ts';
import { monitorFlags } from './commands.ts';
import { complaint, readConfiguration } from './configuration.ts';
import { exitCodes } from './exit-codes.ts';
import { firstState, withSettings } from './first-state.ts';
import { hasMore } from './has-more.ts';
import { checkHealFlags } from './heal-rules.ts';
import { chooseCluster, chooseClusters } from './kubeconfig.ts';
import type { LightLooks } from './light-looks.ts';
import { type LiveWatch, liveWatch } from './live-watch.ts';
import { reloading } from './reload.ts';
import { openScreen } from './screen.ts';
import { stripLooks } from './strip-looks.ts';
import { openTape } from './tape.ts';
import type { Watch } from './watch.ts';

/** The monitor: the first frame is painted before anything is asked of the network; then the watch begins. */
export async function monitor(argv: readonly string[]): Promise<number> {
  const { values } = readArguments(argv, monitorFlags);
  const clusters = chooseClusters(values, process.env);
  const [resolved] = clusters;
  if (values.record !== undefined && clusters.length > 1)
    throw new UsageError('--record writes down one cluster: name one --context');
  const first = await readConfiguration(values, process.env);
  const settings = first.settingsFor(resolved.context);
  if (values.plain === true || settings.screen.plain)
    return (await import('./plain.ts')).plain(resolved, first, values);
  checkHealFlags(values.heal, settings.context);
  const tape = await openTape(values.record);
  const store = createAppStore(firstState(resolved, values, settings));
  const looks = stripLooks(store, {
    clusters,
    namespace: values.namespace,
    notify: () => config.current().settingsFor(resolved.context).notify,
  });
  const wrong = complaint(first);
  if (wrong !== null) store.setState(state => tell(state, wrong, Date.now(), 'bad'));
  const live = liveWatch(store, resolved, {
    settingsFor: context => config.current().settingsFor(context),
    namespace: values.namespace,
    tape,
    heal: values.heal ?? [],
  });
  const config = following(store, live, first, values);
  // The lock was opened for the first cluster, not for every one that is entered.
  const entered = { ...values, 'allow-actions': false };
  const screen = openScreen(store, {
    flags: values,
    now: Date.now,
    watched: () => live.current()?.cluster,
    secrets: () => secretsOf(freezeKubeconfig(live.target())),
    perform: effect => {
      const watch = live.current();
      if (effect.kind !== 'switch-context') {
        if (watch !== undefined) void performOn(store, watch, effect);
        return;
      }
      const context = resolved.contexts.find(({ name }) => identifier(name) === effect.context)?.name;
      const next = otherCluster(store, context ?? effect.context, values);
      if (next === null) return;
      void live.leave();
      looks.enter(next.context);
      enter(store, looks, firstState(next, entered, config.current().settingsFor(next.context)));
      void live.open(next);
    },
    onEnd: async () => {
      config.stop();
      await Promise.all([live.close(), looks.stop()]);
      await tape?.close();
    },
  });
  await live.open(resolved);
  await screen.ended;
  return exitCodes.healthy;
}

/** Takes over the configuration when its file changes. */
function following(store: AppStore, live: LiveWatch, first: Config, flags: Values<typeof monitorFlags>) {
  return reloading({
    first,
    flags,
    env: process.env,
    context: live.context,
    onChange: (next, { text, isBad }) => {
      store.setState(state =>
        tell(withSettings(state, flags, next), text, Date.now(), isBad ? 'bad' : 'plain'),
      );
      live.configure(next);
    },
  });
}

/** Shows another cluster from its beginning; what was last seen of the one before stays in the strip. */
function enter(store: AppStore, looks: LightLooks, next: AppState): void {
  const left = store.getState();
  if (left.world.model !== null) looks.note(left.mode.context, left.world.model.diagnosis);
  store.setState({ ...next, clusters: looks.cells() }, true);
}

/**
 * The cluster of another context; when the kubeconfig cannot be read any more, that is said and the old watch goes on. Flags
 * that replace a part of the first context (its cluster, user, server) are not meant for another one.
 */
function otherCluster(
  store: AppStore,
  context: string,
  { kubeconfig, ...flags }: Values<typeof monitorFlags>,
): ResolvedKubeconfig | null {
  const { as, 'as-group': group, 'as-uid': uid, 'request-timeout': timeout } = flags;
  const kept = { kubeconfig, as, 'as-group': group, 'as-uid': uid, 'request-timeout': timeout };
  const given = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
  try {
    return chooseCluster({ ...given, context }, process.env);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    store.setState(state => tell(state, field(error.message), Date.now(), 'bad'));
    return null;
  }
}

/** What a key changes in the world. What was refused is said in the message line. */
export async function performOn(
  store: AppStore,
  { cluster, runs, objects, probe, heal }: Watch,
  effect: Effect,
): Promise<void> {
  objects.perform(effect);
  if (effect.kind === 'refresh') cluster.refresh();
  if (effect.kind === 'probe') probe();
  if (effect.kind === 'heal') heal(effect.on);
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
