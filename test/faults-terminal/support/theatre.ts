import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { startTestApi, type TestApi } from '../../e2e/api-for-tests.ts';
import { eventually, makeSandbox, program, type Sandbox, show } from '../../e2e/program.ts';
import { openTerminal, type TerminalOptions, type TestTerminal } from '../../support/terminal.ts';
import { isAlive } from '../../terminal/in-pty.ts';

export { isAlive };

/** The monitor on a cluster that outlives it, in terminals that can be mistreated. Nothing outlives a test. */
export interface Theatre {
  readonly api: () => TestApi;
  readonly sandbox: () => Sandbox;
  /** Arguments that point the program at the cluster. */
  readonly there: () => readonly string[];
  /** The monitor, once it shows a healthy cluster. */
  readonly monitor: (args?: readonly string[], options?: TerminalOptions) => Promise<TestTerminal>;
  readonly open: (args: readonly string[], options?: TerminalOptions) => TestTerminal;
  /** An interactive bash in a terminal. */
  readonly shell: (options?: TerminalOptions) => Promise<Shell>;
}

export interface Shell {
  readonly terminal: TestTerminal;
  /** Types a line, waits until it is done, and gives what it printed. */
  readonly run: (line: string) => Promise<string>;
  /** Starts the monitor in the foreground, and gives its process id once it shows a healthy cluster. */
  readonly monitor: (env?: string) => Promise<number>;
  /** An empty screen, so that nothing of before is taken for news. */
  readonly clear: () => Promise<void>;
}

export const healthy = /all eight layers healthy/;

export function theatre(): Theatre {
  let api: TestApi;
  let sandbox: Sandbox;
  let opened: TestTerminal[];
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());
  beforeEach(() => {
    sandbox = makeSandbox();
    opened = [];
  });
  afterEach(async () => {
    for (const terminal of opened) terminal.kill('SIGKILL');
    await Promise.all(
      opened.map(({ ended }) => Promise.race([ended, new Promise(late => setTimeout(late, 3_000))])),
    );
    sandbox.remove();
  });
  const keep = (terminal: TestTerminal): TestTerminal => {
    opened.push(terminal);
    return terminal;
  };
  const there = (): readonly string[] => ['--kubeconfig', api.kubeconfig(sandbox, 'admin')];
  const open = (args: readonly string[], options?: TerminalOptions): TestTerminal =>
    keep(show(sandbox, args, options));
  return {
    api: () => api,
    sandbox: () => sandbox,
    there,
    open,
    monitor: async (args = [], options) => {
      const terminal = open([...there(), ...args], options);
      await terminal.until(healthy);
      return terminal;
    },
    shell: async (options = {}) => {
      const env = { ...sandbox.env, PS1: 'ready> ', HISTFILE: '', ...options.env };
      const terminal = keep(
        openTerminal('/bin/bash', ['--norc', '--noprofile', '-i'], { ...options, cwd: sandbox.folder, env }),
      );
      await terminal.until(/ready> $/m);
      return shellOf(terminal, sandbox, () => `${process.execPath} ${program} ${there().join(' ')}`);
    },
  };
}

function shellOf(terminal: TestTerminal, sandbox: Sandbox, command: () => string): Shell {
  let lines = 0;
  return {
    terminal,
    run: async line => {
      const [out, done] = [join(sandbox.folder, `out-${lines}`), join(sandbox.folder, `done-${lines++}`)];
      terminal.write(`{ ${line}; } > ${out} 2>&1; touch ${done}\r`);
      await eventually(line, () => existsSync(done), Boolean);
      return readFileSync(out, 'utf8');
    },
    monitor: async (env = '') => {
      const file = join(sandbox.folder, 'pid');
      // `exec` in a subshell: the process that is waited for is the program itself.
      terminal.write(`(echo $BASHPID > ${file}; exec env ${env} ${command()})\r`);
      await terminal.until(healthy);
      return Number(readFileSync(file, 'utf8'));
    },
    clear: async () => {
      terminal.write('clear\r');
      await terminal.until(screen => /^ready>\s*$/.test(screen));
    },
  };
}

/** Terminal settings as `stty` prints them, from the shell that owns the terminal. */
export async function settings(shell: Shell): Promise<string> {
  return shell.run('stty -a < /dev/tty');
}

/** What a person would see of a terminal that was given back. */
export async function expectGivenBack(terminal: TestTerminal): Promise<void> {
  // What was written last may still be on its way to the emulator.
  await eventually(
    'the normal screen',
    () => terminal.emulator.buffer.active.type,
    type => type === 'normal',
  );
  const raw = terminal.raw();
  expect(raw.lastIndexOf('\x1b[?25h')).toBeGreaterThan(raw.lastIndexOf('\x1b[?25l'));
  expect(raw.lastIndexOf('\x1b[?2004l')).toBeGreaterThan(-1);
}

/** Every panel that begins ends, and nothing stands where only frames belong. */
export function isWhole(screen: string): boolean {
  const count = (corner: string): number => screen.split(corner).length - 1;
  return ['╭', '╮', '╰', '╯'].every(corner => count(corner) === 9) && healthy.test(screen);
}
