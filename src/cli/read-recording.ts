import { readFile, stat } from 'node:fs/promises';
import { decode } from '../recorder/decode.ts';
import { apart } from '../recorder/recall.ts';
import type { Watched } from '../recorder/record.ts';
import { UsageError } from './arguments.ts';

const MOST_BYTES = 268_435_456;

/** The watches of a recording, oldest first. Throws UsageError with the cure when there is none to show. */
export async function readRecording(path: string): Promise<readonly Watched[]> {
  const info = await stat(path).catch(() => null);
  if (info === null) throw new UsageError(`there is no file ${path}; recordings are made with --record FILE`);
  if (!info.isFile()) throw new UsageError(`${path} is no file; name a recording made with --record FILE`);
  if (info.size > MOST_BYTES)
    throw new UsageError(
      `${path} is larger than any recording (256 MiB); name a recording made with --record FILE`,
    );
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) throw new UsageError(`${path} may not be read`);
  const watched = apart((decode(text) ?? []).toSorted((a, b) => a.beganAt - b.beganAt));
  if (watched.every(({ moments }) => moments.length === 0))
    throw new UsageError(
      `${path} is no recording of groundup, or an empty one; recordings are made with --record FILE`,
    );
  return watched;
}
