import type { AppState } from '../app-state.ts';
import { textKind } from '../select/shown-text.ts';
import { nextLink, showDetail, showPodLog, showRootObject, showYaml, turnPodLog, turnRun } from './detail.ts';
import { type Circumstances, type Intent, type Outcome, only } from './intent.ts';
import { move, openTab, withView } from './navigate.ts';
import { nextMatch, turnFollow, withText } from './text.ts';

/** Keys that read in a log or in YAML. */
export function actOnText(state: AppState, intent: Intent, around: Circumstances): Outcome | undefined {
  const { text } = state.view;
  const isText = textKind(state) !== null;
  switch (intent.kind) {
    case 'match':
      return only(isText ? nextMatch(state, intent.by, around) : move(state, intent.by, around));
    case 'sideways':
      return only(withText(state, { x: Math.max(0, Math.min(text.x + intent.by, 4096)) }));
    case 'wrap':
      return only(withText(state, { wrap: !text.wrap, x: 0 }));
    case 'times':
      return only(withText(state, { times: !text.times }));
    case 'only':
      return only(turnOnly(state));
    case 'follow':
      return only(isText ? turnFollow(withView(state, { focus: 'side' }), around) : openTab(state, 'log'));
    default:
      return undefined;
  }
}

/** Keys that go from object to object, into their logs, and from run to run. */
export function actOnObject(state: AppState, intent: Intent, around: Circumstances): Outcome | undefined {
  switch (intent.kind) {
    case 'detail':
      return showDetail(state, around);
    case 'yaml':
      return showYaml(state, around);
    case 'link':
      return only(nextLink(state, intent.by));
    case 'root-object':
      return showRootObject(state, around);
    case 'pod-log':
      return showPodLog(state, around);
    case 'previous':
    case 'container':
      return turnPodLog(state, intent.kind);
    case 'run':
      return turnRun(state, intent.by, around);
    default:
      return undefined;
  }
}

/** In a text: only the lines that match, or all. In the warnings: those of all layers, or of the selected one. */
function turnOnly(state: AppState): AppState {
  const { view } = state;
  if (textKind(state) === null) {
    const scroll = { ...view.scroll, events: 0 };
    return withView(state, {
      everywhere: !view.everywhere,
      tab: 'events',
      focus: 'side',
      detail: null,
      scroll,
    });
  }
  const detail = view.detail === null ? null : { ...view.detail, scroll: 0 };
  const only = { ...view.text, only: !view.text.only };
  return withView(state, { text: only, detail, scroll: { ...view.scroll, log: 0 } });
}
