import type { AppState } from '../app-state.ts';
import type { ClusterCell } from '../cluster-cell.ts';

/** A verdict that is older than this many ms is no verdict any more; three looks were missed then. */
const OLD_MS = 200_000;

/** A cell as it is shown; `isOld`: nobody has looked lately, so it is never green. */
export interface ShownCell extends ClusterCell {
  readonly isShown: boolean;
  readonly isOld: boolean;
}

/** The chosen clusters in their order; the one that is watched tells what its own model says. Empty for one cluster. */
export function clusterCells({ clusters = [], mode, world }: AppState, now: number): readonly ShownCell[] {
  if (clusters.length < 2) return [];
  return clusters.map(cell => {
    const isShown = cell.context === mode.context;
    const diagnosis = world.model?.diagnosis;
    if (isShown && diagnosis !== undefined) {
      const { verdict, root } = diagnosis;
      return { ...cell, verdict, layer: root?.layer ?? null, isShown, isOld: false };
    }
    const isOld = cell.seenAt !== null && now - cell.seenAt > OLD_MS;
    return { ...cell, isShown, isOld };
  });
}
