import type { Safe } from '../../text/safe.ts';
import type { AppState } from '../app-state.ts';
import { sameRef } from '../looking.ts';
import { shownRun } from './runs.ts';

/** The text with lines that fills the side pane: the log of a run, of a container, or an object's YAML. */
export interface ShownText {
  readonly kind: 'run' | 'pod' | 'yaml';
  /** The lines that are shown, after the filter. */
  readonly lines: readonly { readonly text: Safe }[];
  /** Places of these lines among all that are kept; null when all are shown. */
  readonly places: readonly number[] | null;
  /** Lines lost from the beginning. */
  readonly dropped: number;
  /** First line shown, counted from the beginning of the log. */
  readonly position: number;
}

/** Null while the pane shows something else. */
export function shownText(state: AppState): ShownText | null {
  const { detail, tab, scroll } = state.view;
  if (detail?.show === 'log') {
    const { lines = [], dropped = 0 } = state.podLog ?? {};
    return filtered(state, 'pod', lines, dropped, detail.scroll);
  }
  if (detail?.show === 'yaml') return filtered(state, 'yaml', yamlLines(state), 0, detail.scroll);
  if (detail !== null || tab !== 'log') return null;
  const run = shownRun(state);
  return run === null ? null : filtered(state, 'run', run.lines, run.dropped, scroll.log);
}

/** The kind alone, without looking at any line. */
export function textKind({ view, runs }: AppState): ShownText['kind'] | null {
  if (view.detail !== null)
    return view.detail.show === 'facts' ? null : view.detail.show === 'log' ? 'pod' : 'yaml';
  return view.tab === 'log' && (runs.current !== null || runs.past.length > 0) ? 'run' : null;
}

/** Where the text searched for stands in a line; empty when it does not. */
export function matchesIn(text: string, wanted: string): readonly (readonly [from: number, to: number])[] {
  if (wanted === '') return [];
  const found: (readonly [number, number])[] = [];
  const low = text.toLowerCase();
  const sought = wanted.toLowerCase();
  for (
    let at = low.indexOf(sought);
    at !== -1 && found.length < 40;
    at = low.indexOf(sought, at + sought.length)
  )
    found.push([at, at + sought.length]);
  return found;
}

export function isMatch(text: string, wanted: string): boolean {
  return wanted !== '' && text.toLowerCase().includes(wanted.toLowerCase());
}

function filtered(
  { view }: AppState,
  kind: ShownText['kind'],
  lines: ShownText['lines'],
  dropped: number,
  position: number,
): ShownText {
  if (!view.text.only || view.filter === '') return { kind, lines, places: null, dropped, position };
  const places = lines.flatMap((line, i) => (isMatch(line.text, view.filter) ? [i] : []));
  return { kind, lines: places.flatMap(i => lines[i] ?? []), places, dropped: 0, position };
}

let remembered: { yaml: readonly Safe[]; lines: ShownText['lines'] } | null = null;

function yamlLines({ view, reading }: AppState): ShownText['lines'] {
  const isMine = reading !== null && view.detail !== null && sameRef(reading.ref, view.detail.ref);
  if (!isMine) return [];
  if (remembered?.yaml === reading.yaml) return remembered.lines;
  remembered = { yaml: reading.yaml, lines: reading.yaml.map(text => ({ text })) };
  return remembered.lines;
}
