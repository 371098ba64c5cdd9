import type { Verdict } from '../../layers/layer.ts';
import { type Change, flaps, timeline } from '../../store/history.ts';
import { type HistoryEntry, historyEntries } from '../../store/select/history-entries.ts';
import { type Safe, say } from '../../text/safe.ts';
import { moment, stopwatch } from '../format.ts';
import type { Scene } from '../panes/scene.ts';
import { layersShown } from '../panes/tower.ts';
import { blank, cell, line, type Row, span, wrappedTo } from '../row.ts';
import { type Tone, verdictTone } from '../theme.ts';
import { type Page, type TabView, windowStart } from './page.ts';

const DAY = 86_400_000;

/** What changed when: a strip for each layer over 24 h, then changes and actions, newest first. */
export const history: TabView = (scene, columns, rows): Page => {
  const { view } = scene.state;
  const entries = historyEntries(scene.state);
  const strips = rows >= 16 && columns >= 40 ? stripRows(scene, columns) : [];
  if (entries.length === 0) {
    const none = [...strips, line(say`nothing has changed since the start`, 'dim')];
    return { rows: none, page: rows, total: 0 };
  }
  const selected = Math.min(view.scroll.history, entries.length - 1);
  const hasFocus = view.focus === 'side';
  const preview = hasFocus && rows >= 10 ? [blank, ...previewRows(entries[selected], scene, columns)] : [];
  const room = Math.max(1, rows - strips.length - preview.length);
  const start = windowStart(hasFocus ? selected : 0, entries.length, room);
  const list = entries
    .slice(start, start + room)
    .map((entry, i) => entryRow(entry, scene, hasFocus && start + i === selected));
  const filled = Array.from({ length: room }, (_, i) => list[i] ?? blank);
  return { rows: [...strips, ...filled, ...preview], page: room, total: entries.length };
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

function entryRow(entry: HistoryEntry, scene: Scene, chosen: boolean): Row {
  const when = [
    span((chosen ? '▸' : ' ') as Safe, 'key'),
    span(say`${moment(entry.at, scene.time)}  `, 'dim'),
  ];
  if ('change' in entry) {
    const { change } = entry;
    const detail = change.to === 'healthy' ? ('' as Safe) : say`: ${change.summary}`;
    return [
      ...when,
      span(say`${shortTitle(scene, change.layer)} ${change.to as string as Safe}`, verdictTone[change.to]),
      span(detail),
    ];
  }
  const { run } = entry;
  const took = run.endedAt === null ? ('' as Safe) : say` in ${stopwatch(run.endedAt - run.startedAt)}`;
  return [
    ...when,
    span(run.plan.healing === undefined ? ('' as Safe) : say`by itself: `, 'dim'),
    span(run.plan.title, 'strong'),
    span(say` · ${run.state as Safe}${took}`, run.state === 'succeeded' ? 'ok' : 'warn'),
  ];
}

/** What the selected entry is about, in a few lines below the list. */
function previewRows(entry: HistoryEntry | undefined, scene: Scene, columns: number): Row[] {
  if (entry === undefined) return [];
  if ('change' in entry) {
    const { change } = entry;
    const concluded =
      change.root === null ? say`no root cause was concluded` : say`root cause then: ${change.root}`;
    const more = change.findings.length;
    const findings = more === 0 ? ('' as Safe) : more === 1 ? say` · 1 finding` : say` · ${more} findings`;
    return [
      ...wrappedTo(2, concluded, columns, scene.look, 'dim'),
      keyRow(say`what was known then${findings}`),
    ];
  }
  const { run } = entry;
  const text = run.failure ?? run.plan.success.text;
  return [...wrappedTo(2, text, columns, scene.look, 'dim'), keyRow(say`the log of this run`)];
}

function keyRow(text: Safe): Row {
  return [span(say`Enter`, 'key'), span(say`  ${text}`, 'dim')];
}

function shortTitle(scene: Scene, layer: Change['layer']): Safe {
  return layersShown(scene).find(({ id }) => id === layer)?.short ?? (layer as string as Safe);
}
