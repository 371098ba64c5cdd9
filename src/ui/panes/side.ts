import { type Tab, tabs } from '../../store/app-state.ts';
import { type Safe, say } from '../../text/safe.ts';
import { box, innerColumns } from '../box.ts';
import { type Row, type Span, span } from '../row.ts';
import { components } from '../tabs/components.ts';
import { detail } from '../tabs/detail.ts';
import { events } from '../tabs/events.ts';
import { history } from '../tabs/history.ts';
import { log } from '../tabs/log.ts';
import { objects } from '../tabs/objects.ts';
import type { Page, TabView } from '../tabs/page.ts';
import { why } from '../tabs/why.ts';
import type { Scene } from './scene.ts';

const views: Readonly<Record<Tab, TabView>> = { why, log, events, objects, history, components };
const titles: Readonly<Record<Tab, Safe>> = {
  why: say`Why`,
  log: say`Log`,
  events: say`Events`,
  objects: say`Objects`,
  history: say`History`,
  components: say`Components`,
};

/** The side pane in exactly `rows` lines, and how far its content scrolls. */
export function side(scene: Scene, columns: number, rows: number): Page {
  const { view } = scene.state;
  const inner = innerColumns(columns);
  const room = Math.max(0, rows - 2);
  const page =
    view.detail === null ? views[view.tab](scene, inner, room) : detail(view.detail, scene, inner, room);
  const hasFocus = view.focus === 'side';
  const frame = box(
    page.rows,
    {
      title: tabTitles(scene, columns),
      corner: filterMark(scene),
      tone: hasFocus ? 'strong' : 'dim',
      columns,
      rows,
    },
    scene.look,
  );
  return { ...page, rows: frame };
}

function tabTitles({ state }: Scene, columns: number): Row {
  const gap = (columns >= 60 ? '  ' : ' ') as Safe;
  const spans: Span[] = [span(' ' as Safe)];
  for (const tab of tabs) {
    const isOpen = tab === state.view.tab;
    if (spans.length > 1) spans.push(span(gap));
    spans.push(isOpen ? span(say`[${titles[tab]}]`, 'strong') : span(titles[tab], 'dim'));
  }
  return spans;
}

function filterMark({ state }: Scene): Row {
  const { filter, filtering } = state.view;
  return filter === '' && !filtering
    ? []
    : [span(say`/${filter as Safe}${filtering ? ('▏' as Safe) : ('' as Safe)}`, 'key')];
}
