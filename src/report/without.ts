import type { IncidentReport } from './incident-report.ts';

/** Takes out of every text of a report what must not leave the machine. */
export type Cleaner = (text: string) => string;

/** The report with each of its texts cleaned; words of the contract stay as they are. */
export function cleaned(report: IncidentReport, clean: Cleaner): IncidentReport {
  return walk(report, clean) as IncidentReport;
}

/** Fields whose values are words of ours or times. */
const ours = new Set([
  'schema',
  'since',
  'until',
  'verdict',
  'from',
  'to',
  'at',
  'kind',
  'problem',
  'layer',
  'id',
  'state',
  'startedAt',
  'endedAt',
  'confirmedAt',
  'action',
]);

function walk(value: unknown, clean: Cleaner, name = ''): unknown {
  if (typeof value === 'string') return isWord(name, value) ? value : clean(value);
  if (Array.isArray(value)) return value.map(item => walk(item, clean, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner, clean, key)]));
}

/** The kind of an object is foreign text, as long as anybody may make kinds. */
function isWord(name: string, value: string): boolean {
  return ours.has(name) && /^[\w.:+/-]{1,64}$/.test(value);
}

/**
 * Shortens paths of this machine to their last part: those below the `folders` (home, repository, temporary files), and
 * those in places where only people keep files. Paths of the cluster's nodes tell something and stay.
 */
export function withoutPaths(folders: readonly string[]): Cleaner {
  const known = folders.filter(folder => folder.length > 1).toSorted((a, b) => b.length - a.length);
  return text => known.reduce(shorten, text).replace(PERSONAL, (_, last: string) => `…/${last}`);
}

const PERSONAL =
  /(?<![\w:/.])\/(?:home|Users|root|tmp|private|var\/folders|var\/tmp|work|workspace|builds|mnt|media|srv|opt|usr\/local|data)\/(?:[^\s"'`:,;()<>|]*\/)?([^\s"'`:,;()<>|/]*)/g;

function shorten(text: string, folder: string): string {
  const bare = folder.replace(/\/+$/, '');
  if (!text.includes(bare)) return text;
  return text.replace(
    new RegExp(
      `${quoted(bare)}(?=$|[/\\s"'\`:,;()])(?:\\/(?:[^\\s"'\`:,;()]*\\/)?([^\\s"'\`:,;()/]*))?`,
      'g',
    ),
    (_, last?: string) => (last === undefined || last === '' ? '…' : `…/${last}`),
  );
}

/** Replaces who and where: the names given, each by its own word, then every address and every host of a URL. */
export function withoutIdentity(names: ReadonlyMap<string, string>): Cleaner {
  const known = [...names].filter(([name]) => name.length > 1).toSorted(([a], [b]) => b.length - a.length);
  const addresses = new Map<string, string>();
  const numbered = (address: string): string => {
    const word = addresses.get(address) ?? `<address-${addresses.size + 1}>`;
    addresses.set(address, word);
    return word;
  };
  return text =>
    known
      .reduce(
        (all, [name, word]) => all.replaceAll(new RegExp(`(?<![\\w])${quoted(name)}(?![\\w])`, 'g'), word),
        text,
      )
      .replace(/\b([a-z][a-z0-9+.-]*):\/\/(?!<)[^\s"'/]+(?:\/[^\s"']*)?/gi, '$1://<host>')
      .replace(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, numbered)
      .replace(
        /(?<![\w:])(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}(?![\w:])|(?<![\w:])[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6}::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?(?![\w:])/gi,
        numbered,
      );
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
