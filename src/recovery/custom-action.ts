import type { LayerId } from '../layers/layer.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Action, Bench } from './action.ts';
import { filledArgv } from './custom-argv.ts';
import { guessedTarget, targetsOf, valuesOf } from './custom-params.ts';
import { stop } from './guard.ts';
import { clusterGuards, toolGuards } from './guards.ts';
import { layerHealthy, makePlan } from './make-plan.ts';
import type { Danger, Plan, Step, SuccessRule } from './plan.ts';

/** A command of the user's own, as the configuration has it. */
export interface CustomSpec {
  readonly id: string;
  readonly title: Safe;
  /** The program first; an element that is nothing but `{name}` stands for a value. */
  readonly argv: readonly string[];
  readonly layer: LayerId;
  readonly danger: Danger;
  readonly timeoutMs: number;
  readonly confirm: 'key' | 'word';
  readonly params: readonly CustomParamSpec[];
}

export interface CustomParamSpec {
  readonly name: string;
  /** The only values allowed; null: any name that Kubernetes would take. */
  readonly choices: readonly string[] | null;
  /** Taken when nothing is given; null: it must be given. */
  readonly otherwise: string | null;
}

/** What the layer offers by itself comes first. */
const RANK = 70;

/**
 * Makes an action of it, under the same guards, journal and proof as the built-in ones. `path`: where its program was
 * found on the safe part of PATH; null when it was not.
 */
export function customAction(spec: CustomSpec, path: string | null): Action {
  return {
    id: spec.id,
    key: null,
    title: spec.title,
    takesAny: true,
    targets: () => targetsOf(spec),
    treats: fault => {
      if (fault.layer !== spec.layer) return [];
      const guessed = guessedTarget(spec, fault);
      const targets = guessed === null ? targetsOf(spec) : [guessed];
      return targets.map(target => ({ target, rank: RANK }));
    },
    plan: (target, bench) => planOf(spec, path, target, bench),
  };
}

function planOf(spec: CustomSpec, path: string | null, target: Safe | null, bench: Bench): Plan {
  const [program = ''] = spec.argv;
  const values = valuesOf(spec, target);
  const filled = values.ok ? filledArgv(spec, values.values, bench) : values;
  const isKnownTool = Object.hasOwn(bench.workshop.tools, program);
  const found = path ?? (isKnownTool ? bench.workshop.tools[program as 'helm']?.path : undefined);
  const plan = makePlan(bench, {
    action: spec.id,
    target,
    title: target === null ? spec.title : say`${spec.title} (${target})`,
    danger: spec.danger,
    word: field(spec.id),
    steps: filled.ok ? [step(spec, found, filled.args, bench)] : [],
    effect: say`runs a command of your configuration; what it changes is known to its author`,
    takes: say`up to ${Math.ceil(spec.timeoutMs / 1000)} s`,
    expectedMs: spec.timeoutMs,
    success: successOf(spec, bench),
    guards: [
      ...(filled.ok ? [] : [stop(filled.why)]),
      ...(found === undefined ? toolGuards([program as 'helm'], { ...bench, workshop: noTools }) : []),
      ...clusterGuards(spec.layer, bench),
    ],
  });
  return spec.confirm === 'word' ? { ...plan, typedWord: field(spec.id) } : plan;
}

const noTools = { tools: {}, repository: null };

function step(
  { argv, title, timeoutMs }: CustomSpec,
  path: string | undefined,
  args: readonly Safe[],
  { workshop }: Bench,
): Step {
  return {
    kind: 'tool',
    title,
    tool: field(argv[0] ?? ''),
    ...(path === undefined ? {} : { path }),
    args,
    cwd: workshop.repository?.root ?? '/',
    env: workshop.repository?.env ?? {},
    deadlineMs: timeoutMs,
    endsAtDeadline: true,
  };
}

/** What only reads has done its work when it ends well; everything else is proved by the layer. */
function successOf({ layer, danger, id }: CustomSpec, bench: Bench): SuccessRule {
  if (danger > 0) return layerHealthy(bench, layer);
  const object = { kind: say`Command`, namespace: null, name: field(id) };
  return { layer: 'api', object, stableMs: 0, withinMs: 60_000, text: say`it ended well` };
}
