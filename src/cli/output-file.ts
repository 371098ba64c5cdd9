import { open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UsageError } from './arguments.ts';

const READABLE = 0o644;

/**
 * Puts a whole file in its place at once, readable for all: a collector reads the old one or the new one, never half.
 * Throws UsageError when that cannot be.
 */
export async function writeForReaders(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    await unlink(temporary).catch(() => undefined);
    {
      await using file = await open(temporary, 'wx', READABLE);
      await file.writeFile(text);
      // Whatever the umask is: the collector is another user.
      await file.chmod(READABLE);
      await file.sync();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    const { code = 'failed' } = error as NodeJS.ErrnoException;
    throw new UsageError(`--output-file: ${path} cannot be written (${code})`);
  }
}
