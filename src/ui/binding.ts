import { type AppState, type Tab, tabs } from '../store/app-state.ts';
import type { Intent } from '../store/intents.ts';
import { textKind } from '../store/select/shown-text.ts';
import { type Safe, say } from '../text/safe.ts';

export type Group = 'looking' | 'panes' | 'past' | 'changing' | 'screen';

export const groupTitles: Readonly<Record<Group, Safe>> = {
  looking: say`Looking`,
  panes: say`Panes`,
  past: say`The past, and recordings`,
  changing: say`Changing the cluster (the lock must be open)`,
  screen: say`Screen`,
};

/** How the footer mentions a key. */
export interface Hint {
  readonly word: Safe | ((state: AppState) => Safe);
  /** The lower, the longer it stays when the footer gets narrow. */
  readonly rank: number;
  /** Whether it is worth mentioning now; left out: always. */
  readonly when?: (state: AppState) => boolean;
}

/** One thing that a key does. */
export interface Binding {
  /** What the palette calls it. */
  readonly id: string;
  /** Names of keys, as `readingOf` gives them. */
  readonly keys: readonly string[];
  /** The keys as they are printed. */
  readonly label: Safe;
  readonly help: Safe;
  readonly intent: (key: string, state: AppState) => Intent;
  readonly hint: Hint | null;
  readonly group: Group;
}

type Row = readonly [
  id: string,
  keys: readonly string[],
  label: Safe,
  help: Safe,
  intent: Binding['intent'],
  hint?: Hint,
];

/** A part of the table whose keys belong together in the help. */
export function bound(group: Group, rows: readonly Row[]): readonly Binding[] {
  return rows.map(([id, keys, label, help, intent, hint = null]) => ({
    id,
    keys,
    label,
    help,
    intent,
    hint,
    group,
  }));
}

export function hint(rank: number, word: Hint['word'], when?: Hint['when']): Hint {
  return when === undefined ? { rank, word } : { rank, word, when };
}

type Plain = Exclude<
  Intent['kind'],
  | 'layer'
  | 'move'
  | 'page'
  | 'edge'
  | 'tab'
  | 'palette'
  | 'match'
  | 'link'
  | 'sideways'
  | 'run'
  | 'zoom'
  | 'remedy'
  | 'cluster'
  | 'type'
  | 'travel'
>;

export const does = (kind: Plain) => (): Intent => ({ kind });
export const asks = (key: string) => (): Intent => ({ kind: 'remedy', key });
export const opens = (tab: Tab) => (): Intent => ({ kind: 'tab', tab });
export const moves = (by: number) => (): Intent => ({ kind: 'move', by });
export const pages = (by: 1 | -1) => (): Intent => ({ kind: 'page', by });
export const goes = (to: 'top' | 'bottom') => (): Intent => ({ kind: 'edge', to });
export const finds = (by: 1 | -1) => (): Intent => ({ kind: 'match', by });
export const zooms = (on: boolean) => (): Intent => ({ kind: 'zoom', on });

/** To the log of another run; where the past is looked at, to the change before or after. */
export const goesToRun =
  (by: 1 | -1) =>
  (_key: string, state: AppState): Intent =>
    isOnTimeLine(state) || isPast(state) ? { kind: 'travel', by, stride: 'change' } : { kind: 'run', by };

export const isPast = ({ view }: AppState): boolean => view.asOf !== null;
export const isReplay = ({ mode }: AppState): boolean => mode.badge === 'REPLAY';

/** A recording is played and halted by the key that is a page down elsewhere. */
export const plays = (_key: string, state: AppState): Intent =>
  isReplay(state) ? { kind: 'play' } : { kind: 'page', by: 1 };

export const seeks = (by: 1 | -1) => (): Intent => ({ kind: 'travel', by, stride: 'minute' });

/** Columns that an arrow moves a long line by. */
const SIDEWAYS = 8;

/** The keys move in time: by the cells of the time line, or from change to change. */
export const isOnTimeLine = ({ view }: AppState): boolean =>
  view.tab === 'history' && view.focus === 'side' && view.detail === null;

/** Along the lines of a text that is not wrapped; elsewhere to the next tab, or back, round and round. */
export const turns =
  (by: 1 | -1) =>
  (_key: string, state: AppState): Intent => {
    const { view } = state;
    const isText = view.focus === 'side' && !view.text.wrap && textKind(state) !== null;
    if (isText) return { kind: 'sideways', by: by * SIDEWAYS };
    if (isOnTimeLine(state) && (by < 0 || view.asOf !== null)) return { kind: 'travel', by, stride: 'cell' };
    const index = (tabs.indexOf(view.tab) + by + tabs.length) % tabs.length;
    return { kind: 'tab', tab: tabs[index] ?? 'why' };
  };

/** What Tab goes to: the next container of a log, the next link of an object, else the other pane. */
export const turnsPane = (key: string, { view }: AppState): Intent => {
  if (view.detail?.show === 'log') return { kind: 'container' };
  if (view.detail?.show === 'facts') return { kind: 'link', by: key === 'tab' ? 1 : -1 };
  return { kind: 'pane' };
};
