import type { Effect } from '../store/intents.ts';
import type { AppStore } from '../store/store.ts';
import { tell } from '../store/updates.ts';
import { capabilities } from '../terminal/capabilities.ts';
import { type ExitGuard, guardExit } from '../terminal/guard-exit.ts';
import { startGuardian } from '../terminal/guardian.ts';
import { copySequence } from '../terminal/osc52.ts';
import { type OutputGate, outputGate } from '../terminal/output-gate.ts';
import { suspendSelf } from '../terminal/suspend-self.ts';
import { field } from '../text/field.ts';
import { homePath } from '../text/home-path.ts';
import { type Safe, say } from '../text/safe.ts';
import { renderApp, type Screen } from '../ui/render-app.tsx';
import { UsageError } from './arguments.ts';
import { writeCrashReport } from './crash-report.ts';
import { type DebugLog, openDebugLog } from './debug-log.ts';
import { type Watched, watchHealth } from './health.ts';
import { stateFolder } from './state-folder.ts';
import { version } from './version.ts';

export interface ScreenFlags {
  readonly ascii?: boolean;
  readonly 'no-color'?: boolean;
  readonly 'debug-log'?: string;
}

/** The screen, drawn at once; what a key asks for outside of it goes to `perform`. */
export interface LiveScreen {
  /** Ends as a user's quit does. */
  readonly quit: () => void;
  /** Resolves when the screen was given back. */
  readonly ended: Promise<void>;
}

export interface LiveOptions {
  readonly flags: ScreenFlags;
  readonly perform: (
    effect: Exclude<Effect, { kind: 'quit' | 'repaint' | 'suspend' | 'copy' | 'dump' }>,
  ) => void;
  readonly now: () => number;
  /** Closes what is open, before the process ends. */
  readonly onEnd: () => Promise<void>;
  /** What is watched now, for the page of internals. */
  readonly watched?: () => Watched | undefined;
  /** Values that are blanked out of reports and logs whatever they look like. */
  readonly secrets?: () => readonly string[];
}

/** Takes the terminal. Throws UsageError when there is none that can show a full screen. */
export function openScreen(store: AppStore, options: LiveOptions): LiveScreen {
  const { flags, now, onEnd } = options;
  const { stdout, stdin } = process;
  // A warning of Node or a library would be printed across the screen.
  process.removeAllListeners('warning');
  const able = capabilities(process.env, stdout.isTTY && stdin.isTTY, stdout.columns, stdout.rows);
  if (!able.interactive)
    throw new UsageError('the monitor needs a terminal; without one, use: groundup check');
  const log = openLog(options);
  let screen: Screen | undefined;
  const repaint = oneAtATime(async () => screen?.repaint());
  let finish: () => void = () => undefined;
  const ended = new Promise<void>(done => {
    finish = done;
  });
  const gate: OutputGate = outputGate(stdout, {
    onCaughtUp: repaint,
    onGone: () => guard.end({ why: 'hangup', code: 129 }),
  });
  const guardian = startGuardian(stdout.fd, KILLED);
  const stopHealth = watchHealth({ store, gate, log, watched: options.watched ?? (() => undefined) });
  const report = (error: unknown): Safe | null => reportError(error, options, log);
  const giveBack = (): void => {
    gate.leave();
    guardian.screenGiven();
  };
  const guard: ExitGuard = guardExit({ gate: { leave: giveBack }, stdin, report, onEnd: () => onEnd() });
  const onResize = settled(repaint);
  const quit = (): void => {
    process.off('SIGWINCH', onResize);
    stopHealth();
    screen?.unmount();
    giveBack();
    guard.undo();
    void onEnd().then(finish);
  };
  const suspend = (): void => {
    guardian.screenGiven();
    void suspendSelf({ gate, stdin, onResume: guardian.screenTaken });
  };
  // Before the first frame: until then the terminal would echo what is typed, and an echo at its edge scrolls the frame.
  stdin.setRawMode(true);
  guardian.screenTaken();
  screen = renderApp(store, {
    stdout: gate.stdout,
    stdin,
    capabilities: {
      colour: able.colour && flags['no-color'] !== true,
      unicode: able.unicode && flags.ascii !== true,
    },
    perform: performer(store, options, { gate, quit, repaint, suspend, text: () => screen?.text() ?? '' }),
    isLate: gate.isLate,
    failed: report,
    onCrash: error => guard.end({ why: 'crash', code: 70, error }),
    now,
  });
  process.on('SIGWINCH', onResize);
  return { quit, ended };
}

