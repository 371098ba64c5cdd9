import type { NotifySettings } from '../config/settings.ts';
import type { Model } from '../store/app-state.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import type { NotifyOptions } from './notify.ts';
import { oneTeller } from './one-teller.ts';

export interface TellingOptions extends Pick<NotifyOptions, 'stateDir' | 'env' | 'send'> {
  readonly context: string;
  readonly settings: NotifySettings;
  readonly model: () => Model;
  /** Values that must not leave the machine. */
  readonly secrets: () => readonly string[];
  /** Says that somebody could not be told; the same trouble once. */
  readonly complain: (text: Safe) => void;
  /** Epoch ms. */
  readonly now?: () => number;
  /** Looks come from outside only, for between them nothing new is known. */
  readonly isLookedAtElsewhere?: boolean;
}

/** Tells of changes as long as a cluster is watched, as `check --notify` does at each of its looks. */
export interface Telling {
  /** One look; they come by themselves too. */
  readonly look: () => Promise<void>;
  readonly configure: (settings: NotifySettings) => void;
  readonly close: () => Promise<void>;
}

/** Who could not be told is told later, each time after a longer wait. */
const WAITS = [60_000, 120_000, 300_000, 900_000, 1_800_000];
const LEAST_MS = 5_000;
const LEAVE_MS = 1_000;

/**
 * A watch sees a change many times a second, so it counts as a look only twice in each debounce. Nothing waits for the
 * telling, and without anybody to tell nothing is done or written.
 */
export function tellOfChanges(options: TellingOptions): Telling {
  const { now = Date.now, complain, isLookedAtElsewhere = false } = options;
  let { settings } = options;
  const place = oneTeller(options.stateDir, options.context, now);
  const complaints = new Set<string>();
  let failed = 0;
  let againAt = Number.NEGATIVE_INFINITY;
  let beatAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let looking: Promise<void> = Promise.resolve();

  const report = (failures: readonly string[]): void => {
    for (const failure of failures) {
      if (complaints.has(failure)) continue;
      complaints.add(failure);
      complain(say`not told: ${field(failure)}`);
    }
  };
  const once = async (): Promise<void> => {
    const model = options.model();
    const at = now();
    if (!hasAnybody(settings) || model.snapshot.api.reach === 'connecting') return;
    if (!(await place.isUs())) return;
    const { beat, notify } = await import('./notify.ts');
    const all = { ...options, settings, secrets: options.secrets(), now: at };
    if (at >= againAt) {
      const failures = await notify(model, { ...all, settings: { ...settings, heartbeat: null } });
      failed = failures.length === 0 ? 0 : failed + 1;
      againAt = failed === 0 ? at : at + (WAITS[Math.min(failed, WAITS.length) - 1] ?? 0);
      if (failed === 0) complaints.clear();
      report(failures);
    }
    if (settings.heartbeat === null || at - beatAt < settings.heartbeatMs) return;
    beatAt = at;
    report(await beat(settings.heartbeat, all.send));
  };
  const look = (): Promise<void> => {
    looking = looking.then(once).catch(error => report([String(error)]));
    return looking;
  };
  const schedule = (): void => {
    clearTimeout(timer);
    if (isClosed || isLookedAtElsewhere || !hasAnybody(settings)) return;
    timer = setTimeout(() => void look().finally(schedule), roundOf(settings)).unref();
  };
  schedule();
  return {
    look,
    configure: next => {
      const isSame = JSON.stringify(next) === JSON.stringify(settings);
      settings = next;
      if (!isSame) schedule();
    },
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      // Whoever leaves does not wait for somebody who does not answer.
      await Promise.race([looking, new Promise(done => setTimeout(done, LEAVE_MS).unref())]);
      await place.release();
    },
  };
}

function hasAnybody({ webhook, command, heartbeat }: NotifySettings): boolean {
  return webhook !== null || command !== null || heartbeat !== null;
}

function roundOf({ debounceMs, heartbeat, heartbeatMs }: NotifySettings): number {
  return Math.max(LEAST_MS, Math.min(debounceMs / 2, heartbeat === null ? debounceMs : heartbeatMs));
}
