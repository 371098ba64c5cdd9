import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { field } from '../text/field.ts';
import { lineDecoder } from '../text/line-decoder.ts';
import { logLine } from '../text/log-line.ts';
import { lineRedactor } from '../text/redact.ts';
import { type Safe, say } from '../text/safe.ts';
import { parseJson } from './files.ts';
import { files } from './journal.ts';
import type { Mark } from './marks.ts';
import type { RunLine } from './run.ts';

/** Follows the output of a run. */
export interface Tail {
  /**
   * Reads what is new, at most about 1 MiB of it. `rest`: nobody writes marks any more, so what lies beyond the last
   * one counts too; `end`: nobody writes at all, so an unfinished line is a line.
   */
  readonly read: (until: 'marks' | 'rest' | 'end') => Promise<void>;
  /** True when marks are left that the last reading did not get to. */
  readonly isBehind: () => boolean;
  readonly lines: () => readonly RunLine[];
  readonly dropped: () => number;
  readonly close: () => Promise<void>;
}

export interface TailOptions {
  readonly startedAt: number;
  /** Exact values that must not be shown, such as tokens of the kubeconfig. */
  readonly secrets: readonly string[];
  readonly ring?: number;
}

const RING = 5_000;
const BUDGET = 1_048_576;
/** Further behind than this, the middle of a flood is skipped: it could not be read by a person anyway. */
const LAG = 4 * BUDGET;
/** What is read after a skip: about as many lines as are kept. */
const KEPT = BUDGET / 2;

/** Both logs of the run in `dir`, in the order and with the times that its marks give, sanitised and redacted. */
export function openTail(dir: string, options: TailOptions): Tail {
  const ring: RunLine[] = [];
  let snapshot: readonly RunLine[] | null = [];
  let dropped = 0;
  const push = (at: number, from: RunLine['from'], text: Safe): void => {
    ring.push({ at: Math.max(0, at - options.startedAt), from, text });
    snapshot = null;
  };
  const trim = (): void => {
    const excess = ring.length - (options.ring ?? RING);
    if (excess <= 0) return;
    ring.splice(0, excess);
    dropped += excess;
  };
  const out = openLog(join(dir, files.out), 'stdout', options.secrets, push);
  const err = openLog(join(dir, files.err), 'stderr', options.secrets, push);
  const marks = openMarks(join(dir, files.marks));
  let at = options.startedAt;

  const step = async (mark: Mark, budget: number): Promise<number> => {
    at = mark.at;
    const read = await out.advance(mark.out, mark.outBase ?? 0, at, budget);
    if (read >= budget) return read;
    const more = read + (await err.advance(mark.err, mark.errBase ?? 0, at, budget - read));
    if (out.offset() < mark.out || err.offset() < mark.err) return budget;
    marks.shift();
    if (mark.text !== undefined) push(at, 'groundup', field(mark.text));
    return more;
  };

  return {
    read: async until => {
      await marks.refill();
      let budget = BUDGET;
      for (let mark = marks.first(); mark !== undefined && budget > 0; mark = marks.first()) {
        const newest = marks.newest() ?? mark;
        if (newest.out - out.offset() > LAG) out.skipTo(newest.out - KEPT, at);
        if (newest.err - err.offset() > LAG) err.skipTo(newest.err - KEPT, at);
        budget -= await step(mark, budget);
        trim();
      }
      if (until === 'marks' || marks.first() !== undefined) return;
      await out.finish(at, until === 'end');
      await err.finish(at, until === 'end');
      trim();
    },
    isBehind: () => marks.first() !== undefined,
    lines: () => {
      snapshot ??= [...ring];
      return snapshot;
    },
    dropped: () => dropped,
    close: async () => {
      await Promise.all([out.close(), err.close(), marks.close()]);
    },
  };
}

type Push = (at: number, from: RunLine['from'], text: Safe) => void;

/** One of the two logs. Offsets count all bytes ever written, also those cut off since. */
function openLog(path: string, from: RunLine['from'], secrets: readonly string[], push: Push) {
  const file = lazily(path);
  const redact = lineRedactor(secrets);
  let decoder = lineDecoder();
  let offset = 0;
  let base = 0;
  const emit = (lines: readonly string[], at: number): void => {
    for (const line of lines) for (const safe of logLine(redact(line), { plain: true })) push(at, from, safe);
  };
  const skipTo = (target: number, at: number): void => {
    if (target <= offset) return;
    push(
      at,
      'groundup',
      say`${Math.ceil((target - offset) / 1024)} KiB of output skipped here; the file has it`,
    );
    offset = target;
    decoder = lineDecoder();
  };
  const take = async (length: number, at: number): Promise<number> => {
    const bytes = await file.read(offset - base, length);
    offset += bytes.length;
    emit(decoder.push(bytes), at);
    return bytes.length;
  };
  return {
    offset: () => offset,
    skipTo,
    advance: async (to: number, newBase: number, at: number, budget: number): Promise<number> => {
      base = Math.max(base, newBase);
      skipTo(base, at);
      const length = Math.min(to - offset, budget);
      if (length <= 0) return 0;
      const read = await take(length, at);
      // The file is shorter than its mark says: it was cut meanwhile, and a later mark says where.
      if (read === 0) offset = to;
      return read;
    },
    finish: async (at: number, isEnd: boolean): Promise<void> => {
      const size = base + (await file.size());
      if (size - offset > LAG) skipTo(size - KEPT, at);
      while ((await take(65_536, at)) > 0);
      if (isEnd) emit(decoder.end(), at);
    },
    close: file.close,
  };
}

const MARK_CHUNK = 262_144;

function openMarks(path: string) {
  const file = lazily(path);
  const queue: Mark[] = [];
  const decoder = lineDecoder();
  let offset = 0;
  return {
    first: () => queue[0],
    newest: () => queue.at(-1),
    shift: () => queue.shift(),
    refill: async (): Promise<void> => {
      for (;;) {
        const bytes = await file.read(offset, MARK_CHUNK);
        if (bytes.length === 0) return;
        offset += bytes.length;
        for (const line of decoder.push(bytes)) {
          const mark = parseJson(line);
          if (isMark(mark)) queue.push(mark);
        }
      }
    },
    close: file.close,
  };
}

function isMark(raw: unknown): raw is Mark {
  if (typeof raw !== 'object' || raw === null) return false;
  const { at, out, err } = raw as Partial<Mark>;
  return typeof at === 'number' && typeof out === 'number' && typeof err === 'number';
}

/** A file that may not be there yet. */
function lazily(path: string) {
  let handle: FileHandle | null = null;
  const opened = async (): Promise<FileHandle | null> => {
    handle ??= await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => null);
    return handle;
  };
  return {
    size: async (): Promise<number> => (await (await opened())?.stat())?.size ?? 0,
    read: async (position: number, length: number): Promise<Uint8Array> => {
      const handle = await opened();
      if (handle === null) return new Uint8Array(0);
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    },
    close: async (): Promise<void> => {
      await handle?.close();
      handle = null;
    },
  };
}
