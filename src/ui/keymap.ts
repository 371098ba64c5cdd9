import type { AppState } from '../store/app-state.ts';
import { keyLabel, type Taste } from '../store/taste.ts';
import type { Binding } from './binding.ts';
import { bindings } from './keys.ts';

/** The table of keys as it holds for one user. */
export interface Keymap {
  readonly bindings: readonly Binding[];
  readonly byKey: ReadonlyMap<string, Binding>;
}

const own: Keymap = keymap(bindings);
const known = new WeakMap<Taste['keys'], Keymap>();

/** The keys that count now: the one table, with the keys that the user put in place of its own. */
export function keymapOf({ mode: { taste } }: AppState): Keymap {
  if (taste === undefined || Object.keys(taste.keys).length === 0) return own;
  const found = known.get(taste.keys) ?? keymap(bindings.map(binding => remapped(binding, taste)));
  known.set(taste.keys, found);
  return found;
}

function keymap(all: readonly Binding[]): Keymap {
  return {
    bindings: all,
    byKey: new Map(all.flatMap(binding => binding.keys.map(key => [key, binding] as const))),
  };
}

/** What a binding does may depend on which of its keys was pressed: the new keys stand for the old ones in their order. */
function remapped(binding: Binding, taste: Taste): Binding {
  const keys = taste.keys[binding.id];
  if (keys === undefined) return binding;
  const standsFor = (key: string): string =>
    binding.keys[Math.min(Math.max(0, keys.indexOf(key)), binding.keys.length - 1)] ?? '';
  return {
    ...binding,
    keys,
    label: keyLabel(taste, binding.id, binding.label),
    intent: (key, state) => binding.intent(standsFor(key), state),
  };
}
