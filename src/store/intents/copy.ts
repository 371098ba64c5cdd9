import { say } from '../../text/safe.ts';
import type { AppState } from '../app-state.ts';
import { shownText } from '../select/shown-text.ts';
import { tell } from '../updates.ts';
import { type Circumstances, type Outcome, only } from './intent.ts';

/** Copies all lines of the log that is shown. */
export function copyText(state: AppState, { now }: Circumstances): Outcome {
  const shown =
    shownText(state) ?? shownText({ ...state, view: { ...state.view, tab: 'log', detail: null } });
  if (shown === null) return only(state);
  const text = shown.lines.map(line => line.text).join('\n');
  return only(tell(state, say`copied ${shown.lines.length} lines`, now), { kind: 'copy', text });
}
