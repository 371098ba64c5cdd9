import { freezeKubeconfig } from '../kube/freeze-kubeconfig.ts';
import type { Cluster } from '../kube/open-cluster.ts';
import type { Sink } from '../recorder/sink.ts';
import type { Runs } from '../runs/runs.ts';
import { secretsOf } from '../runs/secrets.ts';
import type { Model } from '../store/app-state.ts';
import { feed } from '../store/feed.ts';
import type { AppStore } from '../store/store.ts';
import type { Incoming } from '../store/updates.ts';
import { completeQuestions } from './complete-questions.ts';
import { noticeKubeconfig } from './kubeconfig-notice.ts';
import { keepNight } from './night.ts';
import { type ObjectReader, objectReader } from './object-reader.ts';
import { noticeOtherCluster } from './other-cluster.ts';
import { probingOf } from './probe-schedule.ts';
import { openSession, type Session, type SessionOptions } from './session.ts';

export interface WatchOptions extends SessionOptions {
  /** A recording that was asked for. */
  readonly tape?: Sink | undefined;
  /** How long flight records are kept, ms. */
  readonly keepMs?: number | undefined;
}

/** A session that feeds a store. */
export interface Watch extends Session {
  /** Reads what is looked at in detail: objects, logs of containers, output of old runs. */
  readonly objects: ObjectReader;
  /** Runs the active checks once. */
  readonly probe: () => void;
}

/** Starts to watch and to feed the store. Nothing is waited for: the store fills as answers come. */
export async function watch(store: AppStore, options: WatchOptions): Promise<Watch> {
  const session = await openSession(options);
  const stopFeed = feed(store, session, news(session.model, session.runs));
  const stopAsking = completeQuestions(store, session.asked);
  const night = keepNight(store, options);
  const stopNoticing = noticeOtherCluster(store, session);
  const stopReading = noticeKubeconfig(store, options.resolved);
  void session.runs.attach();
  const objects = readerFor(store, session.cluster, options);
  const probing = probingOf(session, options);
  return {
    ...session,
    objects,
    probe: probing.probe,
    configure: settings => {
      session.configure(settings);
      probing.configure(settings.context);
    },
    close: async () => {
      // First and at once: nothing of this cluster may reach the store when it shows another one.
      stopFeed();
      stopAsking();
      stopNoticing();
      stopReading();
      const written = night.close();
      objects.close();
      await probing.close();
      await written;
      await session.close();
    },
  };
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

/** What the store is fed: the model, and the run that has the banner: the active one, or the one that was until now. */
function news(model: () => Model, runs: Runs): () => Incoming {
  let id: string | null = null;
  return () => {
    const active = runs.current();
    const pastRuns = runs.past();
    if (active !== null) id = active.id;
    const run = active ?? pastRuns.find(past => past.id === id) ?? null;
    return { model: model(), run, pastRuns };
  };
}
