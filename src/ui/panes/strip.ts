import { layers } from '../../layers/index.ts';
import { clusterCells, type ShownCell } from '../../store/select/cluster-cells.ts';
import { type Safe, say } from '../../text/safe.ts';
import { clipRow, columnsOf, type Row, type Span, span } from '../row.ts';
import { verdictGlyph, verdictTone } from '../theme.ts';
import type { Scene } from './scene.ts';

/** One cell a chosen cluster: its verdict and the layer of its root cause; null when only one cluster is watched. */
export function strip({ state, now, look }: Scene, columns: number): Row | null {
  const cells = clusterCells(state, now);
  if (cells.length === 0) return null;
  const full = row(cells, true);
  return clipRow(columnsOf(full) <= columns ? full : row(cells, false), columns, look);
}

function row(cells: readonly ShownCell[], hasWords: boolean): Row {
  return cells.flatMap((cell, at) => [span((at === 0 ? ' ' : '   ') as Safe), ...spans(cell, hasWords)]);
}

/** Enough for a list as well, where there is room for the words. */
export function spans(
  { context, verdict, layer, isShown, isOld }: ShownCell,
  hasWords: boolean,
): readonly Span[] {
  const seen = verdict ?? 'unknown';
  const short = layers.find(one => one.id === layer)?.short as Safe | undefined;
  const word =
    verdict === null
      ? say`asking`
      : isOld
        ? say`was ${verdict as string as Safe}`
        : (verdict as string as Safe);
  const cause = short === undefined ? ('' as Safe) : say` ${short}`;
  return [
    span(isOld ? verdictGlyph.unknown : verdictGlyph[seen], isOld ? 'unknown' : verdictTone[seen]),
    span(isShown ? say` [${context}]` : say` ${context}`, isShown ? 'strong' : 'plain'),
    span(hasWords ? say` ${word}${cause}` : cause, 'dim'),
  ];
}
