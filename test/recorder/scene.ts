import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Sink } from '../../src/recorder/sink.ts';

/** A folder that is gone after the test. */
export function folders(): () => string {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'groundup-records-'));
    made.push(folder);
    return folder;
  };
}

/** A recording in memory. */
export function memorySink(): Sink & { readonly text: () => string; readonly writes: () => number } {
  let text = '';
  let writes = 0;
  return {
    isFresh: () => Promise.resolve(false),
    append: more => {
      text += more;
      writes += 1;
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
    text: () => text,
    writes: () => writes,
  };
}
