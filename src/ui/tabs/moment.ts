import type { Change } from '../../store/history.ts';
import { flaps } from '../../store/history.ts';
import { type Safe, say } from '../../text/safe.ts';
import { age, moment as timeOf } from '../format.ts';
import type { Scene } from '../panes/scene.ts';
import { layersShown } from '../panes/tower.ts';
import { blank, line, type Row, span, wrapped } from '../row.ts';
import { verdictTone } from '../theme.ts';
import { type Page, scrolled } from './page.ts';

const DAY = 86_400_000;

/** A change of the history in full: what was seen and concluded at that moment. */
export function moment(
  { change, scroll }: { readonly change: Change; readonly scroll: number },
  scene: Scene,
  columns: number,
  rows: number,
): Page {
  const { look, state } = scene;
  const title =
    layersShown(scene).find(({ id }) => id === change.layer)?.title ?? (change.layer as string as Safe);
  const before = change.from === null ? ('' as Safe) : say`, ${change.from as string as Safe} before`;
  const turned = flaps(state.world.history, change.layer, scene.time - DAY);
  const all: Row[] = [
    [
      span(say`${title} `, 'strong'),
      span(change.to as string as Safe, verdictTone[change.to]),
      span(
        say`${before} · ${timeOf(change.at, scene.time)}, ${age(scene.time - change.at, true)} ago`,
        'dim',
      ),
    ],
    ...wrapped(change.summary, columns, look),
    line(turned === 1 ? say`turned bad once in 24 h` : say`turned bad ${turned} times in 24 h`, 'dim'),
    blank,
    line(say`Root cause as concluded then`, 'strong'),
    ...(change.root === null
      ? [line(say`  none`, 'dim')]
      : wrapped(change.root, columns, look, 'plain', '  ' as Safe)),
    ...(change.cause === null ? [] : wrapped(change.cause, columns, look, 'dim', '  ' as Safe)),
    blank,
    line(say`Findings of the layer then`, 'strong'),
    ...(change.findings.length === 0 ? [line(say`  none`, 'dim')] : []),
    ...change.findings.flatMap(text => wrapped(text, columns, look, 'plain', '  ' as Safe)),
    blank,
    line(say`Esc back`, 'dim'),
  ];
  return scrolled(all, scroll, rows);
}