/** What stands on the terminal after a death that could not be announced. */
const KILLED =
  'groundup was killed; the terminal is as it was before, and running actions went on: groundup runs';

interface Hands {
  readonly gate: OutputGate;
  readonly quit: () => void;
  readonly repaint: () => void;
  readonly suspend: () => void;
  /** The screen as text. */
  readonly text: () => string;
}

function performer(store: AppStore, { perform, now }: LiveOptions, hands: Hands): (effect: Effect) => void {
  return effect => {
    if (effect.kind === 'quit' || effect.kind === 'repaint' || effect.kind === 'suspend')
      hands[effect.kind]();
    else if (effect.kind === 'copy') copy(store, hands.gate, effect.text, now);
    else if (effect.kind === 'dump') void dump(store, hands.text(), now);
    else perform(effect);
  };
}

function openLog({ flags, secrets = () => [] }: LiveOptions): DebugLog | null {
  const path = flags['debug-log'];
  if (path === undefined) return null;
  const log = openDebugLog(path, secrets);
  log.write('start', { version, node: process.versions.node, pid: process.pid });
  process.once('exit', code => log.write('end', { code }));
  return log;
}

function reportError(error: unknown, { secrets = () => [] }: LiveOptions, log: DebugLog | null): Safe | null {
  log?.write('error', { error: String(error) });
  let known: readonly string[] = [];
  try {
    known = secrets();
  } catch {
    // What they are is not known; their shapes still are.
  }
  return writeCrashReport({ error, argv: process.argv.slice(2), env: process.env, secrets: known });
}

/** The renderer cannot give the terminal away twice: what is asked for meanwhile is done once, afterwards. */
function oneAtATime(work: () => Promise<void>): () => void {
  let isBusy = false;
  let isWanted = false;
  const start = async (): Promise<void> => {
    isBusy = true;
    do {
      isWanted = false;
      await work();
    } while (isWanted);
    isBusy = false;
  };
  return () => {
    if (isBusy) isWanted = true;
    else void start();
  };
}

/** How long a size must stay before the screen is painted anew, in ms; the renderer has heard of it by then. */
const SETTLED = 150;

/**
 * Frames that were under way when the size changed were meant for another terminal, and the renderer writes only the
 * lines that differ from them; so once the size stays, everything is painted anew. A size that came back before it was
 * asked for is no change to Node, but the terminal cut the screen all the same: hence the signal.
 */
function settled(work: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, SETTLED);
    timer.unref();
  };
}

function copy(store: AppStore, gate: OutputGate, text: string, now: () => number): void {
  const sequence = copySequence(text);
  if (sequence !== undefined) void gate.send(sequence);
  else
    store.setState(state =>
      tell(state, say`too long for the clipboard; Ctrl-S saves the log to a file`, now(), 'bad'),
    );
}

async function dump(store: AppStore, text: string, now: () => number): Promise<void> {
  const { dumpScreen } = await import('./dump.ts');
  const said = await dumpScreen(stateFolder(process.env), text, now()).then(
    path => ({ text: say`the screen is in ${homePath(path)}`, tone: 'plain' as const }),
    (error: unknown) => ({
      text: say`the screen could not be written: ${field(error instanceof Error ? error.message : String(error))}`,
      tone: 'bad' as const,
    }),
  );
  store.setState(state => tell(state, said.text, now(), said.tone));
}
