import type { Remedy } from '../../recovery/plan.ts';
import { type Safe, say } from '../../text/safe.ts';
import type { AppState } from '../app-state.ts';
import { selectedLayer } from '../select/chosen.ts';
import { isArmed, remediesByKey } from '../select/remedies.ts';
import { firstKey } from '../taste.ts';
import { isActive, tell } from '../updates.ts';
import { type Circumstances, type Outcome, only } from './intent.ts';
import { withView } from './navigate.ts';

/** Opens or closes the lock. A protected context asks for its name first. */
export function turnLock(state: AppState, { now }: Circumstances): AppState {
  if (isArmed(state, now)) {
    return tell({ ...state, lock: { ...state.lock, armedUntil: null } }, say`locked: read-only`, now);
  }
  if (state.lock.protectedContext) {
    return { ...state, dialog: { kind: 'unlock', word: state.mode.context, typed: '', openedAt: now } };
  }
  return arm(state, now);
}

export function arm(state: AppState, now: number): AppState {
  const minutes = Math.round(state.lock.armForMs / 60_000);
  const armed = { ...state, dialog: null, lock: { ...state.lock, armedUntil: now + state.lock.armForMs } };
  return tell(armed, say`unlocked for ${minutes} min: each action still asks`, now);
}

/** One key stops self-healing at once, and turns it on again. */
export function turnHealing(state: AppState, { now }: Circumstances): Outcome {
  const { healing } = state;
  if (healing === null) return only(state);
  const on = healing.state === 'stopped';
  const key = firstKey(state.mode.taste, 'heal', say`H`);
  const text = on
    ? say`self-healing is on again`
    : say`self-healing is stopped until ${key} turns it on again`;
  return only(tell(state, text, now), { kind: 'heal', on });
}

/** Offers the banner's remedy. */
export function fix(state: AppState, around: Circumstances): Outcome {
  const remedy = state.world.model?.fix ?? null;
  return remedy === null ? only(state) : propose(state, remedy, around);
}

/** Offers the remedies that a direct key stands for: one at once, several as a list. */
export function byKey(state: AppState, key: string, around: Circumstances): Outcome {
  const found = remediesByKey(state, key);
  const [first] = found;
  if (first === undefined) return only(state);
  if (found.length === 1) return propose(state, first, around);
  return only(list(state, found, say`${found.length} remedies`));
}

/** Starts the active checks. They run pods for a moment, so the lock must be open; nothing that runs is touched. */
export function probe(state: AppState, { now }: Circumstances): Outcome {
  if (!isArmed(state, now)) {
    return only(
      tell(
        state,
        say`press ${unlockKey(state)} to unlock first: probes run a short-lived pod on each node`,
        now,
        'bad',
      ),
    );
  }
  return only(tell(state, say`probing: DNS, and a short-lived pod on each node`, now), { kind: 'probe' });
}

/** Lists all remedies of the selected layer. */
export function listRemedies(state: AppState): AppState {
  const layer = selectedLayer(state);
  const found = state.world.model?.remedies[layer] ?? [];
  const title = state.world.model?.diagnosis.layers.find(other => other.id === layer)?.title;
  return list(state, found, title === undefined ? say`Remedies` : say`Remedies for ${title}`);
}

/**
 * Shows what a remedy would do and asks; what only reads starts at once. What cannot be run now is shown all the
 * same, also while locked: it tells what to do by hand.
 */
export function propose(state: AppState, remedy: Remedy, { now }: Circumstances): Outcome {
  const closed = withView(state, { overlay: null });
  if (isActive(state.runs.current)) {
    return only(
      tell(
        closed,
        say`an action is running: ${firstKey(state.mode.taste, 'stop', say`X`)} stops it`,
        now,
        'bad',
      ),
    );
  }
  const { plan, blockedBy } = remedy;
  const asked = only({ ...closed, dialog: { kind: 'confirm', plan, blockedBy, typed: '', openedAt: now } });
  if (blockedBy !== null) return asked;
  if (remedy.danger === 0) return only(closed, { kind: 'start-run', plan });
  const refusal = whyLocked(state, now);
  return refusal === null ? asked : only(tell(closed, refusal, now, 'bad'));
}

/** Asks a running action to stop after its step. */
export function stop(state: AppState, { now }: Circumstances): Outcome {
  const run = state.runs.current;
  if (run === null) return only(state);
  return only(tell(state, say`stopping: what has begun is ended first`, now), {
    kind: 'stop-run',
    id: run.id,
  });
}

function unlockKey({ mode }: AppState): Safe {
  return firstKey(mode.taste, 'unlock', say`u`);
}

function whyLocked(state: AppState, now: number): Safe | null {
  if (state.mode.readOnly) return say`this screen is read-only: actions are off`;
  return isArmed(state, now) ? null : say`read-only: press ${unlockKey(state)} to unlock first`;
}

function list(state: AppState, remedies: readonly Remedy[], title: Safe): AppState {
  return withView(state, { overlay: { kind: 'remedies', remedies, title, index: 0 } });
}
