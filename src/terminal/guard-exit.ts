import { writeSync } from 'node:fs';
import { field } from '../text/field.ts';
import { redact } from '../text/redact.ts';
import type { Safe } from '../text/safe.ts';
import { clip } from '../text/width.ts';
import type { OutputGate } from './output-gate.ts';

/** Why the process ends, with the exit code that says so to the shell. */
export type Ending =
  | { readonly why: 'hangup'; readonly code: 129 }
  | { readonly why: 'interrupted'; readonly code: 130 }
  | { readonly why: 'terminated'; readonly code: 143 | 131 }
  | { readonly why: 'crash'; readonly code: 70; readonly error: unknown };

export type ExitGuardOptions = {
  readonly gate: Pick<OutputGate, 'leave'>;
  readonly stdin: NodeJS.ReadStream;
  /** Last things to do, such as closing a journal; what takes longer than 1.5 s is cut off. */
  readonly onEnd: (ending: Ending) => void | Promise<void>;
  /** Writes down an error that nobody caught; returns where, or null. */
  readonly report?: (error: unknown) => Safe | null;
};

/** The process is gone within 2 s of a hangup; this is what is left for last things, in ms. */
const LAST_THINGS = 1500;
const LONGEST_REASON = 300;

const SIGNALS = {
  SIGHUP: { why: 'hangup', code: 129 },
  SIGINT: { why: 'interrupted', code: 130 },
  SIGTERM: { why: 'terminated', code: 143 },
  SIGQUIT: { why: 'terminated', code: 131 },
} as const satisfies Record<string, Ending>;

export type ExitGuard = {
  /** Ends the process as a signal would; for the gate's `onGone`, and for a quit that must restore the screen. */
  readonly end: (ending: Ending) => void;
  readonly undo: () => void;
};

/**
 * Makes every way out give the terminal back: signals, a closed terminal, an error nobody caught. The screen is
 * restored first, then last things run, then the process exits with the code of its reason; a second signal exits at
 * once. A lost terminal (end of stdin, EIO) counts as a hangup: without this, such a process would live on, unseen.
 */
export function guardExit(options: ExitGuardOptions): ExitGuard {
  const { stdin } = options;
  let isEnding = false;
  const end = (ending: Ending): void => {
    if (isEnding) {
      if (ending.why === 'interrupted' || ending.why === 'terminated') process.exit(ending.code);
      return;
    }
    isEnding = true;
    giveBack(options);
    if (ending.why === 'crash') tell(ending.error, reported(options, ending.error));
    void lastThings(options, ending).then(() => process.exit(ending.code));
  };
  const onSignal = (signal: keyof typeof SIGNALS): void => end(SIGNALS[signal]);
  const onCrash = (error: unknown): void => end({ why: 'crash', code: 70, error });
  const onHangup = (): void => end(SIGNALS.SIGHUP);
  const onExit = (): void => giveBack(options);
  const signals = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[];

  for (const signal of signals) process.on(signal, onSignal);
  // Node opens a debugger on it, and says so across the screen.
  process.on('SIGUSR1', ignore);
  process.on('uncaughtException', onCrash);
  process.on('unhandledRejection', onCrash);
  process.on('exit', onExit);
  for (const event of ['end', 'close', 'error']) stdin.on(event, onHangup);
  return {
    end,
    undo: () => {
      for (const signal of signals) process.off(signal, onSignal);
      process.off('SIGUSR1', ignore);
      process.off('uncaughtException', onCrash);
      process.off('unhandledRejection', onCrash);
      process.off('exit', onExit);
      for (const event of ['end', 'close', 'error']) stdin.off(event, onHangup);
    },
  };
}

function ignore(): void {}

function giveBack({ gate, stdin }: ExitGuardOptions): void {
  try {
    gate.leave();
    if (stdin.isTTY) stdin.setRawMode(false);
  } catch {
    // The terminal may be gone already; there is nothing left to give back to.
  }
}

async function lastThings({ onEnd }: ExitGuardOptions, ending: Ending): Promise<void> {
  const deadline = new Promise<void>(done => setTimeout(done, LAST_THINGS));
  try {
    await Promise.race([onEnd(ending), deadline]);
  } catch {
    // Whatever fails now must not keep the process from ending with the code of its first reason.
  }
}

function reported({ report }: ExitGuardOptions, error: unknown): Safe | null {
  try {
    return report?.(error) ?? null;
  } catch {
    return null;
  }
}

function tell(error: unknown, where: Safe | null): void {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const shown = clip(field(redact(reason)), LONGEST_REASON);
  const report = where === null ? '' : `; a report is in ${where}`;
  try {
    writeSync(
      2,
      `groundup stopped because of an error in itself (${shown})${report}; running actions were not touched.\n`,
    );
  } catch {
    // stderr may be closed.
  }
}
