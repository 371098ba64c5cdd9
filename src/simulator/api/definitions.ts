import type { Json, SimClock, Stored, WorldEvent } from '../world.ts';
import type { ServedWorld } from './create-world.ts';
import { timestamp } from './json.ts';
import { type Registry, resourceOfDefinition } from './registry.ts';

export const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions';
const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

/** Serves the kind from the moment its definition is stored, before anyone is told of it. */
export function learnDefinition(registry: Registry, { type, object }: WorldEvent): void {
  const resource = resourceOfDefinition(object);
  if (type === 'DELETED') registry.drop(resource.key);
  else registry.add(resource);
}

/** Serves a kind as long as its definition is stored; a definition on its way out takes its objects with it. */
export function serveDefinitions(world: ServedWorld, clock: SimClock): void {
  const clean = (name: string): void => {
    const definition = world.get(DEFINITIONS, undefined, name);
    if (!definition?.metadata.deletionTimestamp) return;
    const { key } = resourceOfDefinition(definition);
    for (const object of world.list(key)) {
      if (!object.metadata.deletionTimestamp)
        world.remove(key, object.metadata.namespace, object.metadata.name);
    }
    if (world.list(key).length > 0) return;
    world.update(DEFINITIONS, undefined, name, draft => {
      draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter(
        (entry: string) => entry !== CLEANUP,
      );
    });
  };
  world.subscribe(({ type, resource, object, old }) => {
    if (resource === DEFINITIONS) {
      if (type === 'ADDED') establish(world, object, clock.now());
      const marked = object.metadata.deletionTimestamp && !old?.metadata.deletionTimestamp;
      if (marked) clock.after(50, () => clean(object.metadata.name));
    } else if (type === 'DELETED') {
      const [group, plural] = resource.split('/');
      const owner = `${plural}.${group}`;
      if (world.get(DEFINITIONS, undefined, owner)?.metadata.deletionTimestamp)
        clock.after(50, () => clean(owner));
    }
  });
}

function establish(world: ServedWorld, definition: Stored, now: number): void {
  const lastTransitionTime = timestamp(now);
  world.update(DEFINITIONS, undefined, definition.metadata.name, draft => {
    draft.metadata.finalizers = [...new Set([...(draft.metadata.finalizers ?? []), CLEANUP])];
    const { names, versions } = draft.spec;
    draft.status = {
      conditions: [
        {
          type: 'NamesAccepted',
          status: 'True',
          lastTransitionTime,
          reason: 'NoConflicts',
          message: 'no conflicts found',
        },
        {
          type: 'Established',
          status: 'True',
          lastTransitionTime,
          reason: 'InitialNamesAccepted',
          message: 'the initial names have been accepted',
        },
      ],
      acceptedNames: names,
      storedVersions: versions
        .filter((version: Json) => version.storage)
        .map((version: Json) => version.name),
    };
  });
}
