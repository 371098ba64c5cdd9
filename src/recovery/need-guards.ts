import { field } from '../text/field.ts';
import { join, type Safe, say } from '../text/safe.ts';
import { passed, stop, warn } from './guard.ts';
import type { Guard, Need } from './plan.ts';

/** What the API server says about one need. `unsure`: it did not answer, or could not evaluate every rule. */
export interface NeedAnswer {
  readonly need: Need;
  readonly answer: 'allowed' | 'denied' | 'unsure';
}

/** What missing permissions mean for a plan: the first tool would fail on them, in the middle. */
export function needGuards(answers: readonly NeedAnswer[]): readonly Guard[] {
  if (answers.length === 0) return [];
  const denied = answers.filter(one => one.answer === 'denied');
  const unsure = answers.filter(one => one.answer === 'unsure');
  if (denied.length > 0)
    return denied.map(({ need }) => stop(say`you may not ${needText(need)}: ask for this permission`));
  if (unsure.length > 0) {
    const texts = unsure.slice(0, 3).map(({ need }) => needText(need));
    return [warn(say`whether you may ${join(texts, ', ')} could not be asked`)];
  }
  return [passed(say`you may do what it needs first`)];
}

/** `patch deployments.apps/scale coredns in the namespace kube-system`. */
export function needText({ verb, group, resource, subresource, namespace, name }: Need): Safe {
  const what = group === '' ? field(resource) : say`${field(resource)}.${field(group)}`;
  const part = subresource === undefined ? say`` : say`/${field(subresource)}`;
  const which = name === undefined ? say`` : say` ${field(name)}`;
  const where = namespace === null ? say`` : say` in the namespace ${field(namespace)}`;
  return say`${field(verb)} ${what}${part}${which}${where}`;
}
