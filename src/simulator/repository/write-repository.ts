import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HELMFILE } from './helmfile.ts';
import { README, TASKFILE } from './taskfile.ts';
import { VALUES } from './values.ts';

/** Every file of the bootstrap repository by its path. */
const FILES: Readonly<Record<string, string>> = {
  'README.md': README,
  'Taskfile.yaml': TASKFILE,
  'bootstrap/helmfile.yaml': HELMFILE,
  ...VALUES,
};

/** Lays out the bootstrap repository of the simulated homelab in a folder, which is made. */
export async function writeRepository(folder: string): Promise<void> {
  for (const [path, text] of Object.entries(FILES)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
