import type { Row } from '../row.ts';
import type { Page } from './page.ts';

/** Lines that belong together; `item` is the row of the list that they draw, null for what cannot be selected. */
export interface Block {
  readonly rows: readonly Row[];
  readonly item: number | null;
}

/** Shows a list of items of any height so that the selected one is seen; from the top when none is. */
export function blockPage(
  blocks: readonly Block[],
  selected: number | null,
  items: number,
  rows: number,
): Page {
  const all = blocks.flatMap(block => block.rows);
  const before = blocks.findIndex(({ item }) => item !== null && item === selected);
  const top = blocks.slice(0, Math.max(0, before)).reduce((sum, block) => sum + block.rows.length, 0);
  const height = blocks[before]?.rows.length ?? 0;
  const middle = top - Math.max(0, Math.floor((rows - height) / 2));
  const isFirst = selected === null || selected === 0;
  const start = isFirst ? 0 : Math.max(0, Math.min(middle, all.length - rows));
  const perItem = Math.max(1, Math.round(all.length / Math.max(1, items)));
  return {
    rows: all.slice(start, start + rows),
    page: Math.max(1, Math.floor(rows / perItem)),
    total: items,
  };
}
