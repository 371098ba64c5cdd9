import { layerIds } from '../../layers/layer.ts';
import type { Remedy } from '../../recovery/plan.ts';
import { type Safe, say } from '../../text/safe.ts';
import type { AppState } from '../app-state.ts';
import { selectedLayer } from './chosen.ts';

export function isArmed(state: AppState, now: number): boolean {
  return state.lock.armedUntil !== null && state.lock.armedUntil > now;
}

/** The remedies a direct key stands for: those of the selected layer, else of the root cause, else of any layer, else everything. */
export function remediesByKey(state: AppState, key: string): readonly Remedy[] {
  const model = state.world.model;
  if (model === null) return [];
  const root = model.diagnosis.root?.layer;
  const order = [selectedLayer(state), ...(root === undefined ? [] : [root]), ...layerIds];
  for (const layer of order) {
    const found = (model.remedies[layer] ?? []).filter(remedy => remedy.key === key);
    if (found.length > 0) return found;
  }
  return model.forKey?.(key) ?? [];
}

const wanted: Readonly<Record<string, Safe>> = {
  S: say`no release to sync is known: a helmfile is needed in the repository`,
  A: say`nothing to sync is known: a helmfile is needed in the repository`,
  B: say`no bootstrap task is known: a Taskfile is needed in the repository`,
  I: say`the Flux instance needs no restoring as far as is known`,
  R: say`nothing here can be reconciled now`,
  T: say`nothing here needs a restart`,
  P: say`no probe is offered for this layer`,
};

/** Until the tools and the repository of this machine are known nothing is offered, which does not mean that there is nothing. */
export function isLookingAround({ world: { model }, mode, view }: AppState): boolean {
  return model !== null && model.forKey === undefined && view.asOf === null && mode.badge !== 'REPLAY';
}

/** Why the root cause has no remedy now, in a sentence without its end. */
export function whyNoneOffered(state: AppState): Safe {
  if (isLookingAround(state)) return say`the tools and the repository of this machine are still looked at`;
  const { view, mode } = state;
  return view.asOf === null && mode.badge !== 'REPLAY'
    ? say`no remedy is known for this cause`
    : say`no remedy was offered then`;
}

/** Why a direct key does nothing now. */
export function whyNoRemedy(state: AppState, key: string): Safe {
  if (state.world.model === null) return say`the cluster has not answered yet`;
  if (isLookingAround(state)) return whyNoneOffered(state);
  return wanted[key] ?? say`no such remedy is offered now`;
}
