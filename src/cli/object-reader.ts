import { type KindId, kinds } from '../cluster/kinds.ts';
import { object } from '../cluster/metadata.ts';
import { type ObjectRef, refText } from '../cluster/object-ref.ts';
import { conditions } from '../cluster/reader-parts.ts';
import { shape } from '../cluster/shape.ts';
import { readRun } from '../runs/read-runs.ts';
import type { AppState } from '../store/app-state.ts';
import type { Effect } from '../store/intents.ts';
import { askedReading, type Kept, type ReadEvent, type Reading, sameRef } from '../store/looking.ts';
import { lastSeen } from '../store/select/events.ts';
import { tell } from '../store/updates.ts';
import { homePath } from '../text/home-path.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Asked } from './object-path.ts';
import { getObject, relatedPods } from './object-pods.ts';
import { objectYaml } from './object-yaml.ts';
import { podLogStream } from './pod-log-stream.ts';
import { saveLog } from './save-log.ts';

/** Puts a change into the store. */
export type Publish = (change: (state: AppState) => AppState) => void;

export interface ReaderOptions {
  readonly cluster: Asked;
  readonly publish: Publish;
  /** Exact values that must not be shown, such as tokens of the kubeconfig. */
  readonly secrets: () => readonly string[];
  /** Where runs are written down. */
  readonly stateDir: string;
  /** Local epoch ms. */
  readonly now: () => number;
}

/** Asks the API server for what is looked at: one object, or one log, at a time. */
export interface ObjectReader {
  /** Does what an effect asks; others are none of its business. */
  readonly perform: (effect: Effect) => void;
  /** Ends whatever is under way; nothing is published after it. */
  readonly close: () => void;
}

/** What is asked for replaces what was asked before: only what is on the screen is read. */
export function objectReader(options: ReaderOptions): ObjectReader {
  let reading = new AbortController();
  const log = podLogStream(options);
  return {
    perform: effect => {
      if (effect.kind === 'read-object') {
        reading.abort();
        reading = new AbortController();
        void read(effect.ref, options, reading.signal);
      }
      if (effect.kind === 'follow-log') log.follow(effect);
      if (effect.kind === 'close-log') log.close();
      if (effect.kind === 'read-run') void readBack(effect.id, options);
      if (effect.kind === 'save-log') void save(effect.id, options);
    },
    close: () => {
      reading.abort();
      log.close();
    },
  };
}

/** The output of a run of earlier days, from its files. */
async function readBack(id: string, { stateDir, secrets, publish }: ReaderOptions): Promise<void> {
  const run = await readRun(stateDir, id, secrets()).catch(() => null);
  publish(state => {
    if (state.runs.chosen !== id) return state;
    if (run !== null) return { ...state, runs: { ...state.runs, opened: run } };
    return tell(state, say`the files of this run cannot be read any more`, Date.now(), 'bad');
  });
}

async function save(id: string, { stateDir, secrets, publish }: ReaderOptions): Promise<void> {
  const path = await saveLog(stateDir, id, secrets()).catch(() => null);
  publish(state =>
    path === null
      ? tell(
          state,
          say`the log cannot be saved: its files cannot be read, or the disk is full`,
          Date.now(),
          'bad',
        )
      : tell(state, say`the whole log is saved in ${homePath(path)}`, Date.now()),
  );
}

const MOST_EVENTS = 50;
const anything = object({ status: shape({ conditions }) });

async function read(
  ref: ObjectRef,
  { cluster, publish, secrets, now }: ReaderOptions,
  signal: AbortSignal,
): Promise<void> {
  const [got, events] = await Promise.all([
    getObject(ref, cluster, signal),
    eventsAbout(ref, cluster, signal),
  ]);
  if (signal.aborted) return;
  const begun: Reading = { ...askedReading(ref, now()), ...events };
  if (!got.ok) {
    const message =
      got.status === 404 ? say`${refText(ref)} is gone: the API server has none of that name.` : got.message;
    show(publish, { ...begun, state: 'failed', message });
    return;
  }
  const { lines, cut } = objectYaml(got.json, secrets());
  const kind = kindOf(ref);
  const kept = (kind === null ? anything(got.json) : kinds[kind].read(got.json)) as Kept | undefined;
  const read: Reading = { ...begun, state: 'read', kind, object: kept ?? null, yaml: lines, cut };
  show(publish, read);
  const pods = await relatedPods(got.json, ref, cluster, signal);
  if (!signal.aborted) show(publish, { ...read, pods: pods.pods, podsMessage: pods.message });
}

/** An answer that comes after one has looked away is dropped. */
function show(publish: Publish, reading: Reading): void {
  publish(state =>
    state.reading !== null && sameRef(state.reading.ref, reading.ref) ? { ...state, reading } : state,
  );
}

function kindOf(ref: ObjectRef): KindId | null {
  return (Object.keys(kinds) as KindId[]).find(id => kinds[id].kind === ref.kind) ?? null;
}

async function eventsAbout(
  ref: ObjectRef,
  cluster: Asked,
  signal: AbortSignal,
): Promise<{ readonly events: readonly ReadEvent[]; readonly eventsMessage: Safe | null }> {
  // Events about objects without a namespace lie in the namespace `default`.
  const namespace = encodeURIComponent(ref.namespace ?? 'default');
  const answer = await cluster.request('GET', `/api/v1/namespaces/${namespace}/events`, {
    query: {
      fieldSelector: `involvedObject.kind=${ref.kind},involvedObject.name=${ref.name}`,
      limit: MOST_EVENTS,
    },
    deadlineMs: 10_000,
    signal,
  });
  if (!answer.ok) return { events: [], eventsMessage: answer.message };
  const { items } = (answer.json ?? {}) as { items?: unknown };
  const events = (Array.isArray(items) ? items : []).flatMap(item => {
    const event = kinds.events.read(item);
    if (event === undefined) return [];
    return {
      reason: event.reason ?? ('' as Safe),
      message: event.message ?? ('' as Safe),
      count: event.series?.count ?? event.count ?? 1,
      last: lastSeen(event),
      isWarning: event.type === 'Warning',
    };
  });
  return { events, eventsMessage: null };
}
