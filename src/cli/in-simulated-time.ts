import type { Plan, SuccessRule } from '../recovery/plan.ts';

/** The same plan for a cluster whose time runs `speed` times faster: what must hold for 30 s holds for 30 of its seconds. */
export function inSimulatedTime(plan: Plan, speed: number): Plan {
  const faster = (rule: SuccessRule): SuccessRule => ({ ...rule, stableMs: rule.stableMs / speed });
  return {
    ...plan,
    expectedMs: plan.expectedMs / speed,
    success: faster(plan.success),
    steps: plan.steps.map(step => (step.gate === undefined ? step : { ...step, gate: faster(step.gate) })),
  };
}
