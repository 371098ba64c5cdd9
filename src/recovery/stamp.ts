import { type Safe, say } from '../text/safe.ts';
import type { Plan, Step } from './plan.ts';

/**
 * Stands in a request for the moment at which its run begins. A plan is worked out again and again while it is looked at:
 * with a time of its own in it, it would be another one each time, and the time would be that of the look.
 */
export const startTime: Safe = say`<start>`;

/** The plan with the moment of its start (epoch ms) wherever a request asks for it. */
export function stamped(plan: Plan, at: number): Plan {
  const time = new Date(at).toISOString();
  return { ...plan, steps: plan.steps.map(step => stampedStep(step, time)) };
}

function stampedStep(step: Step, time: string): Step {
  if (step.kind === 'tool') return step;
  return {
    ...step,
    body: filled(step.body, time),
    command: step.command.map(word => filledText(word, time) as Safe),
  };
}

function filled(value: unknown, time: string): unknown {
  if (typeof value === 'string') return filledText(value, time);
  if (Array.isArray(value)) return value.map(one => filled(one, time));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner, time)]));
}

function filledText(text: string, time: string): string {
  return text.replaceAll(startTime, time);
}
