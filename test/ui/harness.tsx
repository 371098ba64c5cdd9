import { EventEmitter } from 'node:events';
import { render } from 'ink';
import type { AppState } from '../../src/store/app-state.ts';
import { realTimers } from '../../src/store/feed.ts';
import type { Effect } from '../../src/store/intents.ts';
import { type AppStore, createAppStore } from '../../src/store/store.ts';
import { App } from '../../src/ui/app.tsx';
import { screenClock } from '../../src/ui/clock.ts';
import { painter } from '../../src/ui/painter.ts';
import type { Look } from '../../src/ui/theme.ts';
import { NOW } from './fixtures/story.ts';

/** The app on a pretended terminal: keys go in as bytes, whole frames come out as text. */
export interface Rig {
  readonly store: AppStore;
  readonly effects: Effect[];
  readonly frame: () => string;
  readonly lines: () => readonly string[];
  readonly writes: () => number;
  readonly type: (bytes: string) => Promise<void>;
  readonly resize: (columns: number, rows: number) => Promise<void>;
  readonly settle: () => Promise<void>;
  /** Waits for something that takes a timer, such as a lone Esc. */
  readonly until: (check: () => boolean) => Promise<void>;
  readonly close: () => void;
  /** The local clock of the app. */
  readonly moment: { time: number };
}

class Output extends EventEmitter {
  columns = 120;
  rows = 40;
  readonly isTTY = true;
  readonly frames: string[] = [];
  onFrame: ((text: string) => void) | null = null;
  readonly write = (text: string): boolean => {
    if (this.onFrame === null) this.frames.push(text);
    else if (text.includes('\n')) this.onFrame(text);
    return true;
  };
}

class Input extends EventEmitter {
  readonly isTTY = true;
  data: string | null = null;
  readonly feed = (data: string): void => {
    this.data = data;
    this.emit('readable');
  };
  readonly read = (): string | null => {
    const { data } = this;
    this.data = null;
    return data;
  };
  setEncoding(): void {}
  setRawMode(): void {}
  ref(): void {}
  unref(): void {}
  pause(): void {}
  resume(): void {}
}

const open: Rig[] = [];

/** Lets React and Ink finish what was set off: they work in turns of the event loop. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise(done => setImmediate(done));
}

/** `live` shows a store that others fill, by their clock, and hears of every frame. */
export interface Live {
  readonly store: AppStore;
  readonly now: () => number;
  readonly onFrame: (frame: string) => void;
}

export function openApp(
  state: AppState,
  size: { columns: number; rows: number },
  look?: Look,
  live?: Live,
): Rig {
  const stdout = Object.assign(new Output(), size);
  if (live !== undefined) stdout.onFrame = live.onFrame;
  const stdin = new Input();
  const store = live?.store ?? createAppStore(state);
  const effects: Effect[] = [];
  const shown = look ?? { colour: false, ascii: false };
  const moment = { time: NOW };
  const now = live?.now ?? ((): number => moment.time);
  const clock = screenClock(store, now, realTimers);
  const desk = {
    store,
    painter: painter(store, clock, shown, now),
    perform: (e: Effect) => effects.push(e),
    now,
  };
  const rig: Rig = {
    store,
    effects,
    moment,
    frame: () => stdout.frames.findLast(text => text.includes('\n')) ?? '',
    lines: () => rig.frame().replace(/\n$/, '').split('\n'),
    writes: () => stdout.frames.length,
    type: async bytes => {
      stdin.feed(bytes);
      await settle();
    },
    resize: async (columns, rows) => {
      Object.assign(stdout, { columns, rows });
      stdout.emit('resize');
      await settle();
    },
    settle,
    until: async check => {
      const deadline = performance.now() + 2000;
      while (!check()) {
        if (performance.now() > deadline) throw new Error(`it did not happen; the screen:\n${rig.frame()}`);
        await settle();
      }
    },
    close: () => {
      clock.stop();
      instance.unmount();
    },
  };
  const instance = render(<App desk={desk} lookFor={() => shown} onReady={() => {}} />, {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    debug: true,
    interactive: true,
    patchConsole: false,
    exitOnCtrlC: false,
  });
  open.push(rig);
  return rig;
}

export function closeAll(): void {
  for (const rig of open.splice(0)) rig.close();
}
