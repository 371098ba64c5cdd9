import { refText } from '../../cluster/object-ref.ts';
import type { Root } from '../../diagnosis/diagnosis.ts';
import type { Finding } from '../../layers/layer.ts';
import { layerOf, selectedLayer } from '../../store/select/chosen.ts';
import { type WhyItem, whyItems } from '../../store/select/why-items.ts';
import { type Safe, say } from '../../text/safe.ts';
import { width } from '../../text/width.ts';
import { age } from '../format.ts';
import { named } from '../panes/findings.ts';
import type { Scene } from '../panes/scene.ts';
import { blank, line, type Row, span, wrapped, wrappedTo } from '../row.ts';
import { type Block, blockPage } from './blocks.ts';
import { type Page, scrolled, type TabView } from './page.ts';

type Link = Extract<WhyItem, { kind: 'link' }>;

/** The chain of causes, from what hurts down to what is to be repaired; then the selected layer in full. */
export const why: TabView = (scene, columns, rows): Page => {
  if (scene.state.world.model === null)
    return scrolled([line(say`waiting for the first answer of the cluster`, 'dim')], 0, rows);
  const items = whyItems(scene.state);
  const isTight = rows < 14 || columns < 50;
  const draw = chainDrawer(items, scene, columns, rows, isTight);
  const blocks: Block[] = isTight ? [] : [{ rows: [blank], item: null }];
  let root: unknown = null;
  items.forEach((item, index) => {
    if (item.kind === 'finding') return;
    if (item.root !== root && root !== null)
      blocks.push({ rows: independent(item, scene, columns), item: null });
    root = item.root;
    const chosen = isChosen(scene, index, items.length);
    blocks.push({ rows: itemRows(item, scene, columns, chosen, draw), item: index });
  });
  if (root !== null && layerOf(scene.state, selectedLayer(scene.state)) !== undefined)
    blocks.push({ rows: [blank], item: null });
  blocks.push(...layerInFull(items, scene, columns));
  const selected =
    scene.state.view.focus === 'side' ? Math.min(scene.state.view.scroll.why, items.length - 1) : null;
  return blockPage(blocks, selected, items.length, rows);
};

function itemRows(
  item: Exclude<WhyItem, { kind: 'finding' }>,
  scene: Scene,
  columns: number,
  chosen: boolean,
  draw: (item: Link, chosen: boolean) => Row[],
): Row[] {
  if (item.kind === 'link') return draw(item, chosen);
  if (item.kind === 'root') return wrapped(item.root.summary, columns, scene.look);
  return belief(item.root, scene, columns, chosen);
}

/** By which rule it was concluded, and what that rule had before it; one line until it is unfolded. */
function belief({ rule, inputs = [] }: Root, scene: Scene, columns: number, chosen: boolean): Row[] {
  const { believed } = scene.state.view;
  const head = [
    span((chosen ? ' ▸ ' : '   ') as Safe, 'key'),
    span(say`why do I believe this: rule ${(rule ?? '') as Safe}`, 'dim'),
    span(chosen ? (believed ? say`  Enter folds` : say`  Enter unfolds`) : ('' as Safe), 'dim'),
  ];
  if (!believed) return [head];
  return [head, ...inputs.flatMap(text => wrapped(text, columns, scene.look, 'dim', '     ' as Safe))];
}

function isChosen({ state }: Scene, index: number, count: number): boolean {
  return state.view.focus === 'side' && Math.min(state.view.scroll.why, count - 1) === index;
}

function independent(item: Exclude<WhyItem, { kind: 'finding' }>, { look }: Scene, columns: number): Row[] {
  return [blank, ...wrappedTo(2, say`Independent of it: ${item.root.summary}`, columns, look, 'strong')];
}

