import type { Stored } from '../world.ts';

/** The objects of one kind, listed in the order of their keys as etcd does. */
export interface Shelf {
  get(id: string): Stored | undefined;
  set(id: string, object: Stored): void;
  delete(id: string): void;
  sorted(): readonly Stored[];
}

export function createShelf(): Shelf {
  const objects = new Map<string, Stored>();
  let ids: readonly string[] | undefined;
  let order: readonly Stored[] | undefined;
  return {
    get: id => objects.get(id),
    set: (id, object) => {
      if (!objects.has(id)) ids = undefined;
      objects.set(id, object);
      order = undefined;
    },
    delete: id => {
      objects.delete(id);
      ids = undefined;
      order = undefined;
    },
    sorted: () => {
      ids ??= [...objects.keys()].toSorted();
      order ??= ids.flatMap(id => objects.get(id) ?? []);
      return order;
    },
  };
}
