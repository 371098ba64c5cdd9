import type { Run } from '../../runs/run.ts';
import { type Safe, say } from '../../text/safe.ts';
import type { AppState } from '../app-state.ts';
import { layerOf } from './chosen.ts';

/** What the cluster itself shows of a run that is under way: the layer that it repairs, and the releases that it works on. */
export function progressOf(state: AppState, run: Run): readonly Safe[] {
  const summary = layerOf(state, run.plan.success.layer)?.summary ?? run.plan.success.text;
  return [summary, ...releases(state, run)];
}

const MOST = 3;

/** Helm's own word for it: `release cilium pending-upgrade`, then `deployed`. Of a sync of all, what is in work. */
function releases({ world }: AppState, { plan, step }: Run): readonly Safe[] {
  const current = plan.steps[step];
  if (current?.kind !== 'tool' || current.tool !== 'helmfile') return [];
  const args: readonly string[] = current.args;
  const selector = args.includes('--selector') ? args[args.indexOf('--selector') + 1] : undefined;
  const name = /^name=([^,]+)/.exec(selector ?? '')?.[1];
  return (world.model?.diagnosis.components ?? [])
    .filter(one =>
      name === undefined
        ? one.release?.status.startsWith('pending-') === true
        : one.name === name && one.release !== null,
    )
    .slice(0, MOST)
    .map(one => say`release ${one.name} ${(one.release?.status ?? 'unknown') as Safe}`);
}
