import type { Sink } from '../recorder/sink.ts';
import type { Model } from '../store/app-state.ts';
import { UsageError } from './arguments.ts';
import { version } from './version.ts';

/** Opens the file of `--record`; undefined when none was asked for. Throws UsageError when it cannot be written or holds something else. */
export async function openTape(path: string | undefined): Promise<Sink | undefined> {
  if (path === undefined) return undefined;
  const { fileSink } = await import('../recorder/sink.ts');
  const sink = await fileSink(path).catch((error: unknown) => {
    throw new UsageError(
      `--record ${path} cannot be written (${codeOf(error)}); name a file in a folder that is yours`,
    );
  });
  if (sink !== 'not-a-recording') return sink;
  throw new UsageError(`--record ${path} is there and is no recording; name another file`);
}

/** Writes one look into a recording and closes it; looks of one file are played one after another. */
export async function recordLook(sink: Sink, model: Model, redact: (raw: string) => string): Promise<void> {
  const { lookLines } = await import('../recorder/look-lines.ts');
  await sink.append(lookLines(model, version, redact));
  await sink.close();
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
