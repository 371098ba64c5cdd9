import { chmodSync, closeSync, constants, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { field } from '../text/field.ts';
import { redact } from '../text/redact.ts';
import { UsageError } from './arguments.ts';

/** One line of JSON for each thing worth knowing about groundup itself. */
export interface DebugLog {
  readonly write: (kind: string, facts: Readonly<Record<string, unknown>>) => void;
  readonly close: () => void;
}

/** Bytes after which the file is moved to `FILE.1`, over the one that was there: two files at most, ever. */
const MOST = 4 * 1024 * 1024;

/**
 * Opens FILE for appending, readable for us alone and never through a link. Throws UsageError when that cannot be done; what
 * goes wrong later ends the log and nothing else. Every line is redacted; `secrets` are blanked out whatever they look like.
 */
export function openDebugLog(path: string, secrets: () => readonly string[], most = MOST): DebugLog {
  let file: number | undefined = open(path);
  let size = fstatSync(file).size;
  const end = (): void => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  const rotate = (): void => {
    end();
    renameSync(path, `${path}.1`);
    file = open(path);
    size = 0;
  };
  return {
    write: (kind, facts) => {
      if (file === undefined) return;
      const known = secrets();
      // Values first: once escaped for JSON, what cuts a secret in two is not seen any more.
      const clean = (_key: string, value: unknown): unknown =>
        typeof value === 'string' ? field(redact(value, known)) : value;
      const record = { at: new Date().toISOString(), kind, ...facts };
      const line = redact(JSON.stringify(record, clean), known);
      try {
        if (size + line.length > most) rotate();
        size += writeSync(file, `${line}\n`);
      } catch {
        end();
      }
    },
    close: end,
  };
}

function open(path: string): number {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
  try {
    const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
    if (!fstatSync(file).isFile()) {
      closeSync(file);
      throw Object.assign(new Error('it is no file'), { code: 'it is no file' });
    }
    chmodSync(path, 0o600);
    return file;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why: Readonly<Record<string, string>> = {
      ENOENT: 'its folder does not exist',
      EACCES: 'no permission',
      EISDIR: 'it is a folder',
      ELOOP: 'it is a link',
      EROFS: 'the file system is read-only',
    };
    throw new UsageError(
      `--debug-log cannot write '${field(path)}': ${why[code ?? ''] ?? code ?? 'it cannot be opened'}`,
    );
  }
}
