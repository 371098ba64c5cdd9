import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { openAppend } from './files.ts';
import { files } from './journal.ts';

/**
 * One line of `marks.jsonl`: how far the two logs had grown at a moment. From it every reader puts both logs into
 * the same order with the same times. `outBase`: bytes cut off the front of a log that grew too large.
 */
export interface Mark {
  readonly at: number;
  readonly out: number;
  readonly err: number;
  readonly outBase?: number;
  readonly errBase?: number;
  /** A line of groundup's own at this place. */
  readonly text?: string;
}

/** The logs of a run, open for its tools. */
export interface RunLog {
  readonly out: number;
  readonly err: number;
  /** Writes a line of groundup's own. */
  readonly note: (text: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

const CAP = 64 * 1024 * 1024;
const KEPT = 1024 * 1024;

/**
 * Opens both logs and writes a mark whenever they grew, at most every `everyMs`. A tool writes into the files itself
 * and so never waits for us, nor dies with us. A log beyond 64 MiB is cut to its newest part.
 */
export async function openLog(
  dir: string,
  now: () => number,
  { everyMs = 100, cap = CAP, kept = KEPT } = {},
): Promise<RunLog> {
  const marks = await openAppend(join(dir, files.marks));
  const out = await growing(join(dir, files.out), cap, kept);
  const err = await growing(join(dir, files.err), cap, kept);
  let last = '';
  let queue = Promise.resolve();

  const mark = async (text?: string): Promise<void> => {
    const sizes: Omit<Mark, 'at' | 'text'> = {
      out: await out.length(),
      err: await err.length(),
      ...(out.base() > 0 ? { outBase: out.base() } : {}),
      ...(err.base() > 0 ? { errBase: err.base() } : {}),
    };
    const state = JSON.stringify(sizes);
    if (state === last && text === undefined) return;
    last = state;
    const line: Mark = { at: now(), ...sizes, ...(text === undefined ? {} : { text }) };
    await marks.write(`${JSON.stringify(line)}\n`);
  };
  // A full disk must not end the run: the tool goes on, only the view of its output suffers.
  const enqueue = (text?: string): Promise<void> => {
    queue = queue.then(() => mark(text)).catch(() => {});
    return queue;
  };
  const timer = setInterval(() => enqueue(), everyMs);

  return {
    out: out.handle.fd,
    err: err.handle.fd,
    note: enqueue,
    close: async () => {
      clearInterval(timer);
      await enqueue();
      await Promise.all([marks.close(), out.handle.close(), err.handle.close()]);
    },
  };
}

interface GrowingFile {
  readonly handle: FileHandle;
  readonly base: () => number;
  /** Bytes ever written. */
  readonly length: () => Promise<number>;
}

async function growing(path: string, cap: number, kept: number): Promise<GrowingFile> {
  const handle = await openAppend(path);
  let base = 0;
  return {
    handle,
    base: () => base,
    length: async () => {
      const { size } = await handle.stat();
      if (size <= cap) return base + size;
      await cut(path, handle, size, kept);
      base += size - kept;
      return base + kept;
    },
  };
}

/** Keeps the newest part of a log. */
async function cut(path: string, handle: FileHandle, size: number, kept: number): Promise<void> {
  await using reader = await open(path, 'r');
  const newest = Buffer.alloc(kept);
  await reader.read(newest, 0, kept, size - kept);
  await handle.truncate(0);
  await handle.write(newest);
}
