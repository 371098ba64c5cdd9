import type { AppState } from '../store/app-state.ts';
import { endOf } from '../store/select/as-it-was.ts';
import { type AppStore, createAppStore } from '../store/store.ts';
import { tell } from '../store/updates.ts';
import { say } from '../text/safe.ts';
import { readArguments, UsageError } from './arguments.ts';
import { replayFlags } from './commands.ts';
import { exitCodes } from './exit-codes.ts';
import { readRecording } from './read-recording.ts';
import { replayState } from './replay-state.ts';
import { openScreen } from './screen.ts';

const TICK = 250;

/** The monitor on a recording: no cluster is asked, nothing can be changed. */
export async function replay(argv: readonly string[]): Promise<number> {
  const { values, words } = readArguments(argv, replayFlags, 1);
  const [path] = words;
  if (path === undefined)
    throw new UsageError('replay needs the FILE of a recording; --record FILE makes one');
  const speed = readSpeed(values.speed);
  const store = createAppStore(replayState(await readRecording(path)));
  store.setState(state => tell(state, say`Space plays, [ and ] go from change to change`, Date.now()));
  const stop = player(store, speed);
  const screen = openScreen(store, {
    flags: values,
    now: Date.now,
    perform: () => {},
    onEnd: () => {
      stop();
      return Promise.resolve();
    },
  });
  await screen.ended;
  return exitCodes.healthy;
}

function readSpeed(given: string | undefined): number {
  const speed = Number(given ?? 10);
  if (Number.isFinite(speed) && speed > 0 && speed <= 10_000) return speed;
  throw new UsageError(`--speed cannot be '${given}'; it is a number up to 10000`);
}

/** Moves the moment that is shown while the state says that it plays; returns the undo. */
function player(store: AppStore, speed: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  const halt = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  const undo = store.subscribe(({ view }) => {
    if (view.playing && timer === undefined)
      timer = setInterval(() => store.setState(state => played(state, TICK * speed)), TICK);
    if (!view.playing) halt();
  });
  return () => {
    undo();
    halt();
  };
}

/** Ticks of silence that are played; more of it is passed over. */
const SILENT_TICKS = 8;

/** The state `ms` later; a long time in which nothing changes is cut short. */
export function played(state: AppState, ms: number): AppState {
  const { view, world } = state;
  if (!view.playing || view.asOf === null) return state;
  const end = endOf(world);
  const next = Math.min(world.memory.moments.find(({ at }) => at > (view.asOf ?? 0))?.at ?? end, end);
  const isLong = next - view.asOf > ms * SILENT_TICKS;
  const asOf = isLong ? next - ms : Math.min(view.asOf + ms, end);
  return { ...state, view: { ...view, asOf, playing: asOf < end } };
}
