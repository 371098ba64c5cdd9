import type { LineCounter, Node } from 'yaml';
import { field as clean } from '../text/field.ts';
import { say } from '../text/safe.ts';
import type { ConfigProblem } from './settings.ts';

/** Hears what is wrong while a file is read. */
export interface Ear {
  /** `what` begins in lower case and holds the cure; `path` is the field that it is about. */
  readonly tell: (node: Node | null, path: string, what: string) => void;
  readonly heard: () => readonly ConfigProblem[];
}

/** More than anybody mends at once. */
const MOST = 50;

/** Collects problems, each with the line that it is on. */
export function listen(lines: LineCounter): Ear {
  const all: ConfigProblem[] = [];
  return {
    tell: (node, path, what) => {
      if (all.length >= MOST) return;
      const at = node?.range == null ? null : lines.linePos(node.range[0]);
      all.push(problemAt(at === null || at.line === 0 ? null : [at.line, at.col], path, what));
    },
    heard: () => all.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
  };
}

export function problemAt(
  at: readonly [line: number, column: number] | null,
  path: string,
  what: string,
): ConfigProblem {
  const [line, column] = at ?? [null, null];
  const subject = path === '' ? clean(what) : say`${clean(path)}: ${clean(what)}`;
  return { line, column, field: path, text: line === null ? subject : say`line ${line}: ${subject}` };
}
