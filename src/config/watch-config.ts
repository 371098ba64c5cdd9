import { existsSync, type FSWatcher, realpathSync, watch } from 'node:fs';
import { dirname } from 'node:path';

/** An editor writes in several steps; the file is read when they are over. */
const SETTLED_MS = 250;

/**
 * Calls back after the file, its folder or what it links to may have changed, at most four times a second. Costs nothing
 * while nothing happens. Where the system cannot watch, nothing is noticed. Returns the undo.
 */
export function watchConfig(file: string, onChange: () => void): () => void {
  let watchers: readonly FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const stopAll = (): void => {
    for (const one of watchers) one.close();
    watchers = [];
  };
  const arm = (): void => {
    stopAll();
    watchers = foldersOf(file).flatMap(folder => open(folder, touched));
  };
  const touched = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      if (isOver) return;
      arm();
      onChange();
    }, SETTLED_MS).unref();
  };
  arm();
  return () => {
    isOver = true;
    clearTimeout(timer);
    stopAll();
  };
}

/** Folders rather than the file: editors replace files, and a link may be turned to another. */
function foldersOf(file: string): readonly string[] {
  let folder = dirname(file);
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  const target = existsSync(file) ? dirname(realpathSync(file)) : folder;
  return [...new Set([folder, target])];
}

function open(folder: string, touched: () => void): readonly FSWatcher[] {
  try {
    const watcher = watch(folder, { persistent: false }, touched);
    watcher.on('error', () => watcher.close());
    return [watcher];
  } catch {
    return [];
  }
}
