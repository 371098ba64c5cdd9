import { isAlias, isMap, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { checkActions } from './action-rules.ts';
import { type FilePart, fileShape } from './file-shape.ts';
import { checkKeys, type KeyOwner } from './key-rules.ts';
import { type Ear, listen } from './problems.ts';
import type { ConfigProblem } from './settings.ts';

/** What the configuration may name, known by the other rooms. */
export interface Vocabulary {
  /** Ids of the built-in actions. */
  readonly actions: readonly string[];
  /** Those of them that may be opted in to run by themselves. */
  readonly healing: readonly string[];
  /** The keys of the monitor. */
  readonly keys: readonly KeyOwner[];
  /** Environment variables that no tool ever gets. */
  readonly isForbiddenEnv: (name: string) => boolean;
}

/** What could be read of a file. */
export interface Parsed {
  readonly part: FilePart;
  /** True when it is not known what the file says of contexts: they are protected then. */
  readonly isUncertain: boolean;
  readonly keys: Readonly<Record<string, readonly string[]>>;
  readonly problems: readonly ConfigProblem[];
}

export const unread = (problems: readonly ConfigProblem[]): Parsed => ({
  part: {},
  isUncertain: true,
  keys: {},
  problems,
});

/** Reads the text of a configuration. Whatever is wrong is told with its line and left out; nothing is thrown. */
export function parseConfig(source: string, vocabulary: Vocabulary): Parsed {
  const lines = new LineCounter();
  const ear = listen(lines);
  const root = rootOf(source, lines, ear);
  if (root === 'broken') return unread(ear.heard());
  const part = root === null ? {} : fileShape.read(root, '', ear);
  if (part === undefined) return unread(ear.heard());
  const nodeAt = (path: readonly string[]): Node | null => path.reduce<unknown>(step, root) as Node | null;
  const keys = checkKeys(part.keys ?? {}, vocabulary.keys, (id, what) =>
    ear.tell(nodeAt(['keys', id]), `keys.${id}`, what),
  );
  const checked = checkActions(part, vocabulary, (path, what) =>
    ear.tell(nodeAt(path), path.join('.'), what),
  );
  const problems = ear.heard();
  const isUncertain = problems.some(
    ({ field }) => field === '' || field === 'contexts' || field === 'defaults',
  );
  return { part: checked, isUncertain, keys, problems };
}

/** Into a map by its key, into a list of maps by their id. */
function step(node: unknown, name: string): Node | null {
  if (isMap(node)) return (node.get(name, true) as Node | undefined) ?? null;
  if (!isSeq(node)) return null;
  return (node.items.find(item => isMap(item) && item.get('id') === name) as Node | undefined) ?? null;
}

/** The top of the document; null when the file holds nothing. */
function rootOf(source: string, lines: LineCounter, ear: Ear): Node | null | 'broken' {
  try {
    const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
    const [error] = document.errors;
    if (error !== undefined) {
      const { line } = lines.linePos(error.pos[0]);
      ear.tell(null, '', `line ${line}: is not YAML: ${error.message.split('\n')[0]?.toLowerCase()}`);
      return 'broken';
    }
    let isAliased = false;
    visit(document, {
      Alias: (_, node) => {
        isAliased ||= isAlias(node);
        ear.tell(node, '', 'uses an alias (*name); write the value out, or put it under defaults');
        return visit.BREAK;
      },
    });
    return isAliased ? 'broken' : (document.contents as Node | null);
  } catch {
    ear.tell(null, '', 'cannot be read: it is nested too deeply');
    return 'broken';
  }
}
