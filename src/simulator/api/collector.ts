import type { SimClock, Stored, WorldEvent } from '../world.ts';
import type { ServedWorld } from './create-world.ts';
import type { RemoveOptions } from './object-rules.ts';

/** Simulated milliseconds until the collector notices that an owner is gone. */
const NOTICE = 50;
const FOREGROUND = 'foregroundDeletion';

interface Place {
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

export interface Collector {
  /** Cuts dependants loose (orphan) or marks the owner to wait for them (foreground). */
  beforeRemoval(owner: Stored, options: RemoveOptions): void;
}

/** Removes objects all of whose owners are gone, as the garbage collector of kube-controller-manager does. */
export function createCollector(world: ServedWorld, clock: SimClock): Collector {
  const dependants = new Map<string, Map<string, Place>>();
  const alive = new Map<string, Place>();

  const collect = (place: Place): void => {
    const object = world.get(place.resource, place.namespace, place.name);
    const owners = object?.metadata.ownerReferences ?? [];
    if (!object || object.metadata.deletionTimestamp || owners.length === 0) return;
    if (owners.some(owner => alive.has(owner.uid))) return;
    world.remove(place.resource, place.namespace, place.name);
  };
  const releaseOwners = (object: Stored): void => {
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const owner = alive.get(uid);
      if (!owner || (dependants.get(uid)?.size ?? 0) > 0) continue;
      world.update(owner.resource, owner.namespace, owner.name, draft => {
        if (!draft.metadata.deletionTimestamp) return;
        const left = (draft.metadata.finalizers ?? []).filter((name: string) => name !== FOREGROUND);
        draft.metadata.finalizers = left.length > 0 ? left : undefined;
      });
    }
  };

  const learn = (event: WorldEvent): void => {
    const place = placeOf(event);
    const { uid, ownerReferences = [] } = event.object.metadata;
    for (const owner of event.old?.metadata.ownerReferences ?? []) dependants.get(owner.uid)?.delete(uid);
    if (event.type === 'DELETED') {
      for (const owner of ownerReferences) dependants.get(owner.uid)?.delete(uid);
      alive.delete(uid);
      releaseOwners(event.object);
      const orphans = [...(dependants.get(uid)?.values() ?? [])];
      dependants.delete(uid);
      if (orphans.length > 0) clock.after(NOTICE, () => orphans.forEach(collect));
      return;
    }
    alive.set(uid, place);
    for (const owner of ownerReferences) {
      const set = dependants.get(owner.uid) ?? new Map<string, Place>();
      dependants.set(owner.uid, set.set(uid, place));
    }
    const lost = ownerReferences.length > 0 && ownerReferences.every(owner => !alive.has(owner.uid));
    if (lost) clock.after(NOTICE, () => collect(place));
  };
  world.subscribe(learn);

  return {
    beforeRemoval: (owner, options) => {
      const { uid } = owner.metadata;
      const own = [...(dependants.get(uid)?.values() ?? [])];
      if (options.orphan) for (const place of own) cutLoose(world, place, uid);
      if (!options.foreground || own.length === 0) return;
      const place = alive.get(uid);
      if (!place) return;
      world.update(place.resource, place.namespace, place.name, draft => {
        draft.metadata.finalizers = [...new Set([...(draft.metadata.finalizers ?? []), FOREGROUND])];
      });
      clock.after(NOTICE, () => {
        for (const { resource, namespace, name } of own) world.remove(resource, namespace, name);
      });
    },
  };
}

function cutLoose(world: ServedWorld, place: Place, owner: string): void {
  world.update(place.resource, place.namespace, place.name, draft => {
    const left = (draft.metadata.ownerReferences ?? []).filter(
      (reference: { uid: string }) => reference.uid !== owner,
    );
    draft.metadata.ownerReferences = left.length > 0 ? left : undefined;
  });
}

function placeOf(event: WorldEvent): Place {
  const { namespace, name } = event.object.metadata;
  return { resource: event.resource, namespace, name };
}
