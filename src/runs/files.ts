import { constants } from 'node:fs';
import { type FileHandle, link, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;
const PRIVATE = 0o600;

/** Creates a directory that only we may read, with its parents. */
export async function privateDir(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

/** Opens a log for appending; never through a link that somebody else put there. */
export function openAppend(path: string): Promise<FileHandle> {
  return open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, PRIVATE);
}

/** Appends one JSON line; it is on disk when this returns. */
export async function appendJson(path: string, value: unknown): Promise<void> {
  await using file = await openAppend(path);
  await file.write(`${JSON.stringify(value)}\n`);
  await file.datasync();
}

/** Puts a whole file in place at once: a reader sees all of it or none, also after a power cut. */
export async function writeDurable(path: string, text: string, between?: () => void): Promise<void> {
  const temporary = temporaryName(path);
  await writeNew(temporary, text);
  between?.();
  await rename(temporary, path);
  await syncDir(dirname(path));
}

/** The same, but the first writer wins; false when somebody was faster. */
export async function writeOnce(path: string, text: string): Promise<boolean> {
  const temporary = temporaryName(path);
  await writeNew(temporary, text);
  try {
    await link(temporary, path);
    await syncDir(dirname(path));
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await unlink(temporary);
  }
}

/** The text of a file that is ours, regular and no larger than `cap` bytes; null otherwise. What others could have written is not trusted. */
export async function readOwn(path: string, cap: number): Promise<string | null> {
  try {
    await using file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const stat = await file.stat();
    if (!stat.isFile() || stat.size > cap || !isOurs(stat.uid)) return null;
    return await file.readFile('utf8');
  } catch {
    return null;
  }
}

/** The JSON in such a file; null when it is not there or not JSON. */
export async function readJson(path: string, cap = 1_048_576): Promise<unknown> {
  const text = await readOwn(path, cap);
  return text === null ? null : parseJson(text);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function isOurs(uid: number): boolean {
  return process.getuid === undefined || uid === process.getuid();
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

let written = 0;

function temporaryName(path: string): string {
  return `${path}.tmp-${process.pid}-${written++}`;
}

async function writeNew(path: string, text: string): Promise<void> {
  await unlink(path).catch(() => {});
  await using file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, PRIVATE);
  await file.writeFile(text);
  await file.sync();
}

async function syncDir(path: string): Promise<void> {
  await using dir = await open(path, O_RDONLY);
  await dir.sync().catch(() => {});
}
