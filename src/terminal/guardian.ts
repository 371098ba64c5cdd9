import { spawn } from 'node:child_process';
import { restoreSequence } from './screen-sequences.ts';

/** Watches over a process that took the screen, and gives the terminal back when it was killed without a chance to do so. */
export interface Guardian {
  /** The screen is ours: from now on a sudden death is repaired. */
  readonly screenTaken: () => void;
  /** The screen is given back, for a while or for good. */
  readonly screenGiven: () => void;
}

/**
 * A shell that waits for the end of a pipe that only our process holds open: whatever kills us closes it. It notes how the
 * terminal was set before we changed it (in a process group of its own it outlives a signal to ours, and it ignores the
 * signals that keep a background process from setting a terminal); without a word that the screen was given back, it
 * restores screen and settings and prints the sentence.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM PIPE TTOU TTIN TSTP
modes=$(stty -g <&3 2>/dev/null) || modes=sane
case "$(stty -a <&3 2>/dev/null)" in *-icanon*) modes=sane;; esac
state=given
while IFS= read -r line; do state=$line; done
[ "$state" = taken ] || exit 0
printf '%b' "$1" >&3
stty "$modes" <&3
printf '%s\\r\\n' "$2" >&3
`;

/**
 * Starts the guardian of this process; `sentence` is what it says after a death nobody announced. `tty` is the terminal's
 * file descriptor. Without a shell there is none, and everything else is as before.
 */
export function startGuardian(tty: number, sentence: string): Guardian {
  const restore = restoreSequence.replaceAll('\x1b', '\\033');
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'groundup-guardian', restore, sentence], {
    stdio: ['pipe', 'ignore', 'ignore', tty],
    detached: true,
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
  });
  const { stdin } = child;
  for (const part of [child, stdin]) part?.on('error', () => {});
  child.unref();
  (stdin as { unref?: () => void } | null)?.unref?.();
  const tell = (state: 'taken' | 'given'): void => {
    if (stdin?.writable) stdin.write(`${state}\n`);
  };
  return { screenTaken: () => tell('taken'), screenGiven: () => tell('given') };
}
