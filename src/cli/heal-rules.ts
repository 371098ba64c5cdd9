import type { ContextSettings } from '../config/context-settings.ts';
import { actions } from '../recovery/actions/index.ts';
import { canHeal } from '../recovery/can-heal.ts';
import type { HealRules } from '../recovery/heal.ts';
import { UsageError } from './arguments.ts';

/**
 * What may run by itself: what the configuration opts in, and what the flags add. Nothing when neither names an action, and
 * nothing where nothing may be changed. Flags that name what this context does not have are passed over: another one may.
 */
export function healRules(flags: readonly string[] | undefined, context: ContextSettings): HealRules {
  const own = context.actions.map(({ id }) => id);
  const named = [...context.heal.actions, ...(flags ?? [])].filter(id => canHeal(id) || own.includes(id));
  return { ...context.heal, actions: context.readOnly ? [] : [...new Set(named)] };
}

/** Throws UsageError for an action that there is not, or that never runs by itself. */
export function checkHealFlags(
  flags: readonly string[] | undefined,
  { actions: own }: ContextSettings,
): void {
  for (const id of flags ?? []) {
    const mine = own.find(one => one.id === id);
    if (mine !== undefined && mine.danger >= 3)
      throw new UsageError(
        `'${id}' has danger ${mine.danger}: only what cannot cause an outage may run by itself`,
      );
    if (mine !== undefined || canHeal(id)) continue;
    const able = [...actions.map(one => one.id).filter(canHeal), ...own.map(one => one.id)].join(', ');
    if (actions.some(one => one.id === id))
      throw new UsageError(`'${id}' never runs by itself; what may is one of ${able}`);
    throw new UsageError(`unknown action '${id}'; it is one of ${able}`);
  }
}
