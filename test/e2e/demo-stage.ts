import { afterEach, beforeEach, expect } from 'vitest';
import type { TerminalOptions, TestTerminal } from '../support/terminal.ts';
import { eventually, makeSandbox, type Sandbox, show } from './program.ts';

export const titles = [
  'API',
  'Nodes',
  'CNI',
  'Pod networking',
  'CoreDNS',
  'Service disc',
  'Flux',
  'Applications',
];
export const healthy = /all eight layers healthy/;
export const cniGone = /ROOT CAUSE .*CNI .*DaemonSet kube-system\/cilium does not exist/;
export const syncCilium = /helmfile --file \S*bootstrap\/helmfile\.yaml .*--selector name=cilium sync/;

/** Screens of one test file: each test has a sandbox of its own, and nothing that it opened outlives it. */
export interface Stage {
  readonly sandbox: () => Sandbox;
  readonly open: (args: readonly string[], options?: TerminalOptions) => TestTerminal;
  readonly demo: (args?: readonly string[], options?: TerminalOptions) => TestTerminal;
  /** Presses q, and expects the exit code 0 and everything given back. */
  readonly quit: (terminal: TestTerminal) => Promise<void>;
  /** The main screen is back, its cursor shows, nothing of ours stays on it, and the demo's folder is gone. */
  readonly expectRestored: (terminal: TestTerminal) => void;
}

export function stage(): Stage {
  let sandbox: Sandbox;
  let opened: TestTerminal[];
  beforeEach(() => {
    sandbox = makeSandbox();
    opened = [];
  });
  afterEach(async () => {
    for (const terminal of opened) terminal.kill('SIGKILL');
    await Promise.all(opened.map(({ ended }) => ended));
    sandbox.remove();
  });
  const open = (args: readonly string[], options?: TerminalOptions): TestTerminal => {
    const terminal = show(sandbox, args, options);
    opened.push(terminal);
    return terminal;
  };
  const expectRestored = (terminal: TestTerminal): void => {
    const raw = terminal.raw();
    expect(raw.lastIndexOf('\x1b[?1049l')).toBeGreaterThan(raw.lastIndexOf('\x1b[?1049h'));
    expect(raw.lastIndexOf('\x1b[?25h')).toBeGreaterThan(raw.lastIndexOf('\x1b[?25l'));
    expect(terminal.emulator.buffer.active.type).toBe('normal');
    expect(terminal.screen().join('').trim()).toBe('');
    expect(sandbox.left()).toEqual([]);
  };
  return {
    sandbox: () => sandbox,
    open,
    demo: (args = [], options) => open(['demo', ...args], options),
    quit: async terminal => {
      await terminal.press('q');
      const { code } = await terminal.ended;
      expect(code, terminal.screen().join('\n')).toBe(0);
      expectRestored(terminal);
    },
    expectRestored,
  };
}

/** Keys in the first 300 ms of a question are not answers, so what was typed is looked for before it is relied on. */
export async function answer(terminal: TestTerminal, word: string): Promise<void> {
  await eventually(
    `${word} was taken`,
    async () => {
      const shown = terminal.screen().join('\n');
      if (new RegExp(`to run it: +${word}(?!\\w)`).test(shown)) return true;
      await terminal.press('\x7f'.repeat(12), word);
      return false;
    },
    isTaken => isTaken,
  );
}

/** Walks down a menu until the line that is marked matches, then takes it. */
export async function chooseInMenu(terminal: TestTerminal, line: RegExp): Promise<void> {
  const marked = (): string => terminal.screen().find(row => /│ [▸>] [ ✗x] /.test(row)) ?? '';
  for (let steps = 0; !line.test(marked()); steps++) {
    const before = marked();
    if (steps > 40) throw new Error(`no line ${line}:\n${terminal.screen().join('\n')}`);
    await terminal.press('Down');
    await terminal.until(() => marked() !== before, 30_000);
  }
  await terminal.press('Enter');
}

/** Types the word and runs: as a hand would, Enter comes again when a busy screen had it dropped. */
export async function confirm(terminal: TestTerminal, word: string): Promise<void> {
  await answer(terminal, word);
  const isAsked = (): boolean => /to run it:/.test(terminal.screen().join('\n'));
  for (let tries = 0; tries < 10 && isAsked(); tries++) {
    await terminal.press('Enter');
    await terminal.until(() => !isAsked(), 3_000).catch(() => undefined);
  }
}

/** All eight layers show their green sign. */
export function allGreen(screen: string): boolean {
  return titles.every((title, key) => new RegExp(`${key} ${title}.*●`).test(screen));
}
