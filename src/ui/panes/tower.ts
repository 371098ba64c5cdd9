import type { LayerView } from '../../diagnosis/diagnosis.ts';
import { layerIds } from '../../layers/layer.ts';
import { isWrong, selectedLayer } from '../../store/select/chosen.ts';
import { type Safe, say } from '../../text/safe.ts';
import { box, innerColumns } from '../box.ts';
import { blank, fitted, type Row, span, wrappedTo } from '../row.ts';
import type { Tone } from '../theme.ts';
import { findingHeight, findingRows } from './findings.ts';
import type { Scene } from './scene.ts';
import { verdictSpans } from './verdict.ts';

/** The layers from the ground up as panels, in exactly `rows` lines. Findings get the lines that are left over. */
export function tower(scene: Scene, columns: number, rows: number): Row[] {
  const layers = layersShown(scene);
  const isBare = rows < layers.length * 3;
  const each = isBare ? 2 : 3;
  const extra = share(layers, scene, rows - layers.length * each, columns);
  const panels = layers.flatMap((layer, i) => panel(layer, scene, columns, each + (extra[i] ?? 0), isBare));
  const out = panels.slice(0, rows);
  while (out.length < rows) out.push(fitted(blank, columns, scene.look));
  return out;
}

/** The fewest lines in which `tower` shows every layer with its measure. */
export const TOWER_ROWS = layerIds.length * 2;

function panel(layer: LayerView, scene: Scene, columns: number, rows: number, isBare: boolean): Row[] {
  const { state, look } = scene;
  const isSelected = selectedLayer(state) === layer.id;
  const isRoot = state.world.model?.diagnosis.root?.layer === layer.id;
  const isCalm = !isWrong(state);
  const tone: Tone = isRoot ? 'bad' : isSelected ? 'strong' : 'dim';
  const mark = isSelected ? ('▸' as Safe) : (' ' as Safe);
  const inner = innerColumns(columns);
  const content = contentRows(layer, scene, inner, rows - (isBare ? 1 : 2));
  const title = [span(mark, 'key'), span(say`${layer.key} ${layer.title}`, isSelected ? 'strong' : 'plain')];
  return box(
    content,
    { title, corner: verdictSpans(layer, scene, isCalm), tone, columns, rows, bare: isBare },
    look,
  );
}

/** The measure, whole where there is room for it, and the findings. */
function contentRows(layer: LayerView, scene: Scene, columns: number, rows: number): Row[] {
  const tone = layer.verdict === 'healthy' ? 'dim' : 'plain';
  const wanted = findingRows(layer, scene, columns, rows - 1);
  const measure = wrappedTo(
    Math.max(1, Math.min(2, rows - wanted.length)),
    layer.summary,
    columns,
    scene.look,
    tone,
  );
  return [...measure, ...findingRows(layer, scene, columns, rows - measure.length)];
}

/** Lines below the first that a panel takes when all of it is told. */
function wholeHeight(layer: LayerView, scene: Scene, columns: number): number {
  const measure = wrappedTo(2, layer.summary, columns, scene.look).length - 1;
  return (
    measure +
    (isConsequence(layer) ? Math.min(2, layer.findings.length) : findingHeight(layer, scene, columns))
  );
}

/** How many finding lines each panel gets: the root first, then the selected one, then the worst, four at most. */
function share(layers: readonly LayerView[], scene: Scene, spare: number, columns: number): number[] {
  const { state } = scene;
  const root = state.world.model?.diagnosis.root?.layer;
  const selected = selectedLayer(state);
  const weight = (layer: LayerView): number => {
    if (layer.id === selected && state.view.expanded) return 0;
    if (layer.id === root) return 1;
    if (layer.id === selected) return 2;
    return { down: 3, degraded: 4, progressing: 5, unknown: 6, blocked: 7, healthy: 8 }[layer.verdict];
  };
  const given = layers.map(() => 0);
  let left = Math.max(0, spare);
  for (const layer of layers.toSorted((a, b) => weight(a) - weight(b))) {
    const isExpanded = layer.id === selected && state.view.expanded;
    const most = isExpanded ? left : Math.min(left, layer.id === selected ? 4 : lines(layer));
    const wanted = findingRows(layer, scene, innerColumns(columns), most).length;
    given[layers.indexOf(layer)] = wanted;
    left -= wanted;
  }
  // What is left over goes to what was cut, so that no room stays empty while something is untold.
  for (const layer of layers.toSorted((a, b) => weight(a) - weight(b))) {
    const has = given[layers.indexOf(layer)] ?? 0;
    const more = Math.max(0, Math.min(left, wholeHeight(layer, scene, innerColumns(columns)) - has));
    given[layers.indexOf(layer)] = has + more;
    left -= more;
  }
  return given;
}

function isConsequence({ blockedBy }: LayerView): boolean {
  return blockedBy !== null;
}

/** What is only a consequence stays one line; a layer that waits for a higher one says what for. */
function lines(layer: LayerView): number {
  if (layer.blockedBy === null) return 4;
  return layerIds.indexOf(layer.blockedBy) > layer.key ? 1 : 0;
}

/** The layers of the diagnosis, or their titles while nothing is known yet. */
export function layersShown({ state }: Scene): readonly LayerView[] {
  return state.world.model?.diagnosis.layers ?? waiting;
}

const titles: Readonly<Record<(typeof layerIds)[number], readonly [Safe, Safe]>> = {
  api: [say`API server`, say`API`],
  nodes: [say`Nodes`, say`Nodes`],
  cni: [say`CNI`, say`CNI`],
  'pod-network': [say`Pod networking`, say`Pods`],
  dns: [say`CoreDNS`, say`DNS`],
  'service-discovery': [say`Service discovery`, say`SvcDisc`],
  flux: [say`Flux controllers`, say`Flux`],
  apps: [say`Applications`, say`Apps`],
};

const waiting: readonly LayerView[] = layerIds.map((id, key) => ({
  id,
  key,
  title: titles[id][0],
  short: titles[id][1],
  verdict: 'unknown',
  reason: 'waiting',
  summary: say`checking…`,
  measure: null,
  findings: [],
  since: null,
  confirmedAt: null,
  stale: false,
  blockedBy: null,
}));
