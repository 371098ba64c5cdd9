import type { ObjectRef } from '../../cluster/object-ref.ts';
import { layerIds } from '../../layers/layer.ts';
import { say } from '../../text/safe.ts';
import type { AppState, Tab, View } from '../app-state.ts';
import { selectedLayer } from '../select/chosen.ts';
import { eventRows } from '../select/events.ts';
import { objectRows } from '../select/objects.ts';
import { shownRun } from '../select/runs.ts';
import { tell } from '../updates.ts';
import type { Circumstances } from './intent.ts';

/** Tabs in which one row is selected; the others only scroll. */
export const listTabs: ReadonlySet<Tab> = new Set(['events', 'objects']);

/** Moves the selection or the page of whatever has the focus, and stops at its ends. */
export function move(state: AppState, by: number, around: Circumstances): AppState {
  const { view } = state;
  if (view.overlay !== null) return withView(state, { overlay: moveOverlay(state, by, around) });
  if (view.detail !== null) {
    const scroll = clamp(view.detail.scroll + by, around.total - around.page);
    return withView(state, { detail: { ...view.detail, scroll } });
  }
  if (view.focus === 'tower') return moveLayer(state, by);
  const last = around.total - (listTabs.has(view.tab) ? 1 : around.page);
  if (view.tab === 'log' && view.follow) {
    return by < 0
      ? withView(state, { follow: false, scroll: { ...view.scroll, log: clamp(last + by, last) } })
      : state;
  }
  const next = clamp(Math.min(view.scroll[view.tab], Math.max(0, last)) + by, last);
  return withView(state, {
    scroll: { ...view.scroll, [view.tab]: next },
    follow: view.tab === 'log' ? next >= last : view.follow,
  });
}

export function openTab(state: AppState, tab: Tab): AppState {
  return withView(state, { tab, focus: 'side', detail: null });
}

/** Closes the topmost thing, one at a time; undefined when nothing is open. */
export function back(state: AppState): AppState | undefined {
  const { view } = state;
  if (view.overlay !== null) return withView(state, { overlay: null });
  if (view.filtering) return withView(state, { filtering: false, filter: '' });
  if (view.detail !== null) return withView(state, { detail: null });
  if (view.filter !== '') return withView(state, { filter: '' });
  if (view.zoom) return withView(state, { zoom: false });
  if (view.expanded) return withView(state, { expanded: false });
  if (view.focus === 'side') return withView(state, { focus: 'tower' });
  if (view.layer !== null) return withView(state, { layer: null });
  return undefined;
}

/** Shows the object that the focus is on, in full. */
export function showDetail(state: AppState, yaml: boolean, now: number): AppState {
  const { view } = state;
  if (view.detail !== null)
    return withView(state, { detail: { ...view.detail, yaml: yaml && !view.detail.yaml } });
  const ref = objectInFocus(state);
  if (ref === null) return tell(state, say`nothing here that could be shown in detail`, now);
  return withView(state, { detail: { ref, yaml, scroll: 0 }, focus: 'side' });
}

/** Goes to the next or previous line of the log that holds the text searched for. */
export function nextMatch(state: AppState, by: 1 | -1, around: Circumstances): AppState {
  const { view } = state;
  if (view.tab !== 'log') return move(state, by, around);
  const lines = shownRun(state)?.lines ?? [];
  const wanted = view.filter.toLowerCase();
  const at = view.follow ? around.total - around.page : view.scroll.log;
  for (let i = at + by; i >= 0 && i < lines.length; i += by) {
    if (lines[i]?.text.toLowerCase().includes(wanted)) {
      return withView(state, { follow: false, scroll: { ...view.scroll, log: i } });
    }
  }
  return tell(state, say`no more matches`, around.now);
}

export function withView(state: AppState, change: Partial<View>): AppState {
  return { ...state, view: { ...state.view, ...change } };
}

function objectInFocus(state: AppState): ObjectRef | null {
  const { view, world } = state;
  if (view.focus === 'side' && view.tab === 'objects') {
    const rows = objectRows(state);
    return rows[Math.min(view.scroll.objects, rows.length - 1)]?.ref ?? null;
  }
  if (view.focus === 'side' && view.tab === 'events') {
    const rows = eventRows(state);
    return rows[Math.min(view.scroll.events, rows.length - 1)]?.ref ?? null;
  }
  const layer = selectedLayer(state);
  const root = world.model?.diagnosis.root;
  if (root?.layer === layer && root.object !== null) return root.object;
  const seen = world.model?.diagnosis.layers.find(other => other.id === layer);
  return seen?.findings.find(finding => finding.object !== null)?.object ?? null;
}

function moveLayer(state: AppState, by: number): AppState {
  const index = layerIds.indexOf(selectedLayer(state)) + by;
  const layer = layerIds[clamp(index, layerIds.length - 1)];
  return layer === undefined ? state : withView(state, { layer, expanded: false });
}

function moveOverlay(state: AppState, by: number, around: Circumstances): View['overlay'] {
  const overlay = state.view.overlay;
  if (overlay === null) return null;
  if (overlay.kind === 'help')
    return { ...overlay, scroll: clamp(overlay.scroll + by, around.total - around.page) };
  return { ...overlay, index: clamp(overlay.index + by, around.total - 1) };
}

function clamp(value: number, last: number): number {
  return Math.max(0, Math.min(value, Math.max(0, last)));
}
