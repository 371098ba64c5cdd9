import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Workshop } from '../recovery/plan.ts';
import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';

export type HelmfileRelease = NonNullable<NonNullable<Workshop['repository']>['releases']>[number];

const CAP = 1_048_576;

/** The text of a file of at most 1 MiB; '' when there is none. */
export async function readText(path: string): Promise<string> {
  try {
    const found = await stat(path);
    return found.isFile() && found.size <= CAP ? await readFile(path, 'utf8') : '';
  } catch {
    return '';
  }
}

/** Names of the environment variables without which the helmfile, or a file it is based on, refuses to be read. */
export async function requiredEnv(root: string, helmfile: string): Promise<readonly string[]> {
  const path = join(root, helmfile);
  const text = await readText(path);
  const others = await Promise.all(
    filesNamedIn(text)
      .slice(0, 50)
      .map(name => readText(join(dirname(path), name))),
  );
  const names = [text, ...others].flatMap(one =>
    [...one.matchAll(/\brequiredEnv\s+["']([A-Za-z_][A-Za-z0-9_]*)["']/g)].map(match => match[1] ?? ''),
  );
  return [...new Set(names)];
}

/** Bases and value files: items of a list, over several lines or in one. Those behind a template cannot be followed. */
function filesNamedIn(text: string): readonly string[] {
  const items = text.matchAll(
    /(?:^\s*-\s*|[[,]\s*)["']?([^\s"'{}[\],]+\.(?:yaml|yml|gotmpl))["']?\s*(?=$|[\],])/gm,
  );
  return [...new Set([...items].map(match => match[1] ?? ''))];
}

/** True when the helmfile runs commands that talk to a cluster, without telling them which. */
export function hasBareHooks(text: string): boolean {
  const hooks = /^\s*(?:-\s*)?hooks:/m.test(text);
  const talks =
    /\b(?:command:\s*["']?|(?:^|[\s"';&|])(?:until|while)\s+)(?:kubectl|flux|helm|cilium|bash|sh)\b/m.test(
      text,
    );
  return hooks && talks && !/--(?:kube-)?context\b/.test(text);
}

/** Releases as `helmfile list --output json` prints them; null when it is something else. Those not to be installed are left out. */
export function releasesFromList(json: string): readonly HelmfileRelease[] | null {
  try {
    const raw: unknown = JSON.parse(json);
    return Array.isArray(raw) ? raw.flatMap(toRelease) : null;
  } catch {
    return null;
  }
}

/**
 * Releases straight from the file, for when helmfile itself cannot be asked. Values that a template would compute are
 * unknown; a file that is no YAML before templating gives null.
 */
export function releasesFromYaml(text: string): readonly HelmfileRelease[] | null {
  const found: unknown[] = [];
  for (const document of parseAllDocuments(text, { merge: true })) {
    if ('errors' in document && document.errors.length > 0) return null;
    const raw: unknown = 'toJS' in document ? document.toJS({ maxAliasCount: 100 }) : null;
    if (isRecord(raw) && Array.isArray(raw.releases))
      found.push(...raw.releases.map(one => inherited(one, raw)));
  }
  const releases = found.flatMap(toRelease);
  return releases.length > 0 ? releases : null;
}

/** A release with what it takes from the templates that it names, or that all take by default; its own words win. */
function inherited(release: unknown, document: Readonly<Record<string, unknown>>): unknown {
  const templates = isRecord(document.templates) ? document.templates : {};
  if (!isRecord(release)) return release;
  const own = Array.isArray(release.inherit) ? release.inherit : [];
  const named = own.flatMap(one => (isRecord(one) && typeof one.template === 'string' ? [one.template] : []));
  const byDefault = typeof document.defaultInherit === 'string' ? [document.defaultInherit] : [];
  const bases = [...byDefault, ...named].flatMap(name => {
    const template = Object.hasOwn(templates, name) ? templates[name] : undefined;
    return isRecord(template) ? [template] : [];
  });
  const merged = Object.assign({}, ...bases, release) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(merged).map(([key, value]) => [key, filledIn(value, release)]));
}

/** The two templates that need nothing but the release itself. */
function filledIn(value: unknown, { name, namespace }: Readonly<Record<string, unknown>>): unknown {
  if (typeof value !== 'string') return value;
  return value
    .replace(/\{\{-?\s*\.Release\.Name\s*-?\}\}/g, typeof name === 'string' ? name : '$&')
    .replace(/\{\{-?\s*\.Release\.Namespace\s*-?\}\}/g, typeof namespace === 'string' ? namespace : '$&');
}

function toRelease(raw: unknown): readonly HelmfileRelease[] {
  if (!isRecord(raw)) return [];
  const name = plain(raw.name);
  const chart = plain(raw.chart);
  if (name === null || raw.enabled === false || raw.installed === false) return [];
  return [
    {
      name,
      namespace: plain(raw.namespace) ?? field('default'),
      chart: chart ?? name,
      version: plain(raw.version),
    },
  ];
}

/** Text that is no template; null for anything else. */
function plain(raw: unknown): Safe | null {
  return typeof raw === 'string' && raw !== '' && !raw.includes('{{') ? field(raw) : null;
}

function isRecord(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}
