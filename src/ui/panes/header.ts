import type { Held } from '../../store/app-state.ts';
import { link } from '../../store/select/link.ts';
import { isArmed } from '../../store/select/remedies.ts';
import { type Safe, say } from '../../text/safe.ts';
import { age, clock as clockOf, moment, stopwatch } from '../format.ts';
import { type Row, type Span, span, spread } from '../row.ts';
import type { Scene } from './scene.ts';

/** Who is watched, how fresh it is, and whether keys may change anything. */
export function header(scene: Scene, columns: number): Row {
  const { state, look } = scene;
  const { context, server, badge } = state.mode;
  const version = state.world.model?.snapshot.api.version ?? null;
  const isWide = columns >= 100;
  const left: Span[] = [span(' ' as Safe)];
  if (isWide) left.push(span(say`groundup   `, 'dim'));
  left.push(span(context, 'strong'));
  if (state.held !== null) left.push(span(say` · ${heldText(scene, state.held)}`, 'warn'));
  else {
    if (isWide) left.push(span(say` · ${server}`, 'dim'));
    if (version !== null) left.push(span(say` · ${version}`, 'dim'));
  }
  const past = pastSpan(scene, isWide ? say`as it was ` : say` as it was `);
  const fresh = past.length === 0 ? [linkSpan(scene)] : past;
  const right: Span[] = [span(' ' as Safe), ...fresh, span((isWide ? '        ' : '  ') as Safe)];
  if (badge !== null) right.push(span(badge as string as Safe, 'warn'), span('  ' as Safe));
  if (state.lock.protectedContext) right.push(span(say`PROTECTED`, 'bad'), span('  ' as Safe));
  right.push(...healingSpans(scene), lockSpan(scene), span(' ' as Safe));
  return spread(left, right, columns, look);
}

/** Who comes second sees who was first: `alice@jump-1 recovers since 3m: Sync release cilium`. */
function heldText({ state, time }: Scene, { by, action, since }: Held): Safe {
  const ago =
    since === null
      ? say``
      : say` since ${state.mode.clock ? age(Math.max(0, time - since), true) : moment(since, time)}`;
  return say`${by} recovers${ago}: ${action}`;
}

/** The moment that is shown instead of the present, and how long ago that was; nothing while the present is shown. */
export function pastSpan({ state, time, present }: Scene, lead: Safe): readonly Span[] {
  if (state.view.asOf === null) return [];
  if (state.mode.badge !== 'REPLAY')
    return [span(say`${lead}${clockOf(time, present)}, ${age(present - time)} ago`, 'warn')];
  const mark = state.view.playing ? say`playing ` : say`halted `;
  return [span(say`${lead}${clockOf(time, 0)} `, 'warn'), span(mark, 'dim')];
}

/** `live` counts nothing; everything else says for how long, or with the clock off since when. */
export function linkSpan({ state, now, time }: Scene): Span {
  const found = link(state, now);
  const ago = (since: number): Safe =>
    state.mode.clock ? age(time - since, true) : say`since ${moment(since, time)}`;
  switch (found.kind) {
    case 'connecting':
      return span(say`connecting`, 'unknown');
    case 'live':
      return span(say`live`, 'ok');
    case 'silent':
      return span(say`no news ${ago(found.since)}`, 'warn');
    case 'unreachable':
      return span(say`API unreachable ${ago(found.since)}`, 'bad');
    case 'refused':
      return span(say`credentials refused ${ago(found.since)}`, 'bad');
  }
}

/** Whoever looks must know that this screen may act by itself. */
function healingSpans({ state: { healing } }: Scene): Row {
  if (healing === null) return [];
  const gap = span('  ' as Safe);
  if (healing.state === 'stopped') return [span(say`healing stopped`, 'warn'), gap];
  return [span(say`heals itself`, healing.state === 'countdown' ? 'warn' : 'dim'), gap];
}

function lockSpan({ state, now }: Scene): Span {
  const { armedUntil } = state.lock;
  if (armedUntil === null || !isArmed(state, now)) return span(say`read-only`, 'dim');
  return span(say`ARMED ${stopwatch(armedUntil - now)}`, 'warn');
}
