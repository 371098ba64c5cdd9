import type { Plan } from '../recovery/plan.ts';
import { type Safe, say } from '../text/safe.ts';
import { type Follower, follow } from './follow.ts';
import { readJournal, runIds, type StopRung } from './journal.ts';
import { polling } from './polling.ts';
import { type Keep, retain } from './retention.ts';
import type { Run } from './run.ts';
import { secretsOf } from './secrets.ts';
import { type StartOptions, startRun } from './start-run.ts';
import { type Stopped, stopRun } from './stop-run.ts';
import { toRun } from './to-run.ts';

export interface RunsOptions extends StartOptions {
  /** Server clock minus local clock, ms; 0 when not given. */
  readonly skew?: () => number;
  readonly pollEveryMs?: number;
  readonly keep?: Keep;
  /** Whether a plan found on disk is about the cluster that is watched; all are when not given. Runs on other clusters are left alone. */
  readonly isOurs?: (plan: Plan) => boolean;
}

export type Started = { readonly ok: true; readonly run: Run } | { readonly ok: false; readonly why: Safe };

/** Starts runs and follows them, also those that an earlier groundup, or another one, has started. */
export interface Runs {
  readonly start: (plan: Plan) => Promise<Started>;
  /** Finds what still runs, and what has run. To be called once at the beginning. */
  readonly attach: () => Promise<void>;
  /** The newest run whose outcome is open; null when there is none. */
  readonly current: () => Run | null;
  /** Runs with an outcome, newest first; those of earlier days come without their output. */
  readonly past: () => readonly Run[];
  readonly onChange: (listener: () => void) => () => void;
  readonly stop: (id: string, how?: StopRung) => Promise<Stopped>;
  /** Stops looking. What runs goes on. */
  readonly close: () => Promise<void>;
}

const POLL_MS = 150;

export function createRuns(options: RunsOptions): Runs {
  const { stateDir, now } = options;
  const listeners = new Set<() => void>();
  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  const known = knownRuns(options);
  const loop = polling(options.pollEveryMs ?? POLL_MS, async searching => {
    const found = searching && (await known.search());
    if ((await known.look()) || found) notify();
    return known.current() !== null;
  });

  return {
    start: async plan => {
      const started = await startRun(plan, options);
      if ('why' in started) return { ok: false, why: started.why };
      const run = await known.add(started.id);
      if (run === null) return { ok: false, why: say`the journal of the run cannot be read back` };
      // Also here: a groundup that is left open for weeks is never opened anew.
      await retain(stateDir, now(), options.keep).catch(() => {});
      notify();
      loop.begin();
      return { ok: true, run };
    },
    attach: async () => {
      await known.search();
      await known.look();
      notify();
      loop.begin();
      // What is left of old runs can wait; who comes back to a run cannot.
      await retain(stateDir, now(), options.keep).catch(() => {});
    },
    current: known.current,
    past: known.past,
    onChange: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: (id, how = 'interrupt') => stopRun(stateDir, id, how, now()),
    close: async () => {
      await loop.end();
      await known.close();
    },
  };
}

/** The runs on disk, each either followed or over. */
function knownRuns(options: RunsOptions) {
  const { stateDir } = options;
  const open = new Map<string, Follower>();
  const over = new Map<string, Run>();
  /** Runs on other clusters, as far as is known now: the identity of ours comes with the first answers. */
  const foreign = new Map<string, Plan>();
  const isOurs = options.isOurs ?? (() => true);

  const add = async (id: string): Promise<Run | null> => {
    const journal = await readJournal(stateDir, id);
    const known = open.get(id)?.run() ?? over.get(id);
    if (journal === null || known !== undefined) return known ?? null;
    if (journal.outcome !== null) {
      over.set(id, toRun(journal, null));
      return over.get(id) ?? null;
    }
    const follower = follow(journal, {
      stateDir,
      now: options.now,
      observe: options.observe,
      skew: options.skew ?? (() => 0),
      secrets: secretsOf(options.kubeconfigText()),
      announce: options.announce,
    });
    open.set(id, follower);
    return follower.run();
  };
  return {
    add,
    /** True when there is one that was not known. */
    search: async (): Promise<boolean> => {
      const fresh = (await runIds(stateDir)).filter(id => !open.has(id) && !over.has(id));
      let found = false;
      for (const id of fresh) {
        const plan = foreign.get(id) ?? (await readJournal(stateDir, id))?.plan;
        if (plan !== undefined && !isOurs(plan)) foreign.set(id, plan);
        else {
          foreign.delete(id);
          await add(id);
          found = true;
        }
      }
      return found;
    },
    look: async (): Promise<boolean> => {
      let changed = false;
      for (const [id, follower] of open) {
        // A file that cannot be read or written now can be at the next look; what is known stays on the screen.
        changed = (await follower.look().catch(() => false)) || changed;
        if (!follower.isOver()) continue;
        over.set(id, follower.run());
        open.delete(id);
        await follower.close();
      }
      return changed;
    },
    current: (): Run | null => [...open.values()].at(-1)?.run() ?? null,
    past: (): readonly Run[] => [...over.values()].sort((a, b) => (a.id < b.id ? 1 : -1)),
    close: async (): Promise<void> => {
      await Promise.all([...open.values()].map(follower => follower.close()));
    },
  };
}
