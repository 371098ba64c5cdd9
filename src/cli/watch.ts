import { freezeKubeconfig } from '../kube/freeze-kubeconfig.ts';
import type { Cluster } from '../kube/open-cluster.ts';
import type { Sink } from '../recorder/sink.ts';
import type { Holder } from '../runs/lease-watch.ts';
import type { Run } from '../runs/run.ts';
import { secretsOf } from '../runs/secrets.ts';
import type { Held } from '../store/app-state.ts';
import { feed } from '../store/feed.ts';
import type { AppStore } from '../store/store.ts';
import { type Incoming, tell } from '../store/updates.ts';
import { completeQuestions } from './complete-questions.ts';
import { feedHealNotes } from './feed-heal-notes.ts';
import { noticeKubeconfig } from './kubeconfig-notice.ts';
import { keepNight } from './night.ts';
import { type ObjectReader, objectReader } from './object-reader.ts';
import { noticeOtherCluster } from './other-cluster.ts';
import { probingOf } from './probe-schedule.ts';
import { openSession, type Session } from './session.ts';
import { staySmall } from './stay-small.ts';
import { type Telling, tellOfChanges } from './telling.ts';
import { type WatchHealingOptions, watchHealing } from './watch-healing.ts';
import { whenWanted } from './when-wanted.ts';

export interface WatchOptions extends WatchHealingOptions {
  /** A recording that was asked for. */
  readonly tape?: Sink | undefined;
  /** Tells whom the configuration names of changes. Never of a part of a cluster, nor of the simulation. */
  readonly tells?: boolean;
  /** How long flight records are kept, ms. */
  readonly keepMs?: number | undefined;
}

/** A session that feeds a store. */
export interface Watch extends Session {
  /** Reads what is looked at in detail: objects, logs of containers, output of old runs. */
  readonly objects: ObjectReader;
  /** Runs the active checks once. */
  readonly probe: () => void;
  /** Stops self-healing, or turns it on again. */
  readonly heal: (on: boolean) => void;
}

/** Who has not answered until then, ms, does not keep the rest from settling. */
const LOADED_MS = 10_000;

/** Starts to watch and to feed the store. Nothing is waited for: the store fills as answers come. */
export async function watch(store: AppStore, options: WatchOptions): Promise<Watch> {
  const { wanted, close: stopWaiting } = whenWanted(store);
  const session = await openSession({ ...options, wanted });
  void session.cluster.loaded(LOADED_MS).then(() => staySmall(session.cluster.snapshot()));
  const stopFeed = feed(store, session, news(session));
  const stopAsking = completeQuestions(store, session.asked);
  const stopNotes = feedHealNotes(store, options.stateDir);
  const night = keepNight(store, options);
  const stopNoticing = noticeOtherCluster(store, session);
  const stopReading = noticeKubeconfig(store, options.resolved);
  void session.runs.attach();
  const objects = readerFor(store, session.cluster, options);
  const probing = probingOf(session, options, text => store.setState(state => tell(state, text, Date.now())));
  const healing = watchHealing(store, session, options);
  const telling = tellerOf(store, session, options);
  return {
    ...session,
    objects,
    probe: probing.probe,
    heal: healing.turn,
    configure: settings => {
      session.configure(settings);
      probing.configure(settings.context);
      healing.configure(settings);
      telling?.configure(settings.notify);
    },
    close: async () => {
      stopWaiting();
      healing.close();
      // First and at once: nothing of this cluster may reach the store when it shows another one.
      stopFeed();
      stopAsking();
      stopNoticing();
      stopReading();
      stopNotes();
      const written = night.close();
      objects.close();
      await Promise.all([probing.close(), telling?.close()]);
      await written;
      await session.close();
    },
  };
}

function tellerOf(store: AppStore, session: Session, options: WatchOptions): Telling | null {
  const { tells = false, namespace, settings, resolved, stateDir, env } = options;
  if (!tells || namespace !== undefined || settings === undefined) return null;
  return tellOfChanges({
    context: resolved.context,
    settings: settings.notify,
    model: session.model,
    stateDir,
    env,
    secrets: () => secretsOf(freezeKubeconfig(resolved)),
    complain: text => store.setState(state => tell(state, text, Date.now(), 'bad')),
  });
}

function readerFor(store: AppStore, cluster: Cluster, { resolved, stateDir }: WatchOptions): ObjectReader {
  return objectReader({
    cluster,
    publish: change => store.setState(change),
    secrets: () => secretsOf(freezeKubeconfig(resolved)),
    stateDir,
    now: Date.now,
  });
}

/** What the store is fed: the model, the run that has the banner (the active one, or the one that was until now), and who else works here. */
function news({ model, runs, holder }: Session): () => Incoming {
  let id: string | null = null;
  return () => {
    const active = runs.current();
    const pastRuns = runs.past();
    if (active !== null) id = active.id;
    const run = active ?? pastRuns.find(past => past.id === id) ?? null;
    return { model: model(), run, pastRuns, held: heldByOthers(holder(), [active, ...pastRuns]) };
  };
}

/** Our own run says for itself what it does, and one that has just ended gives its lock back. */
function heldByOthers(holder: Holder | null, own: readonly (Run | null)[]): Held | null {
  if (holder === null || own.some(run => run?.id === holder.record.run)) return null;
  const { by, action, since } = holder.record;
  return { by, action, since };
}
