import type { LayerView, Root } from '../../diagnosis/diagnosis.ts';
import type { Remedy } from '../../recovery/plan.ts';
import type { Run } from '../../runs/run.ts';
import type { Safe } from '../../text/safe.ts';
import type { AppState } from '../app-state.ts';
import { isActive } from '../updates.ts';
import { bannerRun } from './runs.ts';

/** The one thing that the eye should meet first. */
export type Banner =
  /** The past is shown, and nothing is remembered of that moment. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'connecting'; readonly server: Safe }
  | { readonly kind: 'running'; readonly run: Run }
  | { readonly kind: 'ended'; readonly run: Run }
  | {
      readonly kind: 'root';
      readonly root: Root;
      readonly title: Safe;
      readonly fix: Remedy | null;
      readonly others: number;
    }
  /** Self-healing is about to act. `until`: local epoch ms. */
  | {
      readonly kind: 'countdown';
      readonly remedy: Remedy;
      readonly until: number;
      readonly cause: Safe | null;
    }
  | {
      readonly kind: 'unclear';
      readonly verdict: 'progressing' | 'degraded' | 'down' | 'unknown';
      readonly layers: readonly LayerView[];
    }
  | {
      readonly kind: 'calm';
      /** Cluster epoch ms since when all layers are healthy; null when not known. */
      readonly since: number | null;
      readonly asWanted: number;
      readonly behind: readonly Safe[];
      /** Layers that say nothing because nothing happened lately. */
      readonly quiet: number;
    };

export function banner(state: AppState): Banner {
  const run = bannerRun(state);
  if (run !== null) return { kind: isActive(run) ? 'running' : 'ended', run };
  const model = state.world.model;
  if (model === null && state.view.asOf !== null) return { kind: 'nothing' };
  if (model === null || model.snapshot.api.reach === 'connecting') {
    return { kind: 'connecting', server: state.mode.server };
  }
  const { root, otherRoots, layers, verdict } = model.diagnosis;
  const { healing } = state;
  if (healing?.state === 'countdown' && healing.remedy !== null && healing.until !== null)
    return { kind: 'countdown', remedy: healing.remedy, until: healing.until, cause: root?.summary ?? null };
  if (root !== null) {
    const title = layers.find(layer => layer.id === root.layer)?.title ?? ('' as Safe);
    return { kind: 'root', root, title, fix: model.fix, others: otherRoots.length };
  }
  if (verdict !== 'healthy') {
    return { kind: 'unclear', verdict, layers: layers.filter(layer => layer.verdict !== 'healthy') };
  }
  return calm(state, layers);
}

function calm(state: AppState, layers: readonly LayerView[]): Banner {
  const components = state.world.model?.diagnosis.components ?? [];
  // Whether versions differ is judged where it is known what they are versions of: a chart's is not its program's.
  const drifted = components.filter(({ findings }) => findings.some(({ problem }) => problem === 'drift'));
  const since = layers.map(layer => layer.since ?? seenSince(state, layer.id)).filter(at => at !== null);
  return {
    kind: 'calm',
    since: since.length === 0 ? null : Math.max(...since),
    asWanted: components.length - drifted.length,
    behind: drifted.map(component => component.name),
    quiet: layers.filter(layer => layer.verdict !== 'healthy').length,
  };
}

/** A layer that never changed has been as it is at least since the first look at it. */
function seenSince({ world }: AppState, id: LayerView['id']): number | null {
  return world.history.changes.findLast(change => change.layer === id)?.at ?? null;
}
