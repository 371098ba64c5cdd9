import type { ObjectRef } from '../../cluster/object-ref.ts';
import { layerIds } from '../../layers/layer.ts';
import type { AppState, Tab, View } from '../app-state.ts';
import type { Detail } from '../looking.ts';
import { selectedLayer } from '../select/chosen.ts';
import { shownEvents } from '../select/events.ts';
import { objectRows } from '../select/objects.ts';
import { textKind } from '../select/shown-text.ts';
import { whyItems } from '../select/why-items.ts';
import type { Circumstances } from './intent.ts';
import { moveText } from './text.ts';

/** Tabs in which one row is selected; the others only scroll. */
export const listTabs: ReadonlySet<Tab> = new Set(['why', 'events', 'objects', 'history']);

/** Moves the selection or the page of whatever has the focus, and stops at its ends. */
export function move(state: AppState, by: number, around: Circumstances): AppState {
  const { view } = state;
  const last = around.total - around.page;
  if (view.overlay !== null) return withView(state, { overlay: moveOverlay(state, by, around) });
  const isSide = view.detail !== null || view.focus === 'side';
  if (isSide && textKind(state) !== null) return moveText(state, by, around);
  if (view.detail !== null) {
    const from = around.start ?? view.detail.scroll;
    return withView(state, { detail: { ...view.detail, scroll: clamp(from + by, last), isRevealed: false } });
  }
  if (view.focus === 'tower') return moveLayer(state, by);
  const end = listTabs.has(view.tab) ? around.total - 1 : last;
  const next = clamp(Math.min(view.scroll[view.tab], Math.max(0, end)) + by, end);
  return withView(state, { scroll: { ...view.scroll, [view.tab]: next } });
}

export function openTab(state: AppState, tab: Tab): AppState {
  const { view } = left(state);
  const filter = view.tab === tab ? view.filter : '';
  return withView(state, { ...view, tab, focus: 'side', filter });
}

/** The state without what is shown in full: the lists as they were, logs followed again. */
export function left(state: AppState): AppState {
  const { view } = state;
  if (view.detail === null) return state;
  const change = { detail: null, follow: true, pausedAt: null } as const;
  return withView(state, { ...change, filter: view.listFilter, listFilter: '' });
}

/** Shows something in full. What a list was filtered by is not what is searched for in there. */
export function opened(state: AppState, detail: Detail): AppState {
  const { view } = state;
  const listFilter = view.detail === null ? view.filter : view.listFilter;
  const change = { detail, listFilter, filter: '', focus: 'side', overlay: null } as const;
  return withView(state, { ...change, follow: true, pausedAt: null });
}

function closed(state: AppState, detail: Detail): AppState {
  const { before } = detail;
  const filter = before === null ? state.view.listFilter : '';
  return withView(state, { detail: before, filter, follow: true, pausedAt: null });
}

/** Closes the topmost thing, one at a time; undefined when nothing is open. */
export function back(state: AppState): AppState | undefined {
  const { view } = state;
  if (view.overlay !== null) return withView(state, { overlay: null });
  if (view.filtering) return withView(state, { filtering: false, filter: '' });
  if (view.filter !== '' && textKind(state) !== null)
    return withView(state, { filter: '', text: { ...view.text, only: false } });
  if (view.detail !== null) return closed(state, view.detail);
  if (view.filter !== '') return withView(state, { filter: '' });
  if (view.asOf !== null && state.mode.badge !== 'REPLAY') return withView(state, { asOf: null });
  if (view.zoom) return withView(state, { zoom: false });
  if (view.expanded) return withView(state, { expanded: false });
  if (view.focus === 'side') return withView(state, { focus: 'tower' });
  if (view.layer !== null) return withView(state, { layer: null });
  return undefined;
}

export function withView(state: AppState, change: Partial<View>): AppState {
  return { ...state, view: { ...state.view, ...change } };
}

/** The object that the focus is on; null when there is none. */
export function objectInFocus(state: AppState): ObjectRef | null {
  const { view, world } = state;
  const chosen = view.scroll[view.tab];
  if (view.focus === 'side') {
    if (view.tab === 'objects') return at(objectRows(state), chosen)?.ref ?? null;
    if (view.tab === 'events') return at(shownEvents(state), chosen)?.ref ?? null;
    if (view.tab === 'why') return at(whyItems(state), chosen)?.ref ?? null;
  }
  const layer = selectedLayer(state);
  const root = world.model?.diagnosis.root;
  if (root?.layer === layer && root.object !== null) return root.object;
  const seen = world.model?.diagnosis.layers.find(other => other.id === layer);
  return seen?.findings.find(finding => finding.object !== null)?.object ?? null;
}

/** The row of a list that is selected, or its last one when it has become shorter. */
function at<T>(rows: readonly T[], index: number): T | undefined {
  return rows[Math.min(index, rows.length - 1)];
}

function moveLayer(state: AppState, by: number): AppState {
  const index = layerIds.indexOf(selectedLayer(state)) + by;
  const layer = layerIds[clamp(index, layerIds.length - 1)];
  return layer === undefined ? state : withView(state, { layer, expanded: false });
}

function moveOverlay(state: AppState, by: number, around: Circumstances): View['overlay'] {
  const overlay = state.view.overlay;
  if (overlay === null) return null;
  if (overlay.kind === 'help' || overlay.kind === 'internals')
    return { ...overlay, scroll: clamp(overlay.scroll + by, around.total - around.page) };
  return { ...overlay, index: clamp(overlay.index + by, around.total - 1) };
}

function clamp(value: number, last: number): number {
  return Math.max(0, Math.min(value, Math.max(0, last)));
}
