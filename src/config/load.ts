import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FilePart } from './file-shape.ts';
import type { Place } from './locate.ts';
import { type Parsed, parseConfig, unread, type Vocabulary } from './parse.ts';
import { problemAt } from './problems.ts';
import { resolveSettings } from './resolve.ts';
import type { ConfigProblem, Settings } from './settings.ts';

/** A configuration as it was read once. A file that is not there is one with nothing in it. */
export interface Config {
  readonly file: string;
  readonly isThere: boolean;
  /** The text that it was read from, to tell a change; null when there was none. */
  readonly source: string | null;
  /** True when nothing of it could be used. */
  readonly isUnread: boolean;
  readonly problems: readonly ConfigProblem[];
  readonly settingsFor: (context: string) => Settings;
}

const LARGEST = 262_144;

/** Reads and checks a configuration. Never throws: what is wrong is among its problems, and defaults hold for it. */
export function loadConfig({ file, isNamed }: Place, vocabulary: Vocabulary): Config {
  const read = readFile(file);
  if (read.kind === 'absent' && !isNamed) return configOf(file, null, { ...unread([]), isUncertain: false });
  if (read.kind === 'absent')
    return configOf(file, null, told('does not exist; create it, or leave out what names it'));
  if (read.kind === 'failed') return configOf(file, null, told(read.why));
  const parsed = parseConfig(read.text, vocabulary);
  const open = writers(file, read.stats);
  const commands = open === null ? [] : commandsIn(parsed.part);
  if (open === null || commands.length === 0) return configOf(file, read.text, parsed);
  const why = `${open}, and holds ${commands.join(', ')}: nothing of it is used until only you can write it`;
  return configOf(file, read.text, told(why, parsed.problems));
}

function told(what: string, more: readonly ConfigProblem[] = []): Parsed {
  return unread([problemAt(null, '', what), ...more]);
}

function configOf(file: string, source: string | null, parsed: Parsed): Config {
  return {
    file,
    isThere: source !== null,
    source,
    isUnread: parsed.isUncertain,
    problems: parsed.problems,
    settingsFor: context => resolveSettings(parsed, context),
  };
}

type Read =
  | { readonly kind: 'text'; readonly text: string; readonly stats: Stats }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly why: string };

function readFile(file: string): Read {
  let handle: number | undefined;
  try {
    // A pipe or device would keep the monitor waiting.
    if (!statSync(file).isFile()) return { kind: 'failed', why: 'is no regular file' };
    handle = openSync(file, 'r');
    const stats = fstatSync(handle);
    const buffer = Buffer.alloc(LARGEST + 1);
    let size = 0;
    for (let n = -1; n !== 0 && size < buffer.length; size += n)
      n = readSync(handle, buffer, size, buffer.length - size, null);
    if (size > LARGEST)
      return { kind: 'failed', why: `is larger than ${LARGEST / 1024} KiB; nothing of it is used` };
    return { kind: 'text', text: buffer.toString('utf8', 0, size).replace(/^\uFEFF/, ''), stats };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent' };
    return {
      kind: 'failed',
      why: code === 'EACCES' ? 'may not be read; see its permissions' : `cannot be read (${code})`,
    };
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

const WORLD = 0o002;
const STICKY = 0o1000;

/** Who besides the user could have written the file; null when nobody could. */
function writers(file: string, { mode, uid }: Stats): string | null {
  const me = process.getuid?.();
  if (me === undefined) return null;
  if (uid !== me && uid !== 0) return 'belongs to another user';
  if ((mode & WORLD) !== 0) return 'can be written by everybody (chmod o-w)';
  const folder = statSync(dirname(file));
  const isOpen = (folder.mode & WORLD) !== 0 && (folder.mode & STICKY) === 0;
  return isOpen ? 'lies in a folder that everybody can write to' : null;
}

/** The parts of a configuration that decide what is run, or where knowledge of the cluster is sent. */
function commandsIn({ notify, defaults, contexts }: FilePart): readonly string[] {
  const all = [defaults ?? {}, ...Object.values(contexts ?? {})];
  const fields = ['actions', 'heal', 'repository', 'helmfile', 'env'] as const;
  return [
    ...fields.filter(name => all.some(one => one[name] !== undefined)),
    ...(all.some(({ probe }) => probe?.exec === true) ? ['probe.exec'] : []),
    ...(notify === undefined ? [] : ['notify']),
  ];
}
