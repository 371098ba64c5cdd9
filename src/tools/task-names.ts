import { join } from 'node:path';
import { parse } from 'yaml';
import { readText } from './read-helmfile.ts';

const INCLUDED = ['', 'Taskfile.yaml', 'Taskfile.yml'] as const;

/**
 * Names of the tasks that a Taskfile offers, with those of the files that it includes, one level deep. Null when it is no
 * YAML. Includes behind a template cannot be followed; their name alone stands for all of them (`bootstrap:*`).
 */
export async function taskNames(root: string, taskfile: string): Promise<readonly string[] | null> {
  const document = read(await readText(join(root, taskfile)));
  if (document === null) return null;
  const includes = Object.entries(record(document.includes));
  const included = await Promise.all(
    includes.map(async ([prefix, raw]) => {
      const path = typeof raw === 'string' ? raw : record(raw).taskfile;
      const found = typeof path === 'string' ? await firstRead(root, path) : null;
      const names = found === null ? ['*'] : Object.keys(record(found.tasks));
      return names.map(name => `${prefix}:${name}`);
    }),
  );
  return [...Object.keys(record(document.tasks)), ...included.flat()].slice(0, 1_000);
}

async function firstRead(root: string, path: string): Promise<Record<string, unknown> | null> {
  if (path.includes('{{')) return null;
  for (const name of INCLUDED) {
    const found = read(await readText(join(root, path, name)));
    if (found !== null) return found;
  }
  return null;
}

function read(text: string): Record<string, unknown> | null {
  if (text === '') return null;
  try {
    const raw: unknown = parse(text, { maxAliasCount: 100 });
    return typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function record(raw: unknown): Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw)
    ? (raw as Record<string, unknown>)
    : {};
}
