import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { auditFile } from './audit.ts';
import { isOurs, parseJson } from './files.ts';

/** What happened within a day fits in there many times over. */
const TAIL = 1_048_576;

/** The newest entries of the audit file, oldest first. None when there is no file; null when it cannot be read. */
export async function auditTail(stateDir: string): Promise<readonly unknown[] | null> {
  const text = await tailOf(auditFile(stateDir));
  return text === null ? null : text.split('\n').map(parseJson);
}

async function tailOf(path: string): Promise<string | null> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = await file.stat();
    if (!stat.isFile() || !isOurs(stat.uid)) return null;
    const from = Math.max(0, stat.size - TAIL);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(stat.size - from), 0, stat.size - from, from);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? '' : null;
  }
}
