import type { HealNote } from '../runs/heal-notes.ts';
import { emptyHistory, remember } from '../store/history.ts';
import type { Gap, Moment } from '../store/moments.ts';
import type { RecordedRun } from '../store/recorded-run.ts';
import type { TimeLineEntry } from './incident-report.ts';

/** What happened in order: layers that turned, causes that were named or went, actions, what self-healing left to people, and when nobody looked. */
export function timeLine(
  moments: readonly Moment[],
  runs: readonly RecordedRun[],
  gaps: readonly Gap[],
  notes: readonly HealNote[] = [],
): readonly TimeLineEntry[] {
  const all = [
    ...layerEntries(moments),
    ...rootEntries(moments),
    ...runs.flatMap(runEntries),
    ...notes.map(({ at, text }) => ({ at, entry: entry('healing', text) })),
    ...gaps.map(({ from, to }) => ({
      at: from,
      entry: entry('unseen', `nobody looked until ${new Date(to).toISOString()}`),
    })),
  ];
  return all
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, entry: one }) => ({ at: new Date(at).toISOString(), ...one }));
}

type Undated = Omit<TimeLineEntry, 'at'>;
type Dated = { readonly at: number; readonly entry: Undated };

function entry(kind: TimeLineEntry['kind'], text: string): Undated {
  return { kind, layer: null, verdict: null, text };
}

/** The first look is how it began: only what was not well then is told. */
function layerEntries(moments: readonly Moment[]): readonly Dated[] {
  const history = moments.reduce(
    (known, { at, picture }) => remember(known, { ...picture.diagnosis, at }),
    emptyHistory,
  );
  return history.changes
    .filter(({ from, to }) => from !== null || to !== 'healthy')
    .map(({ at, layer, from, to, summary }) => ({
      at,
      entry: {
        kind: 'layer',
        layer,
        verdict: to,
        text: `${layer} ${from === null ? 'was' : 'turned'} ${to}: ${summary}`,
      },
    }));
}

function rootEntries(moments: readonly Moment[]): readonly Dated[] {
  let before: string | null = null;
  return moments.flatMap(({ at, picture }) => {
    const { root } = picture.diagnosis;
    const key = root === null ? null : `${root.layer} ${root.problem} ${root.object?.name}`;
    if (key === before) return [];
    before = key;
    if (root === null) return [{ at, entry: entry('root', 'no root cause any more') }];
    const because = root.cause === null ? '' : ` (${root.cause})`;
    return [
      { at, entry: { ...entry('root', `root cause named: ${root.summary}${because}`), layer: root.layer } },
    ];
  });
}

function runEntries({ title, state, startedAt, endedAt, failure }: RecordedRun): readonly Dated[] {
  const began = { at: startedAt, entry: entry('action', `began: ${title}`) };
  if (endedAt === null) return [began];
  const why = failure === null ? '' : `: ${failure}`;
  return [began, { at: endedAt, entry: entry('action', `${state}: ${title}${why}`) }];
}
