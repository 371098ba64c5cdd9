import { type Countdown, countDown } from '../recovery/heal-countdown.ts';
import type { Remedy } from '../recovery/plan.ts';
import type { Healing as HealingView } from '../store/app-state.ts';
import { type Safe, say } from '../text/safe.ts';
import { type HealingLook, type HealingOptions, openHealing } from './healing.ts';

export interface HealerOptions extends HealingOptions {
  /** Told after every look that changed something. */
  readonly show: (view: HealingView) => void;
}

/** Self-healing in the monitor: it says what it is about to do, and waits long enough to be stopped. */
export interface Healer {
  /** Stops healing until it is turned on again, or turns it on again. */
  readonly turn: (on: boolean) => void;
  /** Forgets a countdown: nothing may run by itself now. */
  readonly rest: () => void;
  readonly close: () => void;
}

export function startHealer(options: HealerOptions): Healer {
  const { session, rules, show, now = Date.now } = options;
  const healing = openHealing(options);
  let countdown: Countdown | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let turned: Promise<void> = Promise.resolve();
  const tell = teller(view => !isClosed && show(view));

  const turn = async (): Promise<void> => {
    await turned;
    const look = await healing.look();
    if (isClosed) return;
    const next = countDown(countdown, look.decision, now(), rules().countdownMs);
    countdown = next.countdown;
    if (next.act === null) return tell(viewOf(look, countdown));
    const why = await begin(next.act);
    tell(why === null ? watching : { ...watching, state: 'human', why });
  };
  /** Null when it began, or when it was stopped in time; else why not. */
  const begin = async (remedy: Remedy): Promise<Safe | null> => {
    const ready = await healing.ready(remedy);
    await turned;
    if (isClosed || (await healing.look()).decision.kind !== 'act') return null;
    if ('why' in ready) return ready.why;
    const started = await session.runs.start(ready.plan);
    return started.ok ? null : started.why;
  };
  const schedule = (): void => {
    if (isClosed) return;
    const wait = countdown === null ? healing.everyMs : Math.min(healing.everyMs, COUNTING_MS);
    timer = setTimeout(
      () =>
        void turn()
          .catch(() => {})
          .finally(schedule),
      wait,
    );
    timer.unref();
  };
  void session.inspected.then(schedule);
  return {
    turn: on => {
      countdown = null;
      turned = turned.then(on ? healing.resume : healing.pause).catch(() => {});
      tell(on ? watching : { ...watching, state: 'stopped', why: say`stopped by a key` });
    },
    rest: () => {
      countdown = null;
      tell(watching);
    },
    close: () => {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

const watching: HealingView = { state: 'watching', why: null, remedy: null, until: null };

/** Tells a view when it differs from the one before. */
function teller(show: (view: HealingView) => void): (view: HealingView) => void {
  let shown = watching;
  return view => {
    const isSame =
      view.state === shown.state &&
      view.why === shown.why &&
      view.until === shown.until &&
      view.remedy?.title === shown.remedy?.title;
    shown = view;
    if (!isSame) show(view);
  };
}

function viewOf({ decision, isSettled }: HealingLook, countdown: Countdown | null): HealingView {
  if (countdown !== null)
    return { state: 'countdown', why: null, remedy: countdown.remedy, until: countdown.until };
  if (decision.kind === 'wait' && isSettled) return { ...watching, why: decision.why };
  if (decision.kind !== 'human' || !isSettled) return watching;
  return { ...watching, state: decision.rail === 'paused' ? 'stopped' : 'human', why: decision.why };
}

/** While it counts down, what speaks against it must be seen at once. */
const COUNTING_MS = 1_000;
