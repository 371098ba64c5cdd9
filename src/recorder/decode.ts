import { list, number, type Reader, shape, text } from '../cluster/shape.ts';
import type { RunLine, RunState } from '../runs/run.ts';
import type { Moment, Picture } from '../store/moments.ts';
import type { RecordedRun } from '../store/recorded-run.ts';
import type { Safe } from '../text/safe.ts';
import * as read from './read-picture.ts';
import { root } from './read-root.ts';
import { oneOf, danger as readDanger } from './read-words.ts';
import { schemaId, type Watched } from './record.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A longer line is none of ours. */
const LONGEST_LINE = 4_194_304;

/**
 * Reads a recording: its watches in the order of the file, each with what could be read. A line that is torn, foreign or
 * hostile is passed over; a change that has no frame before it as well. Null when the text is no recording at all.
 */
export function decode(recording: string): readonly Watched[] | null {
  const done: Watched[] = [];
  let open: Open | null = null;
  for (const line of recording.split('\n')) {
    const fields = parsed(line);
    if (fields === null) continue;
    if (fields.record === 'begin') {
      if (fields.schema !== schemaId) continue;
      if (open !== null) done.push(closed(open));
      open = opened(fields);
    } else if (open !== null) take(open, fields);
  }
  if (open !== null) done.push(closed(open));
  return done.length === 0 ? null : done;
}

interface Open {
  readonly by: string;
  readonly cluster: Watched['cluster'];
  readonly beganAt: number;
  endedAt: number;
  picture: Picture | null;
  readonly moments: Moment[];
  readonly runs: Map<string, RecordedRun>;
}

function parsed(line: string): Fields | null {
  if (!line.startsWith('{') || line.length > LONGEST_LINE) return null;
  try {
    return JSON.parse(line) as Fields;
  } catch {
    return null;
  }
}

function opened(fields: Fields): Open {
  const beganAt = number(fields.at) ?? 0;
  return {
    by: text(fields.by) ?? '',
    cluster: read.cluster(fields.cluster),
    beganAt,
    endedAt: beganAt,
    picture: null,
    moments: [],
    runs: new Map(),
  };
}

function closed({ by, cluster, beganAt, endedAt, picture, moments, runs }: Open): Watched {
  return {
    by,
    cluster: picture?.diagnosis.cluster ?? cluster,
    beganAt,
    endedAt,
    moments,
    runs: [...runs.values()],
  };
}

function take(open: Open, fields: Fields): void {
  const at = number(fields.at);
  if (at === undefined) return;
  if (fields.record === 'key') frame(open, at, read.picture(fields.picture) ?? null);
  if (fields.record === 'change' && open.picture !== null && isFields(fields.set))
    frame(open, at, changed(open.picture, fields.set));
  if (fields.record === 'run') {
    const run = recordedRun(fields.run);
    if (run !== undefined) open.runs.set(run.id, run);
  }
  open.endedAt = Math.max(open.endedAt, at);
}

function frame(open: Open, at: number, picture: Picture | null): void {
  if (picture === null) return;
  open.picture = picture;
  open.moments.push({ at, picture: { ...picture, diagnosis: { ...picture.diagnosis, at } } });
}

/** What is not named stays, and is shared with the picture before. */
function changed({ diagnosis, api, fix }: Picture, set: Fields): Picture {
  const has = (name: string): boolean => Object.hasOwn(set, name);
  const layers = list(read.layerView)(set.layers) ?? [];
  return {
    diagnosis: {
      at: diagnosis.at,
      cluster: has('cluster') ? read.cluster(set.cluster) : diagnosis.cluster,
      verdict: has('verdict') ? read.clusterVerdict(set.verdict) : diagnosis.verdict,
      root: has('root') ? (root(set.root) ?? null) : diagnosis.root,
      otherRoots: has('otherRoots') ? (list(root)(set.otherRoots) ?? []) : diagnosis.otherRoots,
      components: has('components') ? (list(read.component)(set.components) ?? []) : diagnosis.components,
      layers: diagnosis.layers.map(layer => layers.find(({ id }) => id === layer.id) ?? layer),
    },
    api: has('api') ? read.api(set.api) : api,
    fix: has('fix') ? (read.offered(set.fix) ?? null) : fix,
  };
}

const states: readonly RunState[] = [
  'planned',
  'running',
  'verifying',
  'succeeded',
  'failed',
  'unknown',
  'cancelled',
];
const lineShape = shape({ at: number, from: oneOf(['stdout', 'stderr', 'groundup'], 'stdout'), text });
const runShape = shape({
  id: text,
  action: text,
  target: text,
  title: text,
  danger: number,
  state: oneOf(states, 'unknown'),
  startedAt: number,
  endedAt: number,
  step: number,
  exitCode: number,
  failure: text,
  success: text,
  commands: list(list(text)),
  lines: list(lineShape),
  dropped: number,
});
const recordedRun: Reader<RecordedRun> = raw => {
  const run = runShape(raw);
  if (run?.id === undefined || run.startedAt === undefined) return undefined;
  const {
    id,
    action = '',
    target = null,
    title = '' as Safe,
    state = 'unknown',
    startedAt,
    endedAt = null,
  } = run;
  const { step = 0, exitCode = null, failure = null, success = '' as Safe, commands = [], dropped = 0 } = run;
  const lines = (run.lines ?? []).map(
    (line): RunLine => ({ at: line.at ?? 0, from: line.from ?? 'stdout', text: line.text ?? ('' as Safe) }),
  );
  const danger = readDanger(run.danger);
  return {
    id,
    action,
    target,
    title,
    danger,
    state,
    startedAt,
    endedAt,
    step,
    exitCode,
    failure,
    success,
    commands,
    lines,
    dropped,
  };
};

function isFields(raw: unknown): raw is Fields {
  return typeof raw === 'object' && raw !== null;
}
