import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { privateDir, writeDurable } from '../runs/files.ts';

const DUMPS_KEPT = 100;

/** Writes a screen as text into the state folder, for our eyes only, and forgets the oldest of too many; gives its path. */
export async function dumpScreen(stateDir: string, text: string, now: number): Promise<string> {
  const folder = join(stateDir, 'dumps');
  await privateDir(folder);
  const path = join(
    folder,
    `${new Date(now)
      .toISOString()
      .replace(/[-:]|Z$/g, '')
      .replace('.', '-')}.txt`,
  );
  await writeDurable(path, text);
  const names = (await readdir(folder)).filter(name => /^\d{8}T[\d-]+\.txt$/.test(name)).toSorted();
  for (const name of names.slice(0, -DUMPS_KEPT)) await unlink(join(folder, name)).catch(() => {});
  return path;
}
