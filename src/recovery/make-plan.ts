import { type ObjectRef, refText } from '../cluster/object-ref.ts';
import type { LayerId } from '../layers/layer.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Bench } from './action.ts';
import { typedWordFor } from './danger.ts';
import { needsOf, openNeeds } from './needs.ts';
import type { Danger, Guard, Plan, Step, SuccessRule } from './plan.ts';

/** The parts of a plan that differ from action to action. */
export interface Draft {
  readonly action: string;
  readonly target: Safe | null;
  readonly title: Safe;
  readonly danger: Danger;
  /** The word to type when the danger asks for one: a name that is worth reading twice. */
  readonly word: Safe;
  readonly steps: readonly Step[];
  readonly effect: Safe;
  readonly takes: Safe;
  readonly expectedMs: number;
  readonly success: SuccessRule;
  readonly guards: readonly Guard[];
}

/** Completes a draft: bound to the cluster that was looked at. */
export function makePlan(bench: Bench, draft: Draft): Plan {
  const { word, ...rest } = draft;
  const { context, server, uid } = bench.diagnosis.cluster;
  return {
    ...rest,
    typedWord: typedWordFor(draft.danger, word),
    cluster: { context, server, uid },
    guards: [...draft.guards, ...openNeeds(draft.steps)],
    needs: needsOf(draft.steps, bench),
  };
}

const MINUTE = 60_000;

/** Success is what the watch sees, and it must hold: a process that ended well proves nothing. */
export function layerHealthy(
  bench: Bench,
  layer: LayerId,
  withinMs = 5 * MINUTE,
  stableMs = 30_000,
): SuccessRule {
  const title = bench.diagnosis.layers.find(view => view.id === layer)?.title ?? (layer as Safe);
  return {
    layer,
    stableMs,
    withinMs,
    text: say`${title} healthy for ${stableMs / 1000} s, seen by the watch`,
  };
}

/** One object repaired is a success, even while others of its layer fail for reasons of their own. */
export function objectSound(layer: LayerId, object: ObjectRef): SuccessRule {
  return {
    layer,
    object,
    stableMs: 15_000,
    withinMs: 5 * MINUTE,
    text: say`nothing wrong with ${refText(object)} for 15 s, seen by the watch`,
  };
}

/** The command lines of a plan, word by word, as they will be run or could be typed. */
export function commandsOf(steps: readonly Step[]): readonly (readonly Safe[])[] {
  return steps.map(step => {
    if (step.kind === 'api') return step.command;
    const into = step.output === undefined ? [] : [say`>`, step.output.file];
    return [step.tool as Safe, ...step.args, ...into];
  });
}
