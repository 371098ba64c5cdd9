import { refText } from '../../cluster/object-ref.ts';
import { layerOf, selectedLayer } from '../../store/select/chosen.ts';
import { type EventRow, eventRows, shownEvents } from '../../store/select/events.ts';
import { firstKey } from '../../store/taste.ts';
import { type Safe, say } from '../../text/safe.ts';
import { age } from '../format.ts';
import type { Scene } from '../panes/scene.ts';
import { blank, clipRow, line, type Row, span, spread } from '../row.ts';
import { type Page, scrolled, type TabView, windowStart } from './page.ts';

/** Warnings of the selected layer, two lines each: who and how often, then what. */
export const events: TabView = (scene, columns, rows): Page => {
  const { view } = scene.state;
  const all = shownEvents(scene.state);
  const others = eventRows(scene.state).length - all.length;
  const foot = rows >= 6 ? footRow(scene, others) : null;
  const room = rows - (foot === null ? 0 : 1);
  if (all.length === 0) {
    const title = layerOf(scene.state, selectedLayer(scene.state))?.title ?? say`this layer`;
    const text =
      view.asOf !== null
        ? say`warnings are not remembered: Why tells what they proved`
        : view.filter !== ''
          ? say`no warning matches the filter`
          : view.everywhere
            ? say`no warnings in the last hour`
            : say`no warnings about ${title} in the last hour`;
    return { ...scrolled(withFoot([line(text, 'dim')], foot, room), 0, rows), total: 0 };
  }
  const visible = Math.max(1, Math.floor(room / 2));
  const selected = Math.min(view.scroll.events, all.length - 1);
  const start = windowStart(selected, all.length, visible);
  const shown = all
    .slice(start, start + visible)
    .flatMap((row, i) => eventLines(row, scene, columns, start + i === selected));
  return { rows: withFoot(shown, foot, room), page: visible, total: all.length };
};

function withFoot(body: readonly Row[], foot: Row | null, rows: number): Row[] {
  if (foot === null) return [...body];
  return [...Array.from({ length: rows }, (_, i) => body[i] ?? blank), foot];
}

function footRow({ state }: Scene, others: number): Row | null {
  if (state.view.everywhere)
    return [
      span(firstKey(state.mode.taste, 'only', say`&`), 'key'),
      span(say` only those of the selected layer`, 'dim'),
    ];
  if (others === 0) return null;
  const many = others === 1 ? say`1 warning` : say`${others} warnings`;
  return [
    span(firstKey(state.mode.taste, 'only', say`&`), 'key'),
    span(say` also shows ${many} about other layers`, 'dim'),
  ];
}

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
