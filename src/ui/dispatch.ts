import type { AppState } from '../store/app-state.ts';
import type { Intent } from '../store/intents.ts';
import { field } from '../text/field.ts';
import { keymapOf } from './keymap.ts';
import { commands } from './palette.ts';

/** Keys that work while a list or the help covers the screen; the others would change what cannot be seen. */
const overlayKinds = new Set<Intent['kind']>([
  'move',
  'page',
  'edge',
  'open',
  'cancel',
  'quit',
  'leave',
  'help',
  'repaint',
  'suspend',
]);

/** What a key means now. Several intents when one closes a list and the next acts; none when it means nothing. */
export function intentsOf(key: string, state: AppState): readonly Intent[] {
  if (state.dialog !== null || state.view.filtering) return typing(key);
  const { overlay } = state.view;
  if (overlay?.kind === 'palette') return inPalette(key, overlay, state);
  const intent = keymapOf(state).byKey.get(key)?.intent(key, state);
  if (intent === undefined) return [];
  return overlay !== null && !overlayKinds.has(intent.kind) ? [] : [intent];
}

function typing(key: string): readonly Intent[] {
  switch (key) {
    case 'enter':
      return [{ kind: 'submit' }];
    case 'esc':
      return [{ kind: 'cancel' }];
    case 'backspace':
      return [{ kind: 'erase' }];
    case 'ctrl-c':
      return [{ kind: 'leave' }];
    case 'ctrl-y':
      return [{ kind: 'copy' }];
    case 'ctrl-u':
      return Array.from({ length: 120 }, () => ({ kind: 'erase' }) as const);
    default:
      return isText(key) ? [{ kind: 'type', text: field(key) }] : [];
  }
}

function inPalette(
  key: string,
  overlay: { text: string; index: number },
  state: AppState,
): readonly Intent[] {
  const { text, index } = overlay;
  const found = commands(state, text);
  const chosen = found[Math.min(index, found.length - 1)];
  const retype = (next: string): Intent => ({ kind: 'palette', text: next.slice(0, 60), index: 0 });
  switch (key) {
    case 'enter':
      return chosen === undefined ? [] : [{ kind: 'cancel' }, chosen.intent];
    case 'tab':
      return chosen === undefined ? [] : [retype(chosen.name)];
    case 'up':
    case 'down':
      return [
        {
          kind: 'palette',
          text,
          index: Math.max(0, Math.min(index + (key === 'up' ? -1 : 1), found.length - 1)),
        },
      ];
    case 'backspace':
      return text === '' ? [{ kind: 'cancel' }] : [retype(text.slice(0, -1))];
    case 'esc':
      return [{ kind: 'cancel' }];
    case 'ctrl-c':
      return [{ kind: 'leave' }];
    default:
      return isText(key) ? [retype(text + field(key))] : [];
  }
}

/** A single character, not the name of a key. */
function isText(key: string): boolean {
  return [...key].length === 1;
}
