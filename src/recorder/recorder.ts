import type { Run } from '../runs/run.ts';
import type { AppState } from '../store/app-state.ts';
import { recordedRun } from '../store/recorded-run.ts';
import type { AppStore } from '../store/store.ts';
import { encoder, lineText } from './encode.ts';
import { type RecordLine, schemaId } from './record.ts';
import type { Sink } from './sink.ts';

export interface RecorderOptions {
  /** Version of groundup, for whoever reads it. */
  readonly version: string;
  /** Takes secrets out of a text. */
  readonly redact: (raw: string) => string;
  /** Local epoch ms. */
  readonly now: () => number;
  /** It cannot be written any more; called once, nothing is tried again. */
  readonly onFailure: (error: unknown) => void;
}

export interface Recorder {
  /** Writes what is left and the end of the watch; whoever opened the sink closes it. */
  readonly close: () => Promise<void>;
}

/** Writes down what the store comes to remember: nothing while nothing changes, and never before the store has it. */
export function recorder(store: AppStore, sink: Sink, options: RecorderOptions): Recorder {
  const { now, onFailure } = options;
  const next = changes(now());
  let isBroken = false;
  let work = Promise.resolve();
  const scribe = writer(sink, options, () => store.getState());
  const write = (lines: readonly Change[]): void => {
    if (lines.length === 0 || isBroken) return;
    work = work
      .then(() => scribe.write(lines))
      .catch((error: unknown) => {
        isBroken = true;
        onFailure(error);
      });
  };
  write(next(store.getState()));
  const undo = store.subscribe((state, before) => {
    if (state.world.memory !== before.world.memory || state.runs !== before.runs) write(next(state));
  });
  return {
    close: async () => {
      undo();
      const at = endAt(store.getState(), now());
      await work;
      if (!isBroken) await scribe.end(at).catch(() => {});
    },
  };
}

type Moment = AppState['world']['memory']['moments'][number];
type Change = { readonly moment: Moment } | { readonly line: Extract<RecordLine, { record: 'run' }> };

/** Finds what is new in a state: moments after the last one taken, and runs in another state than they were. */
function changes(since: number): (state: AppState) => readonly Change[] {
  let last: Moment | undefined;
  const known = new Map<string, Run['state']>();
  return state => {
    const { moments, ran } = state.world.memory;
    const from = last?.at ?? Number.NEGATIVE_INFINITY;
    const fresh = moments.filter(({ at }) => at > from);
    last = moments.at(-1) ?? last;
    const { current, past } = state.runs;
    const runs = (current === null ? past : [current, ...past]).filter(({ id, state: now, endedAt }) => {
      const isOld = endedAt !== null && endedAt < since;
      const isNew = !isOld && known.get(id) !== now;
      known.set(id, now);
      return isNew;
    });
    return [
      ...fresh.map(moment => ({ moment })),
      ...runs.flatMap(run => {
        const times = ran.find(({ id }) => id === run.id);
        if (times === undefined) return [];
        const at = times.endedAt ?? Math.max(times.startedAt, last?.at ?? 0);
        return [{ line: { record: 'run', at, run: recordedRun(run, times) } as const }];
      }),
    ];
  };
}

function writer(sink: Sink, { version, redact }: RecorderOptions, state: () => AppState) {
  const frames = encoder();
  const begin = (at: number): RecordLine => {
    const cluster = state().world.model?.diagnosis.cluster;
    const { context, server } = state().mode;
    return {
      record: 'begin',
      schema: schemaId,
      at,
      by: version,
      cluster: cluster ?? { context, server, version: null, uid: null },
    };
  };
  let latest: Moment | undefined;
  let hasBegun = false;
  return {
    write: async (all: readonly Change[]): Promise<void> => {
      const lines: RecordLine[] = [];
      if (!hasBegun || (await sink.isFresh())) {
        const [one] = all;
        lines.push(begin(one === undefined ? 0 : 'moment' in one ? one.moment.at : one.line.at));
        frames.restart();
        hasBegun = true;
        const isWhole = one !== undefined && 'moment' in one;
        if (!isWhole && latest !== undefined) lines.push(frames.encode(latest));
      }
      for (const one of all) {
        if ('moment' in one) latest = one.moment;
        lines.push('moment' in one ? frames.encode(one.moment) : one.line);
      }
      await sink.append(lines.map(line => lineText(line, redact)).join(''));
    },
    end: async (at: number): Promise<void> => {
      if (!hasBegun || (await sink.isFresh())) return;
      await sink.append(lineText({ record: 'end', at }, redact));
    },
  };
}

function endAt({ world }: AppState, now: number): number {
  return Math.max(world.memory.moments.at(-1)?.at ?? 0, world.heardAt ?? now + world.skew);
}
