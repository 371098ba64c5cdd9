import { say } from '../text/safe.ts';
import type { AppState } from './app-state.ts';
import { answer } from './intents/answer.ts';
import { copyText } from './intents/copy.ts';
import { openEntry, openLink, showDetail } from './intents/detail.ts';
import { type Circumstances, type Intent, type Outcome, only } from './intents/intent.ts';
import { back, left, move, openTab, withView } from './intents/navigate.ts';
import { choose, enterCluster, openContexts, openFaults } from './intents/overlay.ts';
import { actOnObject, actOnText } from './intents/read.ts';
import { byKey, fix, listRemedies, probe, stop, turnHealing, turnLock } from './intents/recover.ts';
import { edgeOfText, firstMatch } from './intents/text.ts';
import { goTo, travel, turnAxis, turnPlay } from './intents/travel.ts';
import { askedReading, sameRef } from './looking.ts';
import { asItWas, presentOf } from './select/as-it-was.ts';
import { whyDisabled } from './select/disabled.ts';
import { historyEntries } from './select/history-entries.ts';
import { shownRun } from './select/runs.ts';
import { textKind } from './select/shown-text.ts';
import { whyItems } from './select/why-items.ts';
import { isActive, tell } from './updates.ts';

export type { Circumstances, Effect, Intent, Outcome } from './intents/intent.ts';

/**
 * What an intent does: the next state, and effects as data for the composition root. Pure, so that a story can be
 * told without a terminal.
 */
export function act(before: AppState, intent: Intent, around: Circumstances): Outcome {
  const seen = asItWas(before);
  const { state, effects } = decided(seen, intent, around);
  return settled(before, { state: seen === before ? state : asItIs(before, state), effects }, around.now);
}

/** What a key did while the past was shown, on the world as it is. */
function asItIs({ world, runs, reading, podLog, mode, lock }: AppState, state: AppState): AppState {
  const { current, past } = runs;
  return { ...state, world, mode, lock, runs: { ...state.runs, current, past }, reading, podLog };
}

/** A container's log is streamed only while it is shown, and an object that is gone back to is read anew. */
function settled(before: AppState, { state, effects }: Outcome, now: number): Outcome {
  const { detail } = state.view;
  if (state.podLog !== null && detail?.show !== 'log')
    return settled(
      before,
      { state: { ...state, podLog: null }, effects: [...effects, { kind: 'close-log' }] },
      now,
    );
  if (detail === null || detail.show === 'log' || detail === before.view.detail) return { state, effects };
  if (state.reading !== null && sameRef(state.reading.ref, detail.ref)) return { state, effects };
  const reading = askedReading(detail.ref, now);
  return { state: { ...state, reading }, effects: [...effects, { kind: 'read-object', ref: detail.ref }] };
}

function decided(before: AppState, intent: Intent, around: Circumstances): Outcome {
  if (before.dialog !== null) return answer(before, before.dialog, intent, around);
  const state = acknowledge(before);
  if (state.view.filtering) return typeFilter(state, intent, around);
  const reason = whyDisabled(state, intent);
  if (reason !== null) return only(tell(state, reason, around.now));
  return (
    actOnView(state, intent, around) ??
    actOnText(state, intent, around) ??
    actOnObject(state, intent, around) ??
    actOnWorld(state, intent, around)
  );
}

