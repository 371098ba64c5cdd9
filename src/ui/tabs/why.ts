import { refText } from '../../cluster/object-ref.ts';
import type { Root, Why } from '../../diagnosis/diagnosis.ts';
import { layerOf, selectedLayer } from '../../store/select/chosen.ts';
import { type Safe, say } from '../../text/safe.ts';
import { width } from '../../text/width.ts';
import { age } from '../format.ts';
import { named } from '../panes/findings.ts';
import type { Scene } from '../panes/scene.ts';
import { blank, line, type Row, span, wrapped, wrappedTo } from '../row.ts';
import { type Page, scrolled, type TabView } from './page.ts';

/** The chain of causes, from what hurts down to what is to be repaired; then the selected layer in full. */
export const why: TabView = (scene, columns, rows): Page => {
  const model = scene.state.world.model;
  if (model === null)
    return scrolled([line(say`waiting for the first answer of the cluster`, 'dim')], 0, rows);
  const { root, otherRoots } = model.diagnosis;
  const isTight = rows < 14 || columns < 50;
  const all: Row[] = isTight ? [] : [blank];
  if (root !== null) all.push(...chain(root, scene, columns, rows, isTight));
  for (const other of otherRoots) {
    all.push(
      blank,
      ...wrappedTo(2, say`Independent of it: ${other.summary}`, columns, scene.look, 'strong'),
      ...chain(other, scene, columns, rows, isTight),
    );
  }
  all.push(...(isTight && root !== null ? [blank] : []), ...layerInFull(scene, columns, root !== null));
  return scrolled(all, scene.state.view.scroll.why, rows);
};

/** The chain in as many of the `rows` as it takes: the less room, the shorter the answers. Zoomed, they are whole. */
function chain(root: Root, scene: Scene, columns: number, rows: number, isTight: boolean): Row[] {
  if (root.whys.length === 0) return wrapped(root.summary, columns, scene.look);
  if (isTight && !scene.state.view.zoom) return tightChain(root, scene, columns, rows);
  const drawn = (most: number): Row[] =>
    root.whys.flatMap((link, i) => full(link, i + 1, scene, columns, most));
  if (scene.state.view.zoom) return drawn(20);
  return [4, 3].map(drawn).find(all => all.length < rows) ?? drawn(2);
}

/** One or two lines a link. */
function tightChain(root: Root, scene: Scene, columns: number, rows: number): Row[] {
  let spare = rows - root.whys.length;
  return root.whys.flatMap((link, i) => {
    const drawn = tight(link, i + 1, scene, columns, spare > 0);
    spare -= drawn.length - 1;
    return drawn;
  });
}

function full(link: Why, number: number, scene: Scene, columns: number, most: number): Row[] {
  const answer = link.inferred ? say`${link.answer} (inferred)` : link.answer;
  const evidence = link.evidence.filter(text => !link.answer.includes(text)).slice(0, 3);
  return [
    [span(say`${number}  `, 'dim'), span(link.question, 'strong')],
    ...wrappedTo(most, answer, columns, scene.look, 'plain', '   ' as Safe),
    ...evidence.flatMap(text => wrappedTo(most, text, columns, scene.look, 'dim', '   │ ' as Safe)),
  ];
}

function tight(link: Why, number: number, scene: Scene, columns: number, mayWrap: boolean): Row[] {
  const answer = link.inferred ? say`${link.answer} (inferred)` : link.answer;
  const question = [span(say`${number} `, 'dim'), span(link.question, 'strong')];
  const left = columns - width(link.question) - 4;
  if (left >= width(answer) || (!mayWrap && left >= 16)) return [[...question, span(say`  ${answer}`)]];
  return [question, ...wrappedTo(1, answer, columns, scene.look, 'plain', '  ' as Safe)];
}

function layerInFull(scene: Scene, columns: number, isBelow: boolean): Row[] {
  const layer = layerOf(scene.state, selectedLayer(scene.state));
  if (layer === undefined) return [];
  const head = isBelow ? [blank] : [];
  const rows: Row[] = [
    ...head,
    line(say`${layer.key} ${layer.title}`, 'strong'),
    ...wrapped(layer.summary, columns, scene.look, 'dim', '  ' as Safe),
  ];
  for (const finding of layer.findings) {
    const since = finding.since === null ? ('' as Safe) : say` (${age(scene.time - finding.since, true)})`;
    const text = named(finding, finding.object === null ? null : refText(finding.object));
    const tone = finding.severity === 'critical' ? 'bad' : finding.severity === 'warning' ? 'warn' : 'dim';
    const [first = blank, ...others] = wrapped(
      say`${text}${since}`,
      columns - 2,
      scene.look,
      'plain',
      '' as Safe,
    );
    rows.push(
      [span(mark(finding.severity), tone), ...first],
      ...others.map(row => [span('  ' as Safe), ...row]),
    );
  }
  if (layer.findings.length === 0 && layer.verdict === 'healthy')
    rows.push(line(say`  nothing is wrong here`, 'dim'));
  return rows;
}

function mark(severity: 'critical' | 'warning' | 'note'): Safe {
  return (severity === 'critical' ? '✗ ' : severity === 'warning' ? '▲ ' : '· ') as Safe;
}
