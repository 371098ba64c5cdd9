import { say } from '../text/safe.ts';
import type { AppState } from './app-state.ts';
import { answer } from './intents/answer.ts';
import { type Circumstances, type Intent, type Outcome, only } from './intents/intent.ts';
import { back, move, nextMatch, openTab, showDetail, withView } from './intents/navigate.ts';
import { choose, openContexts, openFaults } from './intents/overlay.ts';
import { byKey, fix, listRemedies, stop, turnLock } from './intents/recover.ts';
import { whyDisabled } from './select/disabled.ts';
import { shownRun } from './select/runs.ts';
import { isActive, tell } from './updates.ts';

export type { Circumstances, Effect, Intent, Outcome } from './intents/intent.ts';

/**
 * What an intent does: the next state, and effects as data for the composition root. Pure, so that a story can be
 * told without a terminal.
 */
export function act(before: AppState, intent: Intent, around: Circumstances): Outcome {
  if (before.dialog !== null) return answer(before, before.dialog, intent, around);
  const state = acknowledge(before);
  if (state.view.filtering) return typeFilter(state, intent);
  const reason = whyDisabled(state, intent);
  if (reason !== null) return only(tell(state, reason, around.now));
  return actOnView(state, intent, around) ?? actOnWorld(state, intent, around);
}

function actOnView(state: AppState, intent: Intent, around: Circumstances): Outcome | undefined {
  const { view } = state;
  switch (intent.kind) {
    case 'layer':
      return only(withView(state, { layer: intent.layer, focus: 'tower', expanded: false, detail: null }));
    case 'move':
      return only(move(state, intent.by, around));
    case 'page':
      return only(move(state, intent.by * Math.max(1, around.page - 1), around));
    case 'edge':
      return only(edge(state, intent.to, around));
    case 'tab':
      return only(openTab(state, intent.tab));
    case 'pane':
      return only(withView(state, { focus: view.focus === 'tower' ? 'side' : 'tower' }));
    case 'match':
      return only(nextMatch(state, intent.by, around));
    case 'zoom':
      return only(withView(state, { zoom: intent.on }));
    case 'palette':
      return only(withView(state, { overlay: { kind: 'palette', text: intent.text, index: intent.index } }));
    case 'help':
      return only(
        withView(state, { overlay: view.overlay?.kind === 'help' ? null : { kind: 'help', scroll: 0 } }),
      );
    case 'filter':
      return only(withView(state, { filtering: true, filter: '', focus: 'side' }));
    case 'follow':
      return only(withView(state, { follow: !view.follow, tab: 'log', focus: 'side' }));
    case 'detail':
      return only(showDetail(state, false, around.now));
    case 'yaml':
      return only(showDetail(state, true, around.now));
    case 'cancel':
    case 'back':
      return only(back(state) ?? state);
    case 'submit':
    case 'open':
      return open(state, around);
    default:
      return undefined;
  }
}

function actOnWorld(state: AppState, intent: Intent, around: Circumstances): Outcome {
  switch (intent.kind) {
    case 'unlock':
      return only(turnLock(state, around));
    case 'fix':
      return fix(state, around);
    case 'remedies':
      return only(listRemedies(state));
    case 'remedy':
      return byKey(state, intent.key, around);
    case 'stop':
      return stop(state, around);
    case 'faults':
      return only(openFaults(state));
    case 'contexts':
      return only(openContexts(state));
    case 'copy':
      return copyLog(state, around);
    case 'refresh':
      return only(tell(state, say`asking the cluster again`, around.now), { kind: 'refresh' });
    case 'save-log':
    case 'repaint':
    case 'suspend':
      return only(state, { kind: intent.kind });
    case 'quit':
      return quit(state, around);
    case 'leave':
      return only(state, { kind: 'quit' });
    default:
      return only(state);
  }
}

/** `q` goes back first; at the top it quits, and asks when that would leave an action behind. */
function quit(state: AppState, { now }: Circumstances): Outcome {
  const { view } = state;
  const isOpen = view.overlay !== null || view.detail !== null || view.zoom;
  const closed = isOpen ? back(state) : undefined;
  if (closed !== undefined) return only(closed);
  if (isActive(state.runs.current)) return only({ ...state, dialog: { kind: 'quit', openedAt: now } });
  return only(state, { kind: 'quit' });
}

function open(state: AppState, around: Circumstances): Outcome {
  const { view } = state;
  if (view.overlay !== null) return choose(state, view.overlay, around);
  if (view.detail !== null) return only(state);
  if (view.focus === 'tower') return only(withView(state, { expanded: !view.expanded }));
  return only(showDetail(state, false, around.now));
}

function edge(state: AppState, to: 'top' | 'bottom', around: Circumstances): AppState {
  if (to === 'top') return move(state, -around.total - 8, around);
  const moved = move(state, around.total + 8, around);
  return moved.view.tab === 'log' && moved.view.focus === 'side' ? withView(moved, { follow: true }) : moved;
}

function copyLog(state: AppState, { now }: Circumstances): Outcome {
  const run = shownRun(state);
  if (run === null) return only(state);
  const text = run.lines.map(line => line.text).join('\n');
  return only(tell(state, say`copied ${run.lines.length} lines`, now), { kind: 'copy', text });
}

function typeFilter(state: AppState, intent: Intent): Outcome {
  const { filter } = state.view;
  if (intent.kind === 'leave') return only(state, { kind: 'quit' });
  if (intent.kind === 'type') return only(withView(state, { filter: (filter + intent.text).slice(0, 80) }));
  if (intent.kind === 'erase') return only(withView(state, { filter: filter.slice(0, -1) }));
  if (intent.kind === 'submit') return only(withView(state, { filtering: false }));
  return intent.kind === 'cancel' ? only(withView(state, { filtering: false, filter: '' })) : only(state);
}

/** The end of a run keeps the banner until a key is pressed; an old complaint goes with it. */
function acknowledge(state: AppState): AppState {
  const { runs, view } = state;
  const seen = runs.current !== null && !isActive(runs.current) && !runs.acknowledged;
  if (!seen && view.message === null) return state;
  return {
    ...state,
    runs: seen ? { ...runs, acknowledged: true } : runs,
    view: view.message === null ? view : { ...view, message: null },
  };
}
