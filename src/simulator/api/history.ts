import type { ResourceKey, WorldEvent } from '../world.ts';

/** How many changes of one kind stay known for watches to catch up with. */
const WINDOW = 1000;

export interface Change extends WorldEvent {
  readonly version: number;
}

/** The last changes of each kind: what a watch resumes from. */
export interface History {
  push(change: Change): void;
  /** Changes after `version`, or undefined when some of them are forgotten. */
  since(resource: ResourceKey, version: number): readonly Change[] | undefined;
  /** Oldest version a watch of this kind can start from. */
  oldest(resource: ResourceKey): number;
}

export function createHistory(): History {
  const rings = new Map<ResourceKey, Change[]>();
  const lost = new Map<ResourceKey, number>();
  const oldest = (resource: ResourceKey): number => lost.get(resource) ?? 0;
  return {
    oldest,
    push: change => {
      const ring = rings.get(change.resource) ?? [];
      rings.set(change.resource, ring);
      ring.push(change);
      if (ring.length <= WINDOW) return;
      const gone = ring.splice(0, ring.length - WINDOW);
      lost.set(change.resource, gone.at(-1)?.version ?? 0);
    },
    since: (resource, version) => {
      if (version < oldest(resource)) return undefined;
      const ring = rings.get(resource) ?? [];
      const last = ring.at(-1);
      if (!last || last.version <= version) return [];
      return ring.slice(firstAfter(ring, version));
    },
  };
}

function firstAfter(ring: readonly Change[], version: number): number {
  let low = 0;
  let high = ring.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ring[middle]?.version ?? 0) <= version) low = middle + 1;
    else high = middle;
  }
  return low;
}
