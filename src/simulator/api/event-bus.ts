import type { World, WorldEvent } from '../world.ts';

export interface EventBus {
  publish(event: WorldEvent): void;
  readonly subscribe: World['subscribe'];
}

/** Delivers events in the order they happened, also when a listener writes while it is being told. */
export function createBus(): EventBus {
  const listeners = new Set<(event: WorldEvent) => void>();
  const queue: WorldEvent[] = [];
  let delivering = false;
  return {
    publish: event => {
      queue.push(event);
      if (delivering) return;
      delivering = true;
      try {
        for (let next = queue.shift(); next; next = queue.shift()) {
          for (const listener of [...listeners]) listener(next);
        }
      } finally {
        delivering = false;
      }
    },
    subscribe: listener => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
