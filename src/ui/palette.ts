import { layerIds } from '../layers/layer.ts';
import type { AppState } from '../store/app-state.ts';
import type { Intent } from '../store/intents.ts';
import { whyDisabled } from '../store/select/disabled.ts';
import { type Safe, say } from '../text/safe.ts';
import { keymapOf } from './keymap.ts';

/** A line of the command palette. */
export interface Command {
  readonly name: string;
  readonly help: Safe;
  readonly label: Safe;
  readonly intent: Intent;
  readonly disabled: Safe | null;
}

const byKeyOnly = new Set([
  'layer',
  'up',
  'down',
  'page-up',
  'page-down',
  'top',
  'bottom',
  'open',
  'back',
  'command',
]);

/** The commands whose name begins with (else: contains) what was typed. */
export function commands(state: AppState, typed: string): readonly Command[] {
  const wanted = typed.trim().toLowerCase();
  const all = everything(state);
  const begins = all.filter(command => command.name.startsWith(wanted));
  return begins.length > 0 ? begins : all.filter(command => command.name.includes(wanted));
}

function everything(state: AppState): Command[] {
  const keyed = keymapOf(state)
    .bindings.filter(binding => !byKeyOnly.has(binding.id))
    .map(binding => {
      const intent = binding.intent(binding.keys[0] ?? '', state);
      return {
        name: binding.id,
        help: binding.help,
        label: binding.label,
        intent,
        disabled: whyDisabled(state, intent),
      };
    });
  const layers = layerIds.map((layer, key) => ({
    name: layer as string,
    help: say`select layer ${key}`,
    label: say`${key}`,
    intent: { kind: 'layer', layer } as const,
    disabled: null,
  }));
  const internals = {
    name: 'internals',
    help: say`how groundup itself does: memory, queues, streams`,
    label: say``,
    intent: { kind: 'internals' } as const,
    disabled: null,
  };
  return [...keyed, internals, ...layers];
}
