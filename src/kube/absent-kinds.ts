import type { Stream } from '../cluster/snapshot.ts';
import { pause } from './abort.ts';

export interface AbsentAsk {
  /** The stream of custom resource definitions. */
  readonly definitions: () => Stream<unknown>;
  /** `resource.group` and the way to ask again, of every kind that is absent now. */
  readonly absent: () => readonly { readonly definition: string; readonly wake: () => void }[];
  readonly refreshDiscovery: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** A definition is served a moment after it is written, so the question is put twice. */
const DELAYS = [1_000, 5_000] as const;

/**
 * Asks again for kinds that were not served, once the definitions show that they are. Returns what to call when a
 * definition changed; `isEvent` tells a watched change, after which discovery is outdated, from a list.
 */
export function reexamineAbsent(ask: AbsentAsk): (isEvent: boolean) => void {
  const sleep = pause();
  let running = false;
  let outdated = false;
  let again = false;
  const examine = async (): Promise<void> => {
    running = true;
    do {
      again = false;
      for (const delay of DELAYS) {
        await sleep.rest(delay, ask.signal);
        if (ask.signal.aborted) return;
        if (outdated) await ask.refreshDiscovery();
        outdated = again;
        const { items } = ask.definitions();
        for (const { definition, wake } of ask.absent()) if (items.has(definition)) wake();
      }
    } while (again);
    running = false;
  };
  return isEvent => {
    outdated ||= isEvent;
    again = true;
    if (!running) void examine();
  };
}
