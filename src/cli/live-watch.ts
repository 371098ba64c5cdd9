import type { Settings } from '../config/settings.ts';
import type { ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import { wallOf } from '../kube/simulated-clock.ts';
import type { Sink } from '../recorder/sink.ts';
import type { AppStore } from '../store/store.ts';
import { toldOf } from './session.ts';
import { stateFolder } from './state-folder.ts';
import type { Watch } from './watch.ts';

/** The one watch that feeds a store: of one cluster at a time, with the settings that count for it now. */
export interface LiveWatch {
  /** Undefined while it is being opened. */
  readonly current: () => Watch | undefined;
  /** What is shown, as the kubeconfig describes it. */
  readonly target: () => ResolvedKubeconfig;
  /** The context that is shown. */
  readonly context: () => string;
  /** Leaves the cluster before, if any. */
  readonly open: (target: ResolvedKubeconfig) => Promise<void>;
  /** Takes over changed settings; where they say what to look at, the cluster is opened anew. */
  readonly configure: (settings: Settings) => void;
  /** Stops to feed the store at once; what is left behind is closed in its own time. */
  readonly leave: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface LiveOptions {
  readonly settingsFor: (context: string) => Settings;
  /** Of the Applications, judges only those of this namespace. */
  readonly namespace: string | undefined;
  /** A recording that was asked for. */
  readonly tape: Sink | undefined;
  /**
   * Actions that flags opt in to run by themselves on the first cluster, beside what is configured for each; left out:
   * none ever does, whatever is configured.
   */
  readonly heal?: readonly string[];
}

export function liveWatch(
  store: AppStore,
  first: ResolvedKubeconfig,
  { settingsFor, namespace, tape, heal }: LiveOptions,
): LiveWatch {
  let shown = first;
  let told = '';
  let live: Watch | undefined;
  /** Counts what was asked for: a watch that opens after its context was left, or the screen, is closed again. */
  let turn = 0;
  const leave = async (): Promise<void> => {
    turn += 1;
    const before = live;
    live = undefined;
    await before?.close();
  };
  const open = async (target: ResolvedKubeconfig): Promise<void> => {
    void leave();
    const mine = turn;
    shown = target;
    const settings = settingsFor(target.context);
    told = JSON.stringify(toldOf(settings.context));
    const { watch } = await import('./watch.ts');
    const opened = await watch(store, {
      resolved: target,
      env: process.env,
      cwd: process.cwd(),
      stateDir: stateFolder(process.env),
      wall: wallOf(target.cluster.clock),
      settings,
      namespace,
      tape,
      keepMs: settings.retention.historyMs,
      tells: true,
      ...(heal === undefined ? {} : { heal: target.context === first.context ? heal : [] }),
    });
    if (mine !== turn) return opened.close();
    live = opened;
    configure(settingsFor(target.context));
  };
  const configure = (settings: Settings): void => {
    if (live === undefined) return;
    if (told === JSON.stringify(toldOf(settings.context))) live.configure(settings);
    else void open(shown);
  };
  return {
    current: () => live,
    target: () => shown,
    context: () => shown.context,
    open,
    configure,
    leave,
    close: leave,
  };
}
