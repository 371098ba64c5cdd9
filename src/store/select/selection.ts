import { type ObjectRef, refText } from '../../cluster/object-ref.ts';
import type { AppState } from '../app-state.ts';
import { shownEvents } from './events.ts';
import { historyEntries } from './history-entries.ts';
import { objectRows } from './objects.ts';
import { type WhyItem, whyItems } from './why-items.ts';

/**
 * Keeps the selection on the same thing when the list under it changed, so that Enter opens what was read. Costs
 * nothing while no list has the focus.
 */
export function keepSelection(before: AppState, after: AppState): AppState {
  const { focus, tab, scroll } = before.view;
  if (focus !== 'side' || before.world.model === null || before.world === after.world) return after;
  if (before.view.asOf !== null && tab !== 'history') return after;
  const old = keysOf(before);
  const chosen = old[Math.min(scroll[tab], old.length - 1)];
  const index = chosen === undefined ? -1 : keysOf(after).indexOf(chosen);
  if (index < 0 || index === scroll[tab]) return after;
  // The first row of a list of news stays the first row: that is where the newest appear.
  if (tab === 'history' && scroll[tab] === 0) return after;
  return { ...after, view: { ...after.view, scroll: { ...after.view.scroll, [tab]: index } } };
}

/** A name for each row of the list that is shown; equal names are the same thing. */
function keysOf(state: AppState): readonly string[] {
  switch (state.view.tab) {
    case 'objects':
      return objectRows(state).map(({ ref }) => refText(ref));
    case 'events':
      return shownEvents(state).map(({ ref, reason }) => `${reason} ${refText(ref)}`);
    case 'why':
      return whyItems(state).map(keyOfWhy);
    case 'history':
      return historyEntries(state).map(entry => {
        if ('run' in entry) return entry.run.id;
        return `${entry.at} ${'note' in entry ? entry.note.text : entry.change.layer}`;
      });
    default:
      return [];
  }
}

/** A question stays the same question while numbers in it change. */
function keyOfWhy(item: WhyItem): string {
  if (item.kind === 'link') return `${item.root.layer} ${item.why.question.replace(/\d+/g, '#')}`;
  if (item.kind === 'belief') return `belief ${item.root.rule}`;
  const about = item.kind === 'finding' ? item.finding.problem : item.root.problem;
  return `${item.kind} ${about} ${nameOf(item.ref)}`;
}

function nameOf(ref: ObjectRef | null): string {
  return ref === null ? '' : refText(ref);
}
