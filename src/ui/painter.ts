import type { AppState } from '../store/app-state.ts';
import type { AppStore } from '../store/store.ts';
import type { Taste } from '../store/taste.ts';
import type { Safe } from '../text/safe.ts';
import type { Clock } from './clock.ts';
import { type Frame, frame, type Viewport } from './frame.ts';
import { undrawn } from './panes/undrawn.ts';
import { plain, sameRow } from './row.ts';
import type { Look } from './theme.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Holds the last frame, so that equal screens are the same value and nothing is drawn for them. */
export interface Painter {
  readonly subscribe: (listener: () => void) => () => void;
  readonly frameFor: (size: Size) => Frame;
  /** The last frame drawn, for keys that scroll. */
  readonly last: () => Frame;
  /** The screen as it would be drawn now, as text; '' before the first frame. */
  readonly text: () => string;
}

/** Takes note of an error while drawing; returns where it was written down. */
export type Failed = (error: unknown) => Safe | null;

const empty: Frame = { rows: [], page: 1, total: 0 };

/** Draws the frame of the store's state. A view that cannot be drawn costs that view alone: nothing in it can be confirmed. */
export function painter(
  store: AppStore,
  clock: Clock,
  look: Look | ((taste: Taste | undefined) => Look),
  now: () => number,
  failed: Failed = () => null,
): Painter {
  const lookFor = typeof look === 'function' ? look : () => look;
  const draw = drawer(failed);
  let drawn: { state: AppState; tick: number; size: Size; frame: Frame } | null = null;
  let turn = 0;
  return {
    subscribe: listener => {
      const undoStore = store.subscribe(listener);
      const undoClock = clock.subscribe(listener);
      return () => {
        undoStore();
        undoClock();
      };
    },
    frameFor: size => {
      const state = store.getState();
      const tick = clock.tick();
      if (drawn !== null && drawn.state === state && drawn.tick === tick && sameSize(drawn.size, size))
        return drawn.frame;
      if (drawn !== null && drawn.tick !== tick) turn += 1;
      const next = draw(state, { ...size, look: lookFor(state.mode.taste), now: now(), turn });
      drawn = { state, tick, size, frame: drawn === null ? next : merged(drawn.frame, next) };
      return drawn.frame;
    },
    last: () => drawn?.frame ?? empty,
    text: () => {
      if (drawn === null) return '';
      const state = store.getState();
      const { rows } = draw(state, { ...drawn.size, look: lookFor(state.mode.taste), now: now(), turn });
      return `${rows.map(row => plain(row).trimEnd()).join('\n')}\n`;
    },
  };
}

function drawer(failed: Failed): (state: AppState, viewport: Viewport) => Frame {
  let told: { readonly reason: string; readonly report: Safe | null } | null = null;
  return (state, viewport) => {
    try {
      return frame(state, viewport);
    } catch (error) {
      const reason = String(error);
      if (told?.reason !== reason) told = { reason, report: failed(error) };
      return {
        rows: undrawn(error, told.report, viewport.look, viewport),
        page: 1,
        total: 1,
        isReadable: false,
      };
    }
  };
}

function sameSize(a: Size, b: Size): boolean {
  return a.columns === b.columns && a.rows === b.rows;
}

/** Keeps every line that looks the same, and the whole frame when all do. */
function merged(before: Frame, next: Frame): Frame {
  const rows = next.rows.map((row, i) => {
    const old = before.rows[i];
    return old !== undefined && sameRow(old, row) ? old : row;
  });
  const isSame =
    rows.length === before.rows.length &&
    next.page === before.page &&
    next.total === before.total &&
    next.start === before.start &&
    next.cells === before.cells &&
    next.isReadable === before.isReadable &&
    rows.every((row, i) => row === before.rows[i]);
  return isSame ? before : { ...next, rows };
}
