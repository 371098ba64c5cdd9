import type { LayerView } from '../../diagnosis/diagnosis.ts';
import type { LayerId } from '../../layers/layer.ts';
import type { AppState } from '../app-state.ts';

/** The layer that the panes are about: the chosen one, else the root cause, else the lowest that is not healthy. */
export function selectedLayer(state: AppState): LayerId {
  const diagnosis = state.world.model?.diagnosis;
  return (
    state.view.layer ??
    diagnosis?.root?.layer ??
    diagnosis?.layers.find(layer => layer.verdict !== 'healthy')?.id ??
    'api'
  );
}

export function layerOf(state: AppState, id: LayerId): LayerView | undefined {
  return state.world.model?.diagnosis.layers.find(layer => layer.id === id);
}

/** The time that ages are counted to: the local clock corrected by what the server says. */
export function clusterTime(state: AppState, now: number): number {
  return now + state.world.skew;
}

/** The moment that ages on the screen are told for. With the clock off they move only when something else does. */
export function shownTime(state: AppState, now: number): number {
  const known = state.world.model?.snapshot.now;
  return state.mode.clock || known === undefined ? clusterTime(state, now) : known;
}

/** True while something is not as it should be, or not known to be: only then do seconds matter. */
export function isWrong(state: AppState): boolean {
  const diagnosis = state.world.model?.diagnosis;
  return diagnosis === undefined || diagnosis.root !== null || diagnosis.verdict !== 'healthy';
}
