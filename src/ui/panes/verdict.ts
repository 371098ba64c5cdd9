import type { LayerView } from '../../diagnosis/diagnosis.ts';
import { layerIds } from '../../layers/layer.ts';
import { type Safe, say } from '../../text/safe.ts';
import { age } from '../format.ts';
import { type Row, type Span, span } from '../row.ts';
import { type Tone, verdictGlyph, verdictTone } from '../theme.ts';
import type { Scene } from './scene.ts';

/** Glyph, word and age of a layer. Calm: the glyph and a coarse age are enough. */
export function verdictSpans(layer: LayerView, scene: Scene, isCalm: boolean): Row {
  const spans: Span[] = [span(glyphOf(layer), toneOf(layer))];
  const since = sinceText(layer, scene);
  if (!(isCalm && layer.verdict === 'healthy' && !layer.stale))
    spans.push(span(say` ${wordOf(layer)}`, toneOf(layer)));
  if (since !== null && layer.blockedBy === null) spans.push(span(say` ${since}`, 'dim'));
  return spans;
}

/** A stale layer is never green and never red: it was so, and nobody has seen it since. */
export function glyphOf(layer: LayerView): Safe {
  return layer.stale ? verdictGlyph.unknown : verdictGlyph[layer.verdict];
}

export function toneOf(layer: LayerView): Tone {
  return layer.stale ? 'unknown' : verdictTone[layer.verdict];
}

/** The verdict in words: `waits for 2`, `down ↑2`, `unknown (rbac)`. */
export function wordOf(layer: LayerView): Safe {
  const by = layer.blockedBy === null ? null : layerIds.indexOf(layer.blockedBy);
  const word = layer.verdict as string as Safe;
  if (layer.stale && layer.verdict !== 'unknown') return say`was ${word}`;
  if (layer.verdict === 'blocked') {
    if (by === null) return word;
    return by > layer.key ? say`waits for ${by}` : say`blocked by ${by}`;
  }
  if (by !== null) return say`${word} ↑${by}`;
  const { reason } = layer;
  if (layer.verdict !== 'unknown' || reason === null || reason === 'waiting') return word;
  return say`${word}: ${reason.replace('-', ' ') as Safe}`;
}

/** Since when, or for a stale layer how long ago it was last confirmed. */
export function sinceText(layer: LayerView, { time }: Scene, fine = true): Safe | null {
  if (layer.stale && layer.verdict !== 'unknown')
    return layer.confirmedAt === null ? null : say`${age(time - layer.confirmedAt, fine)} ago`;
  if (layer.since === null) return null;
  const isBad = layer.verdict !== 'healthy' && layer.verdict !== 'blocked';
  return age(time - layer.since, fine && isBad && layer.blockedBy === null);
}
