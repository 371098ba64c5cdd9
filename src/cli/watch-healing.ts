import type { Settings } from '../config/settings.ts';
import type { HealRules } from '../recovery/heal.ts';
import type { AppStore } from '../store/store.ts';
import { healRules } from './heal-rules.ts';
import { type Healer, startHealer } from './healer.ts';
import type { Session, SessionOptions } from './session.ts';

/** Self-healing of the cluster on the screen. */
export interface WatchHealing {
  /** Stops it, or turns it on again. */
  readonly turn: (on: boolean) => void;
  /** Takes over what may run by itself now; at once, also in the middle of a countdown. */
  readonly configure: (settings: Settings) => void;
  readonly close: () => void;
}

export interface WatchHealingOptions extends SessionOptions {
  /** Actions that flags opt in, besides those of the configuration; left out: none runs by itself, whatever is configured. */
  readonly heal?: readonly string[];
}

const none: HealRules = { actions: [], notBetween: [], countdownMs: 30_000 };

/** Begins when the first action is opted in, which a changed configuration may do as well. */
export function watchHealing(store: AppStore, session: Session, options: WatchHealingOptions): WatchHealing {
  const { resolved, stateDir, heal } = options;
  let context = options.settings?.context;
  let healer: Healer | null = null;
  let isReady = false;
  let isClosed = false;
  const isProtected = (): boolean => context?.protected !== false;
  // A protected context is healed only by who names it, which no screen can ask before it acts.
  const rules = (): HealRules =>
    heal === undefined || context === undefined || isProtected() ? none : healRules(heal, context);
  const apply = (): void => {
    // A watch that is left before it was ready must not speak of the cluster that is shown instead.
    if (isClosed || !isReady) return;
    const isOn = store.getState().healing !== null;
    if (rules().actions.length === 0) {
      healer?.rest();
      if (isOn) store.setState({ healing: null });
    } else if (!isOn) {
      store.setState({ healing: { state: 'watching', why: null, remedy: null, until: null } });
      healer ??= startHealer({
        session,
        rules,
        resolved,
        stateDir,
        isProtected,
        show: healing => {
          if (rules().actions.length > 0) store.setState({ healing });
        },
      });
    }
  };
  void session.inspected.then(() => {
    isReady = true;
    apply();
  });
  return {
    turn: on => healer?.turn(on),
    configure: settings => {
      context = settings.context;
      apply();
    },
    close: () => {
      isClosed = true;
      healer?.close();
    },
  };
}