function actOnView(state: AppState, intent: Intent, around: Circumstances): Outcome | undefined {
  const { view } = state;
  switch (intent.kind) {
    case 'layer':
      return only(withView(left(state), { layer: intent.layer, focus: 'tower', expanded: false }));
    case 'move':
      return only(followed(state, move(state, intent.by, around), around));
    case 'travel':
      return only(travel(state, intent.by, intent.stride, around));
    case 'play':
      return only(turnPlay(state));
    case 'axis':
      return only(turnAxis(state));
    case 'page':
      return only(move(state, intent.by * Math.max(1, around.page - 1), around));
    case 'edge':
      return only(edge(state, intent.to, around));
    case 'tab':
      return only(openTab(state, intent.tab));
    case 'pane':
      return only(withView(state, { focus: view.focus === 'tower' ? 'side' : 'tower' }));
    case 'zoom':
      return only(withView(state, { zoom: intent.on }));
    case 'palette':
      return only(withView(state, { overlay: { kind: 'palette', text: intent.text, index: intent.index } }));
    case 'help':
      return only(
        withView(state, { overlay: view.overlay?.kind === 'help' ? null : { kind: 'help', scroll: 0 } }),
      );
    case 'internals':
      return only(withView({ ...state, internals: null }, { overlay: { kind: 'internals', scroll: 0 } }));
    case 'filter':
      return only(withView(state, { filtering: true, filter: '', focus: 'side' }));
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
    case 'healing':
      return turnHealing(state, around);
    case 'fix':
      return fix(state, around);
    case 'remedies':
      return only(listRemedies(state));
    case 'remedy':
      return byKey(state, intent.key, around);
    case 'stop':
      return stop(state, around);
    case 'probe':
      return probe(state, around);
    case 'faults':
      return only(openFaults(state));
    case 'contexts':
      return only(openContexts(state));
    case 'cluster':
      return enterCluster(state, intent.by);
    case 'copy':
      return copyText(state, around);
    case 'refresh':
      return refresh(state, around);
    case 'save-log':
      return saveLog(state);
    case 'dump':
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

/** While the past is shown, the list of changes leads through it. */
function followed(before: AppState, state: AppState, { now }: Circumstances): AppState {
  const { view } = state;
  const { history: row } = view.scroll;
  const isLed = view.asOf !== null && view.tab === 'history' && view.focus === 'side';
  const entry = isLed && row !== before.view.scroll.history ? historyEntries(state)[row] : undefined;
  return entry === undefined ? state : goTo(state, entry.at, presentOf(state, now), row);
}

/** `q` goes back first; at the top it quits, and asks when that would leave an action behind. */
function quit(state: AppState, { now }: Circumstances): Outcome {
  const { view } = state;
  const isPast = view.asOf !== null && state.mode.badge !== 'REPLAY';
  const isOpen = view.overlay !== null || view.detail !== null || isPast || view.zoom;
  const closed = isOpen ? back(state) : undefined;
  if (closed !== undefined) return only(closed);
  if (isActive(state.runs.current)) return only({ ...state, dialog: { kind: 'quit', openedAt: now } });
  return only(state, { kind: 'quit' });
}

/** The log that is shown, which need not be the newest. */
function saveLog(state: AppState): Outcome {
  const run = shownRun(state);
  return run === null ? only(state) : only(state, { kind: 'save-log', id: run.id });
}

function open(state: AppState, around: Circumstances): Outcome {
  const { view } = state;
  if (view.overlay !== null) return choose(state, view.overlay, around);
  if (view.detail !== null) return openLink(state, view.detail, around);
  if (view.focus === 'tower') return only(withView(state, { expanded: !view.expanded }));
  if (view.tab === 'history') return openEntry(state, around);
  if (isBelief(state)) return only(withView(state, { believed: !view.believed }));
  if (view.asOf !== null)
    return only(tell(state, say`objects are known as they are now only: Esc returns to now`, around.now));
  return view.tab === 'log' || view.tab === 'components' ? only(state) : showDetail(state, around);
}

/** The line on the Why tab that tells by which rule it was concluded is selected. */
function isBelief(state: AppState): boolean {
  if (state.view.tab !== 'why') return false;
  const items = whyItems(state);
  return items[Math.min(state.view.scroll.why, items.length - 1)]?.kind === 'belief';
}

function edge(state: AppState, to: 'top' | 'bottom', around: Circumstances): AppState {
  const { view } = state;
  const isText =
    view.overlay === null && (view.detail !== null || view.focus === 'side') && textKind(state) !== null;
  if (isText) return edgeOfText(state, to, around);
  return move(state, to === 'top' ? -around.total - 8 : around.total + 8, around);
}

function refresh(state: AppState, { now }: Circumstances): Outcome {
  const said = tell(state, say`asking the cluster again`, now);
  const ref = state.view.detail?.show === 'log' ? undefined : state.view.detail?.ref;
  if (ref === undefined) return only(said, { kind: 'refresh' });
  return only(said, { kind: 'refresh' }, { kind: 'read-object', ref });
}

function typeFilter(state: AppState, intent: Intent, around: Circumstances): Outcome {
  const { filter } = state.view;
  if (intent.kind === 'leave') return only(state, { kind: 'quit' });
  if (intent.kind === 'type') return only(withView(state, { filter: (filter + intent.text).slice(0, 80) }));
  if (intent.kind === 'erase') return only(withView(state, { filter: filter.slice(0, -1) }));
  if (intent.kind === 'submit') return only(firstMatch(withView(state, { filtering: false }), around));
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
