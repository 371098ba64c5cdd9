import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

/** A program in a pseudo terminal, with an emulator as the judge of what a person would see. */
export interface TestTerminal {
  /** The screen now, one string a row, blanks at the end cut. */
  readonly screen: () => readonly string[];
  readonly emulator: InstanceType<typeof xterm.Terminal>;
  /** Waits until the whole screen matches; fails with the screen in the message. */
  readonly until: (what: RegExp | ((screen: string) => boolean), withinMs?: number) => Promise<string>;
  readonly press: (...keys: readonly string[]) => Promise<void>;
  /** Types without waiting. */
  readonly send: (text: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** Bytes that the program wrote so far. */
  readonly bytes: () => number;
  readonly raw: () => string;
  readonly pid: number;
  /** Reads nothing more, as a stalled terminal does, until `release`. */
  readonly hold: () => void;
  readonly release: () => void;
  readonly ended: Promise<{ readonly code: number; readonly signal: number }>;
  readonly kill: (signal?: string) => void;
  /** Bytes as they are, without a pause. */
  readonly write: (bytes: string) => void;
  /** Takes nothing of what the program writes, until `read`. */
  readonly stall: () => void;
  readonly read: () => void;
  /** Closes the terminal under the program, as a dropped connection does. */
  readonly hangUp: () => void;
}

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const named: Readonly<Record<string, string>> = {
  Enter: '\r',
  Esc: '\x1b',
  Tab: '\t',
  Backspace: '\x7f',
  Up: '\x1b[A',
  Down: '\x1b[B',
  PgUp: '\x1b[5~',
  PgDn: '\x1b[6~',
  'Ctrl-C': '\x03',
  'Ctrl-L': '\x0c',
  'Ctrl-Z': '\x1a',
};

/** Starts `command` in a terminal of the given size; the environment is clean but for what is named. */
export function openTerminal(
  command: string,
  args: readonly string[],
  options: TerminalOptions = {},
): TestTerminal {
  const { columns = 120, rows = 40 } = options;
  const emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 });
  const { PATH = '', HOME = '/tmp' } = process.env;
  const env = { PATH, HOME, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...options.env };
  const child = pty.spawn(command, [...args], {
    cols: columns,
    rows,
    env,
    cwd: options.cwd ?? process.cwd(),
  });
  let raw = '';
  let bytes = 0;
  const painting = paintingOf();
  child.onData(data => {
    bytes += Buffer.byteLength(data);
    raw = (raw + data).slice(-4_000_000);
    emulator.write(data, painting.took(data));
  });
  emulator.onData(answer => child.write(answer));
  const ended = new Promise<{ code: number; signal: number }>(done => {
    child.onExit(({ exitCode, signal }) => done({ code: exitCode, signal: signal ?? 0 }));
  });
  const screen = (): string[] =>
    Array.from({ length: emulator.rows }, (_, y) => {
      const { active } = emulator.buffer;
      return active.getLine(active.viewportY + y)?.translateToString(true) ?? '';
    });
  return {
    screen,
    emulator,
    until: (what, withinMs = 60_000) => until(() => screen().join('\n'), painting.isHalf, what, withinMs),
    press: async (...keys) => {
      for (const key of keys) {
        child.write(named[key] ?? key);
        // With a key close behind it, an escape is read as that key with Alt; nobody types so fast.
        await pause(key === 'Esc' ? 250 : 40);
      }
    },
    send: text => child.write(text),
    resize: (cols, lines) => {
      child.resize(cols, lines);
      emulator.resize(cols, lines);
    },
    bytes: () => bytes,
    raw: () => raw,
    pid: child.pid,
    hold: () => child.pause(),
    release: () => child.resume(),
    ended,
    kill: signal => child.kill(signal),
    write: data => child.write(data),
    stall: () => child.pause(),
    read: () => child.resume(),
    hangUp: () => (child as typeof child & { readonly destroy: () => void }).destroy(),
  };
}

const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';
/** Who dies in the middle of a frame leaves it half. */
const ABANDONED_MS = 500;

/** Whether a frame has begun and not ended: a person never sees such a screen. */
function paintingOf(): { readonly took: (data: string) => () => void; readonly isHalf: () => boolean } {
  let tail = '';
  let isOpen = false;
  let unread = 0;
  let last = 0;
  return {
    took: data => {
      const text = tail + data;
      tail = text.slice(1 - BEGIN.length);
      const [begun, ended] = [text.lastIndexOf(BEGIN), text.lastIndexOf(END)];
      if (begun !== ended) isOpen = begun > ended;
      last = performance.now();
      unread++;
      return () => void unread--;
    },
    isHalf: () => (isOpen || unread > 0) && performance.now() - last < ABANDONED_MS,
  };
}

async function until(
  screen: () => string,
  isHalf: () => boolean,
  what: RegExp | ((screen: string) => boolean),
  withinMs: number,
): Promise<string> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const now = screen();
    if (!isHalf() && (typeof what === 'function' ? what(now) : what.test(now))) return now;
    if (performance.now() > deadline) throw new Error(`not seen within ${withinMs} ms: ${what}\n${now}`);
    await pause(25);
  }
}

/** A poll step, not a wait for luck: every caller has a deadline. */
function pause(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms));
}
