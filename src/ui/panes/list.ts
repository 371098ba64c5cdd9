import type { LayerView } from '../../diagnosis/diagnosis.ts';
import { layerIds } from '../../layers/layer.ts';
import { selectedLayer } from '../../store/select/chosen.ts';
import { type Safe, say } from '../../text/safe.ts';
import { cell, fitted, type Row, span, spread } from '../row.ts';
import type { Scene } from './scene.ts';
import { layersShown } from './tower.ts';
import { glyphOf, sinceText, toneOf, wordOf } from './verdict.ts';

/** One line for each layer: for narrow or low screens. */
export function layerList(scene: Scene, columns: number): Row[] {
  return layersShown(scene).map(layer =>
    columns < 60 ? tinyRow(layer, scene, columns) : listRow(layer, scene, columns),
  );
}

function listRow(layer: LayerView, scene: Scene, columns: number): Row {
  const { state, look } = scene;
  const isSelected = selectedLayer(state) === layer.id;
  const mark = (isSelected ? (look.ascii ? '>' : '▌') : ' ') as Safe;
  const since = sinceText(layer, scene, false) ?? ('' as Safe);
  const left = [
    span(mark, 'key'),
    ...cell(say`${layer.key} ${layer.title}`, 19, look, isSelected ? 'strong' : 'plain'),
    span(' ' as Safe),
    ...cell(say`${glyphOf(layer)} ${shortWord(layer)}`, 13, look, toneOf(layer)),
    span(' ' as Safe),
    span(layer.summary, layer.verdict === 'healthy' ? 'dim' : 'plain'),
  ];
  return spread(left, [span(say`  ${since} `, 'dim')], columns, look);
}

function tinyRow(layer: LayerView, scene: Scene, columns: number): Row {
  const { look } = scene;
  const { measure, blockedBy } = layer;
  const parts: Safe[] = [];
  const since = sinceText(layer, scene, false);
  if (layer.verdict === 'unknown' && layer.confirmedAt !== null && since !== null) parts.push(since);
  else if (measure !== null) parts.push(say`${measure.ready}/${measure.wanted}`);
  else if (blockedBy === null) parts.push(layer.summary);
  if (blockedBy !== null) parts.push(say`↑${layerIds.indexOf(blockedBy)}`);
  const isSelected = selectedLayer(scene.state) === layer.id;
  return fitted(
    [
      span(say`${layer.key} `, isSelected ? 'key' : 'plain'),
      span(say`${glyphOf(layer)} `, toneOf(layer)),
      ...cell(layer.short, 9, look, isSelected ? 'strong' : 'plain'),
      span(parts.join(' ') as Safe, 'dim'),
    ],
    columns,
    look,
  );
}

/** The verdict in eleven columns. */
function shortWord(layer: LayerView): Safe {
  const by = layer.blockedBy === null ? null : layerIds.indexOf(layer.blockedBy);
  if (layer.verdict === 'blocked' && by !== null)
    return by > layer.key ? say`waits ${by}` : say`blocked ${by}`;
  if (layer.stale || by !== null) return wordOf(layer);
  return layer.verdict as string as Safe;
}
