import { render } from 'ink';
import { realTimers, type Timers } from '../store/feed.ts';
import type { Effect } from '../store/intents.ts';
import type { AppStore } from '../store/store.ts';
import { keepRaw } from '../terminal/keep-raw.ts';
import { App, type SuspendTerminal } from './app.tsx';
import { screenClock } from './clock.ts';
import { type Failed, painter } from './painter.ts';
import { looks } from './theme.ts';

export interface ScreenOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly capabilities: { readonly colour: boolean; readonly unicode: boolean };
  /** Does what a key asked for outside of the screen. */
  readonly perform: (effect: Effect) => void;
  /** Local epoch ms. */
  readonly now: () => number;
  /** The terminal does not keep up: keys are typed blindly. */
  readonly isLate?: () => boolean;
  /** A view could not be drawn; the screen goes on. */
  readonly failed?: Failed;
  /** A component broke, and with it the screen: it was given back already. */
  readonly onCrash?: (error: unknown) => void;
  readonly maxFps?: number;
  readonly timers?: Timers;
}

export interface Screen {
  readonly unmount: () => void;
  /** What the screen shows, as text. */
  readonly text: () => string;
  readonly waitUntilExit: () => Promise<unknown>;
  /** Paints everything anew, as after foreign text on the screen. */
  readonly repaint: () => Promise<void>;
  /** Gives the terminal back while `task` runs, then paints everything anew. */
  readonly whileAway: (task: () => void | Promise<void>) => Promise<void>;
}

/** Shows the store on a terminal until it is unmounted. Paints at once, whatever the store knows. */
export function renderApp(store: AppStore, options: ScreenOptions): Screen {
  const { stdout, stdin, capabilities, perform, now, maxFps = 30, timers = realTimers } = options;
  const look = looks(capabilities);
  const clock = screenClock(store, now, timers);
  const desk = {
    store,
    painter: painter(store, clock, look, now, options.failed),
    perform,
    now,
    isLate: options.isLate ?? (() => false),
  };
  let suspend: SuspendTerminal | null = null;
  let isRepainting = false;
  const ready = (how: SuspendTerminal): void => {
    suspend = how;
  };
  const instance = render(<App desk={desk} lookFor={look} onReady={ready} />, {
    stdout,
    stdin: keepRaw(stdin, () => isRepainting),
    maxFps,
    alternateScreen: true,
    incrementalRendering: true,
    interactive: true,
    patchConsole: false,
    exitOnCtrlC: false,
  });
  // Without this, a broken component would leave a process that nobody sees.
  instance.waitUntilExit().catch((error: unknown) => options.onCrash?.(error));
  const whileAway = async (task: () => void | Promise<void>): Promise<void> => {
    await suspend?.(task);
  };
  return {
    unmount: () => {
      clock.stop();
      instance.unmount();
    },
    text: desk.painter.text,
    waitUntilExit: instance.waitUntilExit,
    repaint: async () => {
      isRepainting = true;
      try {
        await whileAway(() => {});
      } finally {
        isRepainting = false;
      }
    },
    whileAway,
  };
}
