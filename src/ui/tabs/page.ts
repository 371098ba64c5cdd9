import type { Scene } from '../panes/scene.ts';
import type { Row } from '../row.ts';

/** What a tab shows in the room it has: the visible lines, and how far it scrolls. */
export interface Page {
  readonly rows: readonly Row[];
  /** Lines or list rows shown at once, and how many there are. */
  readonly page: number;
  readonly total: number;
  /** First line shown, when the page moved it by itself. */
  readonly start?: number;
  /** Cells of the time line, when it is shown. */
  readonly cells?: number;
}

export type TabView = (scene: Scene, columns: number, rows: number) => Page;

/** Shows a text from line `from` on, never beyond its end. */
export function scrolled(all: readonly Row[], from: number, rows: number): Page {
  const start = Math.max(0, Math.min(from, all.length - rows));
  return { rows: all.slice(start, start + rows), page: rows, total: all.length };
}

/** The first row of a list of `total` so that the selected one is seen. */
export function windowStart(selected: number, total: number, rows: number): number {
  const middle = selected - Math.floor(rows / 2);
  return Math.max(0, Math.min(middle, total - rows));
}
