import { lstat } from 'node:fs/promises';
import { isCode } from './files.ts';

/** True when the directory of a run was taken away: then nobody will ever read how it ended. */
export async function isFolderGone(dir: string): Promise<boolean> {
  return lstat(dir).then(
    () => false,
    error => isCode(error, 'ENOENT'),
  );
}

/** Resolves as soon as the directory is gone; `end` stops looking. */
export function untilFolderGone(
  dir: string,
  everyMs = 500,
): { readonly gone: Promise<'gone'>; readonly end: () => void } {
  const { promise, resolve } = Promise.withResolvers<'gone'>();
  const timer = setInterval(() => {
    void isFolderGone(dir).then(isGone => isGone && resolve('gone'));
  }, everyMs);
  timer.unref();
  return { gone: promise, end: () => clearInterval(timer) };
}
