import { nearest } from '../text/nearest.ts';

/** A command of the monitor with its own keys. */
export interface KeyOwner {
  readonly id: string;
  readonly keys: readonly string[];
  /** Its keys are what people rely on in a hurry, and confirmations are built on them. */
  readonly isFixed: boolean;
}

const named = [
  'up',
  'down',
  'left',
  'right',
  'pageup',
  'pagedown',
  'home',
  'end',
  'tab',
  'shift-tab',
  'space',
];

/** Terminals send these for other keys, or keep them for themselves. */
const taken: Readonly<Record<string, string>> = {
  'ctrl-c': 'always quits',
  'ctrl-h': 'is sent for Backspace',
  'ctrl-i': 'is sent for Tab',
  'ctrl-j': 'is sent for Enter',
  'ctrl-m': 'is sent for Enter',
  'ctrl-q': 'is kept by many terminals',
  enter: 'confirms and opens',
  esc: 'always goes back',
};

/**
 * The keys that were asked for, as far as they can be had: known commands, keys that a terminal sends, and no key for two
 * commands. `tell` hears why the others were not taken.
 */
export function checkKeys(
  asked: Readonly<Record<string, readonly string[]>>,
  owners: readonly KeyOwner[],
  tell: (id: string, what: string) => void,
): Readonly<Record<string, readonly string[]>> {
  const wanted = new Map<string, readonly string[]>();
  for (const [id, keys] of Object.entries(asked)) {
    const owner = owners.find(one => one.id === id);
    if (owner === undefined) tell(id, unknown(id, owners));
    else if (owner.isFixed) tell(id, 'cannot have other keys: safety hangs on them');
    else {
      const complaint = keys.length === 0 ? 'needs at least one key' : firstComplaint(keys);
      if (complaint !== null) tell(id, complaint);
      else
        wanted.set(
          id,
          keys.map(key => (key === 'space' ? ' ' : key)),
        );
    }
  }
  return withoutConflicts(wanted, owners, tell);
}

function unknown(id: string, owners: readonly KeyOwner[]): string {
  const near = nearest(
    id,
    owners.map(one => one.id),
  );
  return `is no command of the monitor${near === undefined ? '; the README lists them' : `; did you mean '${near}'?`}`;
}

function firstComplaint(keys: readonly string[]): string | null {
  for (const key of keys) {
    const reason = taken[key];
    if (reason !== undefined) return `cannot use ${key}, which ${reason}`;
    const isKnown = named.includes(key) || /^ctrl-[a-z]$/.test(key) || /^[!-~]$/.test(key);
    if (!isKnown)
      return `knows no key '${key}'; write one character, ctrl-a to ctrl-z, or one of ${named.join(', ')}`;
  }
  return null;
}

/** A request that would take the key of a command that keeps it is dropped; that gives its own keys back, so it is looked again. */
function withoutConflicts(
  wanted: Map<string, readonly string[]>,
  owners: readonly KeyOwner[],
  tell: (id: string, what: string) => void,
): Readonly<Record<string, readonly string[]>> {
  for (;;) {
    const holders = new Map<string, string>();
    const put = (id: string, keys: readonly string[]): string | null => {
      const clash = keys.find(key => holders.has(key) && holders.get(key) !== id);
      if (clash !== undefined) return clash;
      for (const key of keys) holders.set(key, id);
      return null;
    };
    for (const { id, keys } of owners) if (!wanted.has(id)) put(id, keys);
    const bad = [...wanted]
      .map(([id, keys]) => ({ id, clash: put(id, keys) }))
      .find(one => one.clash !== null);
    if (bad === undefined || bad.clash === null) return Object.fromEntries(wanted);
    const { id, clash } = bad;
    tell(
      id,
      `cannot have '${clash}', the key of '${holders.get(clash)}'; give that one another key, or choose another here`,
    );
    wanted.delete(id);
  }
}
