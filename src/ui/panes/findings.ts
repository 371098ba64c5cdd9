import type { LayerView } from '../../diagnosis/diagnosis.ts';
import type { Finding } from '../../layers/layer.ts';
import { type Safe, say } from '../../text/safe.ts';
import { age } from '../format.ts';
import { clipRow, line, type Row, span, spread } from '../row.ts';
import type { Tone } from '../theme.ts';
import type { Scene } from './scene.ts';

const marks: Readonly<Record<Finding['severity'], readonly [Safe, Tone]>> = {
  critical: ['✗ ' as Safe, 'bad'],
  warning: ['▲ ' as Safe, 'warn'],
  note: ['  ' as Safe, 'dim'],
};

/** The findings of a layer in at most `most` lines of `columns`; the last line counts those that do not fit. */
export function findingRows(layer: LayerView, scene: Scene, columns: number, most: number): Row[] {
  const all = layer.findings;
  if (most <= 0 || all.length === 0) return [];
  const shown = all.length > most ? all.slice(0, most - 1) : all;
  const rows = shown.map(finding => findingRow(finding, layer, scene, columns));
  if (shown.length < all.length) rows.push(line(say`  +${all.length - shown.length} more`, 'dim'));
  return rows;
}

/** A message that names its object this early needs no name before it. */
const NAMED_WITHIN = 24;

/** What a finding says, with `subject` before it unless it begins with the name of its object. */
export function named(finding: Finding, subject: Safe | null): Safe {
  const at = finding.object === null ? 0 : finding.message.indexOf(finding.object.name);
  const isNamed = at >= 0 && at <= NAMED_WITHIN;
  return isNamed || subject === null ? finding.message : say`${subject}: ${finding.message}`;
}

function findingRow(finding: Finding, layer: LayerView, scene: Scene, columns: number): Row {
  const isFine = layer.verdict !== 'healthy';
  const [mark, tone] = marks[finding.severity];
  const text = named(finding, finding.object?.name ?? null);
  const left = [span(mark, tone), span(text, finding.severity === 'note' ? 'dim' : 'plain')];
  const isOld =
    finding.since !== null && layer.since !== null && Math.abs(finding.since - layer.since) < 60_000;
  if (finding.since === null || isOld || columns < 40) return clipRow(left, columns, scene.look);
  return spread(
    left,
    [span(say` ${age(scene.time - finding.since, isFine && finding.severity !== 'note')}`, 'dim')],
    columns,
    scene.look,
  );
}
