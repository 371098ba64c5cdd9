import type { Change } from '../../store/history.ts';
import { type HistoryEntry, historyEntries } from '../../store/select/history-entries.ts';
import { type Safe, say } from '../../text/safe.ts';
import { moment, stopwatch } from '../format.ts';
import type { Scene } from '../panes/scene.ts';
import { layersShown } from '../panes/tower.ts';
import { blank, line, type Row, span, wrappedTo } from '../row.ts';
import { verdictTone } from '../theme.ts';
import { type Page, type TabView, windowStart } from './page.ts';
import { timeLine } from './time-line.ts';

/** What changed when: a time line with a row for each layer, then changes and actions, newest first. */
export const history: TabView = (scene, columns, rows): Page => {
  const { view } = scene.state;
  const entries = historyEntries(scene.state);
  const { rows: strips, cells } = timeLine(scene, columns, rows);
  if (entries.length === 0) {
    const none = [...strips, line(say`nothing has changed since the start`, 'dim')];
    return { rows: none, page: rows, total: 0, cells };
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
  return { rows: [...strips, ...filled, ...preview], page: room, total: entries.length, cells };
};

function entryRow(entry: HistoryEntry, scene: Scene, chosen: boolean): Row {
  const when = [
    span((chosen ? '▸' : ' ') as Safe, 'key'),
    span(say`${moment(entry.at, scene.present)}  `, 'dim'),
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
  if ('note' in entry) return [...when, span(entry.note.text, 'warn')];
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
    return [...wrappedTo(2, concluded, columns, scene.look, 'dim'), pastKeys(scene)];
  }
  if ('note' in entry) return [...wrappedTo(2, entry.note.text, columns, scene.look, 'dim'), pastKeys(scene)];
  const { run } = entry;
  const text = run.failure ?? run.plan.success.text;
  return [...wrappedTo(2, text, columns, scene.look, 'dim'), keyRow(say`the log of this run`)];
}

function pastKeys({ state }: Scene): Row {
  if (state.view.asOf === null) return keyRow(say`the screen as it was then`);
  const parts = [say`←→`, say` cell  `, say`[ ]`, say` change  `, say`w`, say` why then  `];
  const keys = parts.map((text, i) => span(text, i % 2 === 0 ? 'key' : 'dim'));
  return state.mode.badge === 'REPLAY' ? keys : [...keys, span(say`Esc`, 'key'), span(say` now`, 'dim')];
}

function keyRow(text: Safe): Row {
  return [span(say`Enter`, 'key'), span(say`  ${text}`, 'dim')];
}

function shortTitle(scene: Scene, layer: Change['layer']): Safe {
  return layersShown(scene).find(({ id }) => id === layer)?.short ?? (layer as string as Safe);
}
