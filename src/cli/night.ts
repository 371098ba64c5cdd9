import { join } from 'node:path';
import { freezeKubeconfig } from '../kube/freeze-kubeconfig.ts';
import type { ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import { recall } from '../recorder/recall.ts';
import { type Recorder, recorder } from '../recorder/recorder.ts';
import { ringSink, WEEK } from '../recorder/ring.ts';
import type { Sink } from '../recorder/sink.ts';
import { secretsOf } from '../runs/secrets.ts';
import { type Earlier, withEarlier } from '../store/earlier.ts';
import type { AppStore } from '../store/store.ts';
import { tell } from '../store/updates.ts';
import { field } from '../text/field.ts';
import { redactor } from '../text/redact.ts';
import { type Safe, say } from '../text/safe.ts';
import { version } from './version.ts';

export interface NightOptions {
  readonly resolved: ResolvedKubeconfig;
  readonly stateDir: string;
  /** A recording that the user asked for, beside the flight recorder's own. */
  readonly tape?: Sink | undefined;
  /** How long records are kept, ms. */
  readonly keepMs?: number | undefined;
}

const DAY = 86_400_000;

/** Keeps the memory of the night: writes down what the store remembers, and gives it back what earlier watches of the same cluster saw. */
export function keepNight(store: AppStore, options: NightOptions): Recorder {
  const { resolved, stateDir, tape, keepMs = WEEK } = options;
  const redact = redactor(secretsOf(freezeKubeconfig(resolved)));
  const folder = join(stateDir, 'records');
  const ring = ringSink({ folder, keepMs, now: Date.now });
  const writeTo = (sink: Sink, what: Safe, tone: 'plain' | 'bad'): Recorder =>
    recorder(store, sink, {
      version,
      redact,
      now: Date.now,
      onFailure: error =>
        store.setState(state => tell(state, say`${what} stopped: ${whyNot(error)}`, Date.now(), tone)),
    });
  const writers = [writeTo(ring, say`the flight recorder`, 'plain')];
  if (tape !== undefined) writers.push(writeTo(tape, say`the recording`, 'bad'));
  const stopAsking = whenKnown(store, () => void remember(store, folder));
  return {
    close: async () => {
      stopAsking();
      await Promise.all(writers.map(one => one.close()));
      await ring.close();
    },
  };
}

/** Once the cluster is known, what was seen of it in the day before. */
async function remember(store: AppStore, folder: string): Promise<void> {
  const [first] = store.getState().world.memory.moments;
  if (first === undefined) return;
  const found = await recall(folder, first.picture.diagnosis.cluster, first.at - DAY);
  const earlier = found
    .filter(({ beganAt }) => beganAt < first.at)
    .map(
      (one): Earlier => ({
        ...one,
        runs: one.runs.map(({ id, startedAt, endedAt }) => ({ id, startedAt, endedAt })),
      }),
    );
  store.setState(state =>
    state.world.memory.moments[0]?.at === first.at ? withEarlier(state, earlier) : state,
  );
}

function whenKnown(store: AppStore, task: () => void): () => void {
  const isKnown = (): boolean => store.getState().world.memory.moments.length > 0;
  const undo = store.subscribe(() => {
    if (!isKnown()) return;
    undo();
    task();
  });
  return undo;
}

function whyNot(error: unknown): Safe {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') return say`no space is left on the disk`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return say`its folder may not be written`;
  return field(error instanceof Error ? error.message : String(error));
}
