import { field } from '../text/field.ts';
import { join, type Safe } from '../text/safe.ts';

/** How the user wants the screen; it may change while the monitor is open. */
export interface Taste {
  readonly theme: 'default' | 'mono' | 'high-contrast' | 'light';
  /** Printable ASCII only. */
  readonly ascii: boolean;
  /** Nothing turns or blinks. */
  readonly still: boolean;
  /** Other keys for bindings, by their id. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

const names: Readonly<Record<string, string>> = {
  ' ': 'Space',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  tab: 'Tab',
  'shift-tab': 'Shift-Tab',
};

/** The keys of a binding as they are printed: its own label, or the keys that took their place. */
export function keyLabel(taste: Taste | undefined, id: string, own: Safe): Safe {
  const keys = taste?.keys[id];
  return keys === undefined ? own : join(keys.map(nameOf), ' ');
}

/** The same where a sentence has room for one key only. */
export function firstKey(taste: Taste | undefined, id: string, own: Safe): Safe {
  const key = taste?.keys[id]?.[0];
  return key === undefined ? own : nameOf(key);
}

function nameOf(key: string): Safe {
  const control = /^ctrl-([a-z])$/.exec(key);
  return field(control === null ? (names[key] ?? key) : `Ctrl-${control[1]?.toUpperCase()}`);
}
