import { writeSync } from 'node:fs';

/** How long a last write waits for a terminal that takes nothing, in ms. */
const DEADLINE = 250;
const PAUSE = 10;

/** The part of a terminal stream that Node does not publish; missing or changed, output blocks as it does by default. */
type WithHandle = { readonly _handle?: { readonly setBlocking?: (isBlocking: boolean) => unknown } | null };

/** Makes writes to a terminal queue up instead of stopping the process until the terminal reads. */
export function makeNonBlocking(stream: NodeJS.WriteStream): void {
  if (!stream.isTTY) return;
  try {
    (stream as WithHandle)._handle?.setBlocking?.(false);
  } catch {
    // A terminal that refuses stays as it is; frames are still dropped when it reports a queue.
  }
}

/**
 * Writes synchronously, past whatever is queued, for the moment before the process ends. Gives up after a quarter of
 * a second on a terminal that does not read, and at once on one that is gone.
 */
export function writeNow(stream: NodeJS.WriteStream, text: string): void {
  const { fd } = stream as { readonly fd?: number };
  if (typeof fd !== 'number') {
    stream.write(text);
    return;
  }
  const end = performance.now() + DEADLINE;
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || performance.now() > end) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }
}
