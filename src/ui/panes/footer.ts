import type { AppState } from '../../store/app-state.ts';
import { whyDisabled } from '../../store/select/disabled.ts';
import { type Safe, say } from '../../text/safe.ts';
import type { Binding } from '../binding.ts';
import { intentsOf } from '../dispatch.ts';
import { keymapOf } from '../keymap.ts';
import { columnsOf, fitted, type Row, type Span, span, spread } from '../row.ts';
import type { Scene } from './scene.ts';

/** The keys that make sense now, or what there is to say, in one line. */
export function footer(scene: Scene, columns: number, right: Row = []): Row {
  const { view } = scene.state;
  if (view.filtering) return fitted(filterRow(view.filter as Safe), columns, scene.look);
  if (view.message !== null) {
    const tone = view.message.tone === 'bad' ? 'bad' : 'warn';
    return fitted([span(say` ${view.message.text}`, tone)], columns, scene.look);
  }
  const room = columns - columnsOf(right) - 1;
  return spread(hintRow(hints(scene), scene.state, room), right, columns, scene.look);
}

/** Bindings with a hint that do something now, in the order of the table. A question tells its own keys. */
export function hints({ state }: Scene): readonly Binding[] {
  if (state.dialog !== null) return [];
  return keymapOf(state).bindings.filter(binding => {
    const key = binding.keys[0] ?? '';
    return (
      binding.hint !== null &&
      (binding.hint.when?.(state) ?? true) &&
      intentsOf(key, state).length > 0 &&
      whyDisabled(state, binding.intent(key, state)) === null
    );
  });
}

function hintRow(all: readonly Binding[], state: AppState, room: number): Row {
  const gap = room >= 90 ? 3 : 2;
  const kept = new Set<Binding>();
  let used = 1;
  for (const binding of all.toSorted((a, b) => rankOf(a) - rankOf(b))) {
    const size = columnsOf(hintSpans(binding, state)) + (kept.size === 0 ? 0 : gap);
    if (used + size > room) continue;
    used += size;
    kept.add(binding);
  }
  const spans: Span[] = [span(' ' as Safe)];
  for (const binding of all) {
    if (!kept.has(binding)) continue;
    if (spans.length > 1) spans.push(span(' '.repeat(gap) as Safe));
    spans.push(...hintSpans(binding, state));
  }
  return spans;
}

function hintSpans({ label, hint }: Binding, state: AppState): Row {
  const word = typeof hint?.word === 'function' ? hint.word(state) : (hint?.word ?? ('' as Safe));
  return [span(label, 'key'), span(say` ${word}`, 'dim')];
}

function filterRow(text: Safe): Row {
  return [
    span(say` /${text}`, 'key'),
    span('▏' as Safe),
    span(say`   Enter keeps it · Esc clears it`, 'dim'),
  ];
}

function rankOf(binding: Binding): number {
  return binding.hint?.rank ?? Number.POSITIVE_INFINITY;
}
