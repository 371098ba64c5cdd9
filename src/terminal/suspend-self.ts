import type { OutputGate } from './output-gate.ts';
import { enterSequence, restoreSequence } from './screen-sequences.ts';

export type SuspendOptions = {
  readonly gate: Pick<OutputGate, 'hold' | 'release' | 'send'>;
  readonly stdin: NodeJS.ReadStream;
  /** Back in the foreground, screen and raw mode taken again; the gate asks for the repaint itself. */
  readonly onResume?: () => void;
};

/** A terminal that takes nothing must not keep the process from stopping, in ms. */
const SCREEN_DEADLINE = 500;

/** The signal that continues a process arrives at once after it runs again, in ms. */
const CONTINUED_WITHIN = 100;

/**
 * What Ctrl-Z means in a full-screen program: gives the screen back, restores cooked mode, stops this process, and
 * takes everything again when the shell continues it. Resolves when the screen is ours again.
 */
export async function suspendSelf({ gate, stdin, onResume }: SuspendOptions): Promise<void> {
  gate.hold();
  await withDeadline(gate.send(restoreSequence));
  if (stdin.isTTY) stdin.setRawMode(false);
  await stopHere();
  if (stdin.isTTY) stdin.setRawMode(true);
  await withDeadline(gate.send(enterSequence));
  onResume?.();
  gate.release();
}

/**
 * Stops this process until it is continued. Without a shell that controls jobs the system ignores the stop; the timer,
 * which stands still with the process, then brings us back.
 */
async function stopHere(): Promise<void> {
  await new Promise<void>(done => {
    const timer = setTimeout(back, CONTINUED_WITHIN);
    process.once('SIGCONT', back);
    function back(): void {
      clearTimeout(timer);
      process.off('SIGCONT', back);
      done();
    }
    process.kill(process.pid, 'SIGTSTP');
  });
}

async function withDeadline(sent: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>(done => {
    timer = setTimeout(done, SCREEN_DEADLINE);
  });
  await Promise.race([sent, deadline]);
  clearTimeout(timer);
}
