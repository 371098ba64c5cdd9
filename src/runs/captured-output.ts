import { type FileHandle, open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import type { StepOutput } from '../recovery/plan.ts';
import { files } from './journal.ts';

/** The file that a step writes its output to, open. */
export interface Captured {
  readonly fd: number;
  /** After the tool ended well: null when the output is whole, else what is wrong with it. Closes the file in any case. */
  readonly check: (endedWell: boolean) => Promise<string | null>;
}

/** Rendered charts with all their definitions take a few MiB. */
const CAP = 32 * 1024 * 1024;
const NAME = /^[a-z0-9-]{1,60}\.yaml$/;

/** Opens the file for the output of a step. Throws for a name that could lead anywhere else, or when it exists already. */
export async function captureOutput(dir: string, output: StepOutput): Promise<Captured> {
  if (!NAME.test(output.file)) throw new Error(`${output.file} is no name for an output`);
  const path = join(output.keep === true ? dir : join(dir, files.tmp), output.file);
  const handle = await open(path, 'wx', 0o600);
  return { fd: handle.fd, check: endedWell => checkAndClose(handle, path, output, endedWell) };
}

async function checkAndClose(
  handle: FileHandle,
  path: string,
  { onlyKind }: StepOutput,
  endedWell: boolean,
): Promise<string | null> {
  await handle.sync().catch(() => {});
  await handle.close();
  if (!endedWell) return null;
  const { size } = await stat(path);
  if (size > CAP) return `its output is larger than ${CAP / 1024 / 1024} MiB`;
  const objects = readObjects(await readFile(path, 'utf8'));
  if (objects === null) return 'its output is no whole YAML: nothing of it is used';
  const kept = onlyKind === undefined ? objects : objects.filter(one => one.kind === onlyKind);
  if (kept.length === 0) return `its output holds no ${onlyKind ?? 'object'}`;
  if (onlyKind !== undefined)
    await writeFile(path, kept.map(one => `---\n${stringify(one, { lineWidth: 0 })}`).join(''), {
      mode: 0o600,
    });
  return null;
}

/** Null when a part of it cannot be read or is no Kubernetes object. */
function readObjects(text: string): readonly Record<string, unknown>[] | null {
  const objects: Record<string, unknown>[] = [];
  for (const document of parseAllDocuments(text)) {
    if (!('errors' in document) || document.errors.length > 0) return null;
    const raw: unknown = document.toJS({ maxAliasCount: 100 });
    if (raw === null || raw === undefined) continue;
    if (typeof raw !== 'object' || typeof (raw as { kind?: unknown }).kind !== 'string') return null;
    objects.push(raw as Record<string, unknown>);
  }
  return objects;
}
