import { type ObjectRef, refText } from '../../cluster/object-ref.ts';
import type { Root } from '../../diagnosis/diagnosis.ts';
import { type Safe, say } from '../../text/safe.ts';
import { width } from '../../text/width.ts';

/** Columns of the message that must stand behind a name, so that a line says more than that something is wrong. */
const SAID = 16;

/**
 * The root cause in one line of at most `columns`, and whether that is all of it. What others know gives way first: the
 * kind and the namespace of the object, then the layer's title. The name stays as long as there is any room for it.
 */
export function rootLine(root: Root, title: Safe, columns: number): { text: Safe; isWhole: boolean } {
  const text = choose(root, shorter(root, title), columns);
  return { text, isWhole: width(text) <= columns && text.endsWith(root.summary) };
}

/** The same without the title: where only one line is shown at all. */
export function rootText(root: Root, columns: number): Safe {
  return choose(root, shorterUntitled(root), columns);
}

/** The longest way to say it that fits, or else the longest that shows the whole name. */
function choose(root: Root, texts: readonly Safe[], columns: number): Safe {
  return (
    texts.find(text => width(text) <= columns) ??
    texts.find(text => endOfName(text, root.object) + SAID <= columns) ??
    texts.at(-1) ??
    root.summary
  );
}

/** Ways to say it, each shorter than the one before. */
export function shorter(root: Root, title: Safe): Safe[] {
  const untitled = shorterUntitled(root);
  return [...untitled.map(text => say`${title} · ${text}`), untitled.at(-1) ?? root.summary];
}

function shorterUntitled({ summary, object }: Root): Safe[] {
  if (object === null || !summary.startsWith(refText(object))) return [summary];
  const said = summary.slice(refText(object).length) as Safe;
  return [summary, say`${object.kind} ${object.name}${said}`, say`${object.name}${said}`];
}

function endOfName(text: Safe, object: ObjectRef | null): number {
  if (object === null) return 0;
  const at = text.indexOf(object.name);
  return at === -1 ? 0 : width(text.slice(0, at + object.name.length));
}
