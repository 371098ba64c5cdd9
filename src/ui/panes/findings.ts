import type { LayerView } from '../../diagnosis/diagnosis.ts';
import type { Finding } from '../../layers/layer.ts';
import { type Safe, say } from '../../text/safe.ts';
import { width } from '../../text/width.ts';
import { age } from '../format.ts';
import { clipRow, line, type Row, span, spread, wrappedTo } from '../row.ts';
import type { Tone } from '../theme.ts';
import type { Scene } from './scene.ts';

const marks: Readonly<Record<Finding['severity'], readonly [Safe, Tone]>> = {
  critical: ['✗ ' as Safe, 'bad'],
  warning: ['▲ ' as Safe, 'warn'],
  note: ['  ' as Safe, 'dim'],
};

/** Lines that one finding takes at most where there is room to tell it in full. */
const TALLEST = 3;

/**
 * The findings of a layer in at most `most` lines of `columns`; the last line counts those that do not fit. Lines that
 * are left over go to messages that are too long for one.
 */
export function findingRows(layer: LayerView, scene: Scene, columns: number, most: number): Row[] {
  const all = layer.findings;
  if (most <= 0 || all.length === 0) return [];
  const shown = all.length > most ? all.slice(0, most - 1) : all;
  let spare = most - shown.length - (shown.length < all.length ? 1 : 0);
  const rows = shown.flatMap(finding => {
    const drawn = findingLines(finding, layer, scene, columns, Math.min(TALLEST, 1 + spare));
    spare -= drawn.length - 1;
    return drawn;
  });
  if (shown.length < all.length) rows.push(line(say`  +${all.length - shown.length} more`, 'dim'));
  return rows;
}

/** Lines that the findings take when each is told as far as it goes. */
export function findingHeight(layer: LayerView, scene: Scene, columns: number): number {
  const many = layer.findings.length;
  // So many fill any panel at one line each; wrapping all of them would be for nothing.
  return many > 30 ? many : findingRows(layer, scene, columns, many * TALLEST).length;
}

/** A message that names its object this early needs no name before it. */
const NAMED_WITHIN = 24;

/** What a finding says, with `subject` before it unless it begins with the name of its object. */
export function named(finding: Finding, subject: Safe | null): Safe {
  const at = finding.object === null ? 0 : finding.message.indexOf(finding.object.name);
  const isNamed = at >= 0 && at <= NAMED_WITHIN;
  return isNamed || subject === null ? finding.message : say`${subject}: ${finding.message}`;
}

/** Kinds that tell what kind of thing is broken; the names of others say it themselves. */
const tellingKinds = new Set<string>([
  'DaemonSet',
  'Deployment',
  'StatefulSet',
  'Service',
  'HelmRelease',
  'FluxInstance',
]);

function subjectOf({ object }: Finding): Safe | null {
  if (object === null) return null;
  return tellingKinds.has(object.kind) ? say`${object.kind} ${object.name}` : object.name;
}

function findingLines(
  finding: Finding,
  layer: LayerView,
  scene: Scene,
  columns: number,
  most: number,
): Row[] {
  const isFine = layer.verdict !== 'healthy';
  const [mark, tone] = marks[finding.severity];
  const textTone = finding.severity === 'note' ? 'dim' : 'plain';
  const text = named(finding, subjectOf(finding));
  const isOld =
    finding.since !== null && layer.since !== null && Math.abs(finding.since - layer.since) < 60_000;
  const since =
    finding.since === null || isOld || columns < 40
      ? ('' as Safe)
      : say` ${age(scene.time - finding.since, isFine && finding.severity !== 'note')}`;
  const room = columns - width(since) - 2;
  if (most > 1 && width(text) > room) {
    const [first = [], ...others] = wrappedTo(most, text, room, scene.look, textTone);
    const head = spread([span(mark, tone), ...first], [span(since, 'dim')], columns, scene.look);
    return [head, ...others.map(row => [span('  ' as Safe), ...row])];
  }
  const left = [span(mark, tone), span(text, textTone)];
  if (since === '') return [clipRow(left, columns, scene.look)];
  return [spread(left, [span(since, 'dim')], columns, scene.look)];
}
