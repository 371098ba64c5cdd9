import { say } from '../../text/safe.ts';
import type { AppState, Overlay } from '../app-state.ts';
import { tell } from '../updates.ts';
import { type Circumstances, type Outcome, only } from './intent.ts';
import { withView } from './navigate.ts';
import { propose } from './recover.ts';

/** Opens the list of contexts on the current one. */
export function openContexts(state: AppState): AppState {
  const { contexts, context } = state.mode;
  return withView(state, { overlay: { kind: 'contexts', index: Math.max(0, contexts.indexOf(context)) } });
}

/** Enters the next chosen cluster, or the one before; from one that was not chosen, the first. */
export function enterCluster(state: AppState, by: 1 | -1): Outcome {
  const contexts = (state.clusters ?? []).map(cell => cell.context);
  const at = contexts.indexOf(state.mode.context);
  const context = contexts[at < 0 ? 0 : (at + by + contexts.length) % contexts.length];
  return context === undefined ? only(state) : only(state, { kind: 'switch-context', context });
}

/** Opens the list of faults of the simulated cluster. */
export function openFaults(state: AppState): AppState {
  return withView(state, { overlay: { kind: 'faults', index: 0 } });
}

/** Enter on an open list: takes the selected row. */
export function choose(state: AppState, overlay: Overlay, around: Circumstances): Outcome {
  const closed = withView(state, { overlay: null });
  if (overlay.kind === 'remedies') {
    const remedy = overlay.remedies[overlay.index];
    return remedy === undefined ? only(closed) : propose(closed, remedy, around);
  }
  if (overlay.kind === 'contexts') {
    const context = state.mode.contexts[overlay.index];
    if (context === undefined || context === state.mode.context) return only(closed);
    return only(closed, { kind: 'switch-context', context });
  }
  if (overlay.kind === 'faults') {
    const fault = state.mode.faults[overlay.index];
    if (fault === undefined) return only(closed);
    const said = fault.broken ? say`undoing: ${fault.title}` : say`breaking: ${fault.title}`;
    return only(tell(closed, said, around.now), { kind: 'break', fault, undo: fault.broken });
  }
  return only(closed);
}
