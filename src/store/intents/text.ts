import { say } from '../../text/safe.ts';
import type { AppState, TextView } from '../app-state.ts';
import { isMatch, type ShownText, shownText } from '../select/shown-text.ts';
import { tell } from '../updates.ts';
import type { Circumstances } from './intent.ts';

/** Scrolls a log or YAML. Scrolling up stops following; reaching the end begins it again. */
export function moveText(state: AppState, by: number, around: Circumstances): AppState {
  const text = shownText(state);
  if (text === null) return state;
  const last = Math.max(0, text.lines.length - around.page);
  const follows = state.view.follow && text.kind !== 'yaml';
  if (follows && by >= 0) return state;
  const from = follows ? last : clamp(text.position - text.dropped, last);
  const next = clamp(from + by, last);
  return placed(state, text, next, text.kind !== 'yaml' && next >= last);
}

/** To the first line, or to the last and on with the new ones. */
export function edgeOfText(state: AppState, to: 'top' | 'bottom', around: Circumstances): AppState {
  const text = shownText(state);
  if (text === null) return state;
  const last = Math.max(0, text.lines.length - around.page);
  return placed(state, text, to === 'top' ? 0 : last, to === 'bottom' && text.kind !== 'yaml');
}

/** Begins or ends following, from what is seen now. */
export function turnFollow(state: AppState, around: Circumstances): AppState {
  const text = shownText(state);
  if (text === null) return state;
  return placed(state, text, Math.max(0, text.lines.length - around.page), !state.view.follow);
}

/** To the next or previous line that holds the text searched for; at the end of the text it goes on from the other one. */
export function nextMatch(state: AppState, by: 1 | -1, around: Circumstances): AppState {
  const text = shownText(state);
  if (text === null) return state;
  const { filter, follow } = state.view;
  const count = text.lines.length;
  const from =
    follow && text.kind !== 'yaml' ? Math.max(0, count - around.page) : text.position - text.dropped;
  for (let step = 1; step <= count; step++) {
    const i = (((from + by * step) % count) + count) % count;
    if (isMatch(text.lines[i]?.text ?? '', filter)) return placed(state, text, i, false);
  }
  return tell(state, say`nothing here matches`, around.now);
}

/** Where a search that was just typed leads: the newest match of a log that is followed, else the next from here. */
export function firstMatch(state: AppState, around: Circumstances): AppState {
  const text = shownText(state);
  if (text === null || state.view.filter === '') return state;
  const isSeen = text.lines.slice(-around.page).some(line => isMatch(line.text, state.view.filter));
  if (state.view.follow && text.kind !== 'yaml') return isSeen ? state : nextMatch(state, -1, around);
  const here = text.lines[text.position - text.dropped]?.text ?? '';
  return isMatch(here, state.view.filter) ? state : nextMatch(state, 1, around);
}

/** Changes how texts are laid out. */
export function withText(state: AppState, change: Partial<TextView>): AppState {
  return { ...state, view: { ...state.view, text: { ...state.view.text, ...change } } };
}

function placed(state: AppState, text: ShownText, line: number, follow: boolean): AppState {
  const position = line + text.dropped;
  const { detail, scroll } = state.view;
  const seen = text.lines.length + text.dropped;
  const pausedAt = follow || text.kind === 'yaml' ? null : (state.view.pausedAt ?? seen);
  const where =
    text.kind === 'run' || detail === null
      ? { scroll: { ...scroll, log: position } }
      : { detail: { ...detail, scroll: position } };
  const isFollowing = text.kind === 'yaml' ? state.view.follow : follow;
  return { ...state, view: { ...state.view, ...where, follow: isFollowing, pausedAt } };
}

function clamp(value: number, last: number): number {
  return Math.max(0, Math.min(value, Math.max(0, last)));
}
