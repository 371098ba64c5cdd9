import type { Vocabulary } from '../config/parse.ts';
import { actions } from '../recovery/actions/index.ts';
import { canHeal } from '../recovery/can-heal.ts';
import { isForbidden } from '../tools/environment.ts';
import { bindings } from '../ui/keys.ts';

/** Going back, opening, and leaving at once work in every question as well; the digits are the numbers of the layers. */
const fixed = new Set(['layer', 'open', 'back', 'leave']);

/** What a configuration may name, told by the rooms that know it. */
export function vocabulary(): Vocabulary {
  return {
    actions: actions.map(({ id }) => id),
    healing: actions.map(({ id }) => id).filter(canHeal),
    keys: bindings.map(({ id, keys }) => ({ id, keys, isFixed: fixed.has(id) })),
    isForbiddenEnv: isForbidden,
  };
}
