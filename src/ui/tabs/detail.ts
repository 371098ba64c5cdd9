import { refText } from '../../cluster/object-ref.ts';
import type { AppState } from '../../store/app-state.ts';
import { type Word, words } from '../../store/select/object-word.ts';
import { findObject, type Kept } from '../../store/select/objects.ts';
import { type Safe, say } from '../../text/safe.ts';
import { age } from '../format.ts';
import type { Scene } from '../panes/scene.ts';
import { blank, line, type Row, span, wrapped } from '../row.ts';
import { eventsAbout } from './events.ts';
import { type Page, scrolled } from './page.ts';
import { yamlRows } from './yaml.ts';

/** One object in full: conditions with whole messages, its warnings, what is kept of it. */
export function detail(
  shown: NonNullable<AppState['view']['detail']>,
  scene: Scene,
  columns: number,
  rows: number,
): Page {
  const { ref, yaml, scroll } = shown;
  const snapshot = scene.state.world.model?.snapshot;
  const found = snapshot === undefined ? null : findObject(snapshot, ref);
  if (found === null) {
    const missing = [
      line(refText(ref), 'strong'),
      ...wrapped(
        say`It does not exist, or is not among what is watched. Its warnings are kept for an hour.`,
        columns,
        scene.look,
        'dim',
      ),
      ...eventsAbout(scene, ref.kind, ref.name, columns),
    ];
    return scrolled(missing, scroll, rows);
  }
  const word = (words[found.kind] as ((object: Kept) => Word) | undefined)?.(found.object);
  const body = yaml ? yamlRows(found.object) : summary(found.object, scene, columns);
  const head = [
    line(refText(ref), 'strong'),
    word === undefined
      ? blank
      : [span(word.word, word.tone), span(word.note === '' ? ('' as Safe) : say`  ${word.note}`, 'dim')],
  ];
  const warnings = yaml ? [] : eventsAbout(scene, ref.kind, ref.name, columns);
  return scrolled([...head, blank, ...body, ...warnings], scroll, rows);
}

interface Conditioned {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type?: Safe;
      readonly status?: Safe;
      readonly reason?: Safe;
      readonly message?: Safe;
      readonly lastTransitionTime?: number;
    }[];
  };
}

function summary(object: Kept, scene: Scene, columns: number): Row[] {
  const { metadata } = object;
  const conditions = (object as Kept & Conditioned).status?.conditions ?? [];
  const rows: Row[] = [];
  const owner = metadata.ownerReferences?.find(reference => reference.controller === true);
  if (metadata.creationTimestamp !== undefined)
    rows.push(line(say`created ${age(scene.time - metadata.creationTimestamp)} ago`, 'dim'));
  if (owner?.kind !== undefined && owner.name !== undefined)
    rows.push(line(say`owned by ${owner.kind} ${owner.name}`, 'dim'));
  if (metadata.deletionTimestamp !== undefined) {
    const waits = (metadata.finalizers ?? []).join(', ') as Safe;
    rows.push(
      line(
        say`being deleted for ${age(scene.time - metadata.deletionTimestamp, true)}; waits for ${waits}`,
        'warn',
      ),
    );
  }
  if (conditions.length > 0) rows.push(blank, line(say`Conditions`, 'strong'));
  for (const condition of conditions) {
    const since =
      condition.lastTransitionTime === undefined
        ? ('' as Safe)
        : say`  ${age(scene.time - condition.lastTransitionTime)}`;
    const { type = '' as Safe, status = '' as Safe, reason = '' as Safe } = condition;
    rows.push([
      span(say`  ${type}=${status}`, status === 'Unknown' ? 'unknown' : 'plain'),
      span(say` ${reason}${since}`, 'dim'),
    ]);
    if (condition.message !== undefined && condition.message !== '')
      rows.push(...wrapped(condition.message, columns, scene.look, 'plain', '    ' as Safe));
  }
  rows.push(blank, line(say`y shows all that is kept of it`, 'dim'));
  return rows;
}