/** Draws links in as many of the `rows` as the chain takes: the less room, the shorter the answers. Zoomed, they are whole. */
function chainDrawer(
  items: readonly WhyItem[],
  scene: Scene,
  columns: number,
  rows: number,
  isTight: boolean,
): (item: Link, chosen: boolean) => Row[] {
  const links = items.filter(item => item.kind === 'link');
  if (isTight && !scene.state.view.zoom) {
    let spare = rows - links.length;
    return (item, chosen) => {
      const drawn = tight(item, scene, columns, spare > 0, chosen);
      spare -= drawn.length - 1;
      return drawn;
    };
  }
  const first = links.filter(({ root }) => root === links[0]?.root);
  const heightOf = (most: number): number =>
    first.reduce((sum, item) => sum + full(item, scene, columns, most, false).length, 0);
  const most = scene.state.view.zoom ? 20 : ([4, 3].find(lines => heightOf(lines) < rows) ?? 2);
  return (item, chosen) => full(item, scene, columns, most, chosen);
}

function full(
  { why: link, number }: Link,
  scene: Scene,
  columns: number,
  most: number,
  chosen: boolean,
): Row[] {
  const answer = link.inferred ? say`${link.answer} (inferred)` : link.answer;
  const evidence = link.evidence.filter(text => !link.answer.includes(text)).slice(0, 3);
  return [
    [
      span(say`${number}`, 'dim'),
      chosen ? span('▸ ' as Safe, 'key') : span('  ' as Safe),
      span(link.question, 'strong'),
    ],
    ...wrappedTo(most, answer, columns, scene.look, 'plain', '   ' as Safe),
    ...evidence.flatMap(text => wrappedTo(most, text, columns, scene.look, 'dim', '   │ ' as Safe)),
  ];
}

function tight(
  { why: link, number }: Link,
  scene: Scene,
  columns: number,
  mayWrap: boolean,
  chosen: boolean,
): Row[] {
  const answer = link.inferred ? say`${link.answer} (inferred)` : link.answer;
  const question = [
    span(say`${number}`, 'dim'),
    chosen ? span('▸' as Safe, 'key') : span(' ' as Safe),
    span(link.question, 'strong'),
  ];
  const left = columns - width(link.question) - 4;
  if (left >= width(answer) || (!mayWrap && left >= 16)) return [[...question, span(say`  ${answer}`)]];
  return [question, ...wrappedTo(1, answer, columns, scene.look, 'plain', '  ' as Safe)];
}

function layerInFull(items: readonly WhyItem[], scene: Scene, columns: number): Block[] {
  const layer = layerOf(scene.state, selectedLayer(scene.state));
  if (layer === undefined) return [];
  const head = [
    line(say`${layer.key} ${layer.title}`, 'strong'),
    ...wrapped(layer.summary, columns, scene.look, 'dim', '  ' as Safe),
  ];
  const blocks: Block[] = [{ rows: head, item: null }];
  items.forEach((item, index) => {
    if (item.kind !== 'finding') return;
    blocks.push({
      rows: findingRows(item.finding, scene, columns, isChosen(scene, index, items.length)),
      item: index,
    });
  });
  if (layer.findings.length === 0 && layer.verdict === 'healthy')
    blocks.push({ rows: [line(say`  nothing is wrong here`, 'dim')], item: null });
  return blocks;
}

function findingRows(finding: Finding, scene: Scene, columns: number, chosen: boolean): Row[] {
  const since = finding.since === null ? ('' as Safe) : say` (${age(scene.time - finding.since, true)})`;
  const text = named(finding, finding.object === null ? null : refText(finding.object));
  const tone = finding.severity === 'critical' ? 'bad' : finding.severity === 'warning' ? 'warn' : 'dim';
  const [first = blank, ...others] = wrapped(say`${text}${since}`, columns - 2, scene.look);
  const pointer = chosen ? span('▸' as Safe, 'key') : span(' ' as Safe);
  return [
    [span(mark(finding.severity), tone), pointer, ...first],
    ...others.map(row => [span('  ' as Safe), ...row]),
  ];
}

function mark(severity: Finding['severity']): Safe {
  return (severity === 'critical' ? '✗' : severity === 'warning' ? '▲' : '·') as Safe;
}
