import type { ContextSettings } from '../config/context-settings.ts';
import { defaultSettings } from '../config/default-settings.ts';
import type { Safe } from '../text/safe.ts';
import { monitorRound } from './probe-round.ts';
import type { Prober } from './probing.ts';
import type { Session, SessionOptions } from './session.ts';

export interface Probing {
  /** Runs the active checks once. */
  readonly probe: () => void;
  /** Takes over another schedule, image and name. */
  readonly configure: (context: ContextSettings) => void;
  readonly close: () => Promise<void>;
}

/** What was never asked yet is asked soon after the start, so that the screen need not wait for the first round. */
const FIRST_MS = 10_000;

/**
 * Active checks, loaded when they are first asked for: by a key, or by the schedule that is configured. After a run has
 * ended, what a probe disproved before may be repaired, so it is asked again.
 */
export function probingOf(
  { cluster, runs }: Session,
  { resolved, env, settings }: SessionOptions,
  untold: (text: Safe) => void = () => undefined,
): Probing {
  let context = settings?.context;
  let loaded: Promise<Prober> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let ended = runs.past().length;
  const undo = runs.onChange(() => {
    const before = ended;
    ended = runs.past().length;
    if (ended > before) void loaded?.then(probing => probing.repaired());
  });
  const probe = (): void => {
    loaded ??= import('./probing.ts').then(({ prober }) =>
      prober(cluster, resolved, env, {
        round: () => monitorRound(context ?? defaultSettings.context),
        untold,
      }),
    );
    void loaded.then(probing => probing.probe());
  };
  const speed = resolved.cluster.clock?.speed ?? 1;
  const schedule = (waitMs: number): void => {
    clearTimeout(timer);
    const everyMs = context?.probe.everyMs ?? null;
    if (everyMs === null) return;
    timer = setTimeout(() => {
      if (cluster.snapshot().api.reach === 'reached') probe();
      schedule(everyMs);
    }, Math.min(waitMs, everyMs) / speed).unref();
  };
  schedule(FIRST_MS);
  return {
    probe,
    configure: next => {
      const isNew = next.probe.everyMs !== context?.probe.everyMs;
      context = next;
      if (isNew) schedule(FIRST_MS);
    },
    close: async () => {
      undo();
      clearTimeout(timer);
      await (await loaded)?.close();
    },
  };
}
