import { refText } from '../../cluster/object-ref.ts';
import { type EventRow, eventRows } from '../../store/select/events.ts';
import { type Safe, say } from '../../text/safe.ts';
import { age } from '../format.ts';
import type { Scene } from '../panes/scene.ts';
import { blank, clipRow, line, type Row, span, spread } from '../row.ts';
import { type Page, scrolled, type TabView, windowStart } from './page.ts';

/** Warnings, two lines each: who and how often, then what. */
export const events: TabView = (scene, columns, rows): Page => {
  const all = eventRows(scene.state);
  if (all.length === 0) {
    const text = scene.state.view.filter === '' ? say`no warnings` : say`no warning matches the filter`;
    return scrolled([line(text, 'dim')], 0, rows);
  }
  const visible = Math.max(1, Math.floor(rows / 2));
  const selected = Math.min(scene.state.view.scroll.events, all.length - 1);
  const start = windowStart(selected, all.length, visible);
  const shown = all
    .slice(start, start + visible)
    .flatMap((row, i) => eventLines(row, scene, columns, start + i === selected));
  return { rows: shown, page: visible, total: all.length };
};

function eventLines(row: EventRow, scene: Scene, columns: number, isSelected: boolean): Row[] {
  const mark = isSelected && scene.state.view.focus === 'side' ? ('▸' as Safe) : (' ' as Safe);
  const times = row.count > 1 ? say` ×${row.count}` : ('' as Safe);
  const many = row.objects > 1 ? say` and ${row.objects - 1} more` : ('' as Safe);
  const last = row.last === null ? ('' as Safe) : age(scene.time - row.last, row.mine);
  const left = [
    span(mark, 'key'),
    span(row.reason, row.mine ? 'warn' : 'dim'),
    span(times, 'strong'),
    span(say`  ${refText(row.ref)}${many}`, row.mine ? 'plain' : 'dim'),
  ];
  return [
    spread(left, [span(say` ${last}`, 'dim')], columns, scene.look),
    clipRow([span('   ' as Safe), span(row.message, 'dim')], columns, scene.look),
  ];
}

/** The newest warnings about one object, for its detail. */
export function eventsAbout(scene: Scene, kind: Safe, name: Safe, columns: number): Row[] {
  const mine = eventRows(scene.state).filter(row => row.ref.kind === kind && row.ref.name === name);
  return mine.length === 0
    ? []
    : [
        blank,
        line(say`Warnings`, 'strong'),
        ...mine.slice(0, 8).flatMap(row => eventLines(row, scene, columns, false)),
      ];
}
