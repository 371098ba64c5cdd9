import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';
import type { Fault } from './action.ts';

/** Something to do by hand, with what to type. */
export interface Guide {
  readonly title: Safe;
  /** Given when no action helps before it is done. */
  readonly rank?: number;
  readonly commands: (fault: Fault) => readonly (readonly Safe[])[];
}

/** A line as it is typed, word by word. */
export const words = (line: string): readonly Safe[] => line.split(' ').map(word => field(word));
/** Lines that are the same whatever is broken. */
export const always =
  (...lines: readonly string[]) =>
  () =>
    lines.map(words);
/** Lines with `NODE` where the broken node's name belongs. */
export const onNode =
  (...lines: readonly string[]) =>
  (fault: Fault) =>
    lines.map(line => words(line.replace('NODE', nodeOf(fault))));

function nodeOf({ object, nodes }: Fault): string {
  return object?.kind === 'Node' ? object.name : (nodes?.[0] ?? 'NODE');
}
