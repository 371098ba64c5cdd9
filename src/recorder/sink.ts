import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { readOwn } from '../runs/files.ts';
import { schemaId } from './record.ts';

/** Where a recording goes, line by line. */
export interface Sink {
  /** True when what is appended next must begin with the whole picture. */
  readonly isFresh: () => Promise<boolean>;
  readonly append: (text: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants;

/** A private file that is only ever appended to. */
export function openAppending(path: string, also = 0): Promise<FileHandle> {
  return open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | also, 0o600);
}

/** No recording needs more; what would go beyond is left out. */
const MOST_BYTES = 268_435_456;

/**
 * One file that the user named. Watches are appended to a recording that is there already; anything else that is there is
 * refused. Throws the error of the file system when it cannot be written.
 */
export async function fileSink(path: string): Promise<Sink | 'not-a-recording'> {
  const file = await openAppending(path);
  const { size } = await file.stat();
  if (size > 0 && !(await isRecording(file))) {
    await file.close();
    return 'not-a-recording';
  }
  let isNew = true;
  let written = size;
  return {
    isFresh: () => Promise.resolve(false),
    append: async text => {
      written += text.length;
      if (written > MOST_BYTES) return;
      // After a crash the last line may be half a line: what comes next stands on its own.
      await file.appendFile(isNew && size > 0 ? `\n${text}` : text);
      isNew = false;
    },
    close: () => file.close(),
  };
}

async function isRecording(file: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
  return buffer.subarray(0, bytesRead).toString('utf8').includes(schemaId);
}

/** The text of a recording that is ours; null when it cannot be had. */
export function readRecord(path: string): Promise<string | null> {
  return readOwn(path, MOST_BYTES);
}
