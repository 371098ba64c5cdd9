import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type IPty, spawn } from '@lydell/node-pty';
import { expect } from 'vitest';

/** A program in a pseudo-terminal, with everything it wrote so far and how it ended. */
export type InPty = {
  readonly pty: IPty;
  readonly output: () => string;
  readonly ended: Promise<{ readonly exitCode: number; readonly signal?: number | undefined }>;
  /** Waits until the output matches, and fails with the output when it does not in time. */
  readonly until: (pattern: RegExp) => Promise<RegExpExecArray>;
};

export const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

const ENVIRONMENT = {
  PATH: process.env.PATH ?? '',
  TERM: 'xterm-256color',
  LANG: 'C.UTF-8',
  NODE_ENV: 'production',
};

export function inPty(command: string, args: readonly string[]): InPty {
  const pty = spawn(command, [...args], { cols: 80, rows: 24, env: ENVIRONMENT });
  let output = '';
  pty.onData(data => {
    output += data;
  });
  return {
    pty,
    output: () => output,
    ended: new Promise(done => pty.onExit(done)),
    until: async pattern => {
      await expect
        .poll(() => (pattern.test(output) ? pattern.source : output.slice(-500)), {
          timeout: 10_000,
          interval: 10,
        })
        .toBe(pattern.source);
      return pattern.exec(output) as RegExpExecArray;
    },
  };
}

/** Whether a process still runs; a zombie does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Closes the terminal under the program, as a dropped connection does. */
export function close({ pty }: InPty): void {
  (pty as IPty & { readonly destroy: () => void }).destroy();
}
