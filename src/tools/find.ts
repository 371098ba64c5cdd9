import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** PATH as it may be used: absolute directories that only their owner can write to. */
export interface SafePath {
  readonly dirs: readonly string[];
  /** What was left out, with the reason; for `doctor`. */
  readonly skipped: readonly { readonly dir: string; readonly why: 'relative' | 'world-writable' }[];
}

const WORLD_WRITABLE = 0o002;

/** Leaves out what would let a stranger's file be run in place of a tool. Directories that do not exist stay: they do no harm. */
export async function safePath(path: string | undefined): Promise<SafePath> {
  const dirs: string[] = [];
  const skipped: SafePath['skipped'][number][] = [];
  for (const dir of new Set((path ?? '').split(delimiter))) {
    if (!isAbsolute(dir)) {
      if (dir !== '') skipped.push({ dir, why: 'relative' });
      continue;
    }
    const mode = await modeOf(dir);
    if (mode !== null && (mode & WORLD_WRITABLE) !== 0) skipped.push({ dir, why: 'world-writable' });
    else dirs.push(dir);
  }
  return { dirs, skipped };
}

/** Where a tool is: the first executable file of that name that others cannot change; null when there is none. */
export async function findTool(name: string, path: SafePath): Promise<string | null> {
  for (const dir of path.dirs) {
    const file = join(dir, name);
    if (await isTool(file)) return file;
  }
  return null;
}

async function isTool(file: string): Promise<boolean> {
  try {
    const found = await stat(file);
    if (!found.isFile() || (found.mode & WORLD_WRITABLE) !== 0) return false;
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function modeOf(dir: string): Promise<number | null> {
  try {
    return (await stat(dir)).mode;
  } catch {
    return null;
  }
}
