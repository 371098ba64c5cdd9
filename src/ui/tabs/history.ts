import type { Verdict } from '../../layers/layer.ts';
import type { Run } from '../../runs/run.ts';
import { type Change, flaps, timeline } from '../../store/history.ts';
import { type Safe, say } from '../../text/safe.ts';
import { moment, stopwatch } from '../format.ts';
import type { Scene } from '../panes/scene.ts';
import { layersShown } from '../panes/tower.ts';
import { blank, cell, line, type Row, span } from '../row.ts';
import { type Tone, verdictTone } from '../theme.ts';
import { type Page, scrolled, type TabView } from './page.ts';

const DAY = 86_400_000;

/** What changed when: a strip for each layer over 24 h, then changes and actions, newest first. */
export const history: TabView = (scene, columns, rows): Page => {
  const strips = rows >= 14 && columns >= 40 ? stripRows(scene, columns) : [];
  const entries = entriesOf(scene).map(entry => entryRow(entry, scene));
  const list = entries.length === 0 ? [line(say`nothing has changed since the start`, 'dim')] : entries;
  const page = scrolled(list, scene.state.view.scroll.history, rows - strips.length);
  return { ...page, rows: [...strips, ...page.rows] };
};

function stripRows(scene: Scene, columns: number): Row[] {
  const count = Math.min(52, columns - 14);
  const scale = scaleRow(count);
  const rows = layersShown(scene).map(layer => {
    const seen = timeline(scene.state.world.history, layer.id, scene.time, DAY / count, count);
    const turned = flaps(scene.state.world.history, layer.id, scene.time - DAY);
    const note = turned === 0 ? ('' as Safe) : say` ×${turned}`;
    return [...cell(layer.short, 9, scene.look), ...seen.map(verdict => blockOf(verdict)), span(note, 'dim')];
  });
  return [blank, scale, ...rows, blank];
}

function scaleRow(count: number): Row {
  const marks = ['-24h', '-18h', '-12h', '-6h', 'now'];
  const cells = Array.from({ length: count + 9 }, () => ' ');
  marks.forEach((mark, i) => {
    const at = 9 + Math.round(((count - 1) * i) / 4);
    const from = i === 0 ? 9 : Math.max(0, at - mark.length + 1);
    [...mark].forEach((letter, j) => {
      cells[from + j] = letter;
    });
  });
  return line(cells.join('').trimEnd() as Safe, 'dim');
}

const blocks: Readonly<Record<Verdict, string>> = {
  healthy: '█',
  progressing: '▓',
  degraded: '▒',
  down: '░',
  blocked: '░',
  unknown: '·',
};

function blockOf(verdict: Verdict | null): { text: Safe; tone: Tone } {
  if (verdict === null) return span(' ' as Safe, 'dim');
  return span(blocks[verdict] as Safe, verdict === 'blocked' ? 'unknown' : verdictTone[verdict]);
}

type Entry = { readonly at: number } & ({ readonly change: Change } | { readonly run: Run });

function entriesOf({ state }: Scene): Entry[] {
  const changes = state.world.history.changes.filter(
    change => change.from !== null || change.to !== 'healthy',
  );
  const runs = state.runs.current === null ? state.runs.past : [state.runs.current, ...state.runs.past];
  const seen = new Set<string>();
  const fresh = runs.filter(run => !seen.has(run.id) && seen.add(run.id));
  return [
    ...changes.map(change => ({ at: change.at, change })),
    ...fresh.map(run => ({ at: (run.endedAt ?? run.startedAt) + state.world.skew, run })),
  ].toSorted((a, b) => b.at - a.at);
}

function entryRow(entry: Entry, scene: Scene): Row {
  const when = span(say`${moment(entry.at, scene.time)}  `, 'dim');
  if ('change' in entry) {
    const { change } = entry;
    const title =
      layersShown(scene).find(layer => layer.id === change.layer)?.short ?? (change.layer as string as Safe);
    const verdict = change.to as string as Safe;
    const detail = change.to === 'healthy' ? ('' as Safe) : say`: ${change.summary}`;
    return [when, span(say`${title} ${verdict}`, verdictTone[change.to]), span(detail)];
  }
  const { run } = entry;
  const took = run.endedAt === null ? ('' as Safe) : say` in ${stopwatch(run.endedAt - run.startedAt)}`;
  return [
    when,
    span(run.plan.title, 'strong'),
    span(say` · ${run.state as Safe}${took}`, run.state === 'succeeded' ? 'ok' : 'warn'),
  ];
}
