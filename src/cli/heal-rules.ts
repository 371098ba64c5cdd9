import { actions } from '../recovery/actions/index.ts';
import type { HealRules } from '../recovery/heal.ts';
import { UsageError } from './arguments.ts';

/**
 * What may run by itself: what the configuration opts in (`settings.context.heal`), and what the flags add. Nothing when
 * neither names an action. `custom`: ids of actions of the configuration.
 */
export function healRules(
  flags: readonly string[] | undefined,
  configured: HealRules = { actions: [], notBetween: [], countdownMs: 30_000 },
  custom: readonly string[] = [],
): HealRules {
  const known = [...actions.map(one => one.id), ...custom];
  const stranger = flags?.find(id => !known.includes(id));
  if (stranger !== undefined)
    throw new UsageError(`unknown action '${stranger}'; it is one of ${known.join(', ')}`);
  return { ...configured, actions: [...new Set([...configured.actions, ...(flags ?? [])])] };
}
