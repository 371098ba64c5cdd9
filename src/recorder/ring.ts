import { constants } from 'node:fs';
import { type FileHandle, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { privateDir } from '../runs/files.ts';
import { openAppending, type Sink } from './sink.ts';

export interface RingOptions {
  readonly folder: string;
  /** How long a record is kept, ms. */
  readonly keepMs: number;
  /** Bytes of all records together. */
  readonly mostBytes?: number;
  /** Bytes of one file, after which the next is begun. */
  readonly fileBytes?: number;
  readonly now: () => number;
}

export const WEEK = 7 * 86_400_000;
const MOST_BYTES = 33_554_432;
const FILE_BYTES = 524_288;

/**
 * The flight recorder's files: each groundup writes its own, so that several never write into one; what is too old or too
 * much goes, oldest first. A file that another groundup removed is begun anew.
 */
export function ringSink({
  folder,
  keepMs,
  mostBytes = MOST_BYTES,
  fileBytes = FILE_BYTES,
  now,
}: RingOptions): Sink {
  let file: FileHandle | null = null;
  const shut = async (): Promise<void> => {
    await file?.close();
    file = null;
  };
  return {
    isFresh: async () => {
      if (file === null) return true;
      const { nlink, size } = await file.stat();
      if (nlink > 0 && size < fileBytes) return false;
      await shut();
      return true;
    },
    append: async text => {
      if (file === null) {
        await privateDir(folder);
        await forget(folder, now() - keepMs, mostBytes - fileBytes);
        file = await openAppending(join(folder, nameAt(now())), constants.O_EXCL);
      }
      await file.appendFile(text);
    },
    close: shut,
  };
}

/** Names of records that lie in the folder, oldest first. */
export async function recordsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter(name => RECORD.test(name)).toSorted();
}

const RECORD = /^\d{8}T\d{6}Z-\d+-\d+\.jsonl$/;

/** Two files of one process never get the same name, whatever the clock does. */
let count = 0;

function nameAt(at: number): string {
  const time = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${time}-${process.pid}-${count++}.jsonl`;
}

async function forget(folder: string, before: number, mostBytes: number): Promise<void> {
  const found = await Promise.all(
    (await recordsIn(folder)).map(async name => {
      const path = join(folder, name);
      const info = await stat(path).catch(() => null);
      return { path, at: info?.mtimeMs ?? 0, size: info?.size ?? 0 };
    }),
  );
  let kept = 0;
  for (const { path, at, size } of found.toSorted((a, b) => b.at - a.at)) {
    kept += size;
    if (at < before || kept > mostBytes) await unlink(path).catch(() => {});
  }
}
