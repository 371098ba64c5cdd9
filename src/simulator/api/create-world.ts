import type { Behaviour, Json, ResourceKey, SimClock, Stored, World, WorldEvent } from '../world.ts';
import { type Collector, createCollector } from './collector.ts';
import { applyDefaults } from './defaults.ts';
import { DEFINITIONS, learnDefinition, serveDefinitions } from './definitions.ts';
import { createBus, type EventBus } from './event-bus.ts';
import { alreadyExists, notFound } from './failures.ts';
import { createHistory, type History } from './history.ts';
import { copy, freeze, same } from './json.ts';
import { sweepNamespaces } from './namespaces.ts';
import {
  checkNamespace,
  essence,
  isSpent,
  keepIdentity,
  markDeleted,
  newDraft,
  type RemoveOptions,
} from './object-rules.ts';
import { createRegistry, type Registry } from './registry.ts';
import type { Resource } from './resources.ts';
import { createShelf, type Shelf } from './shelf.ts';
import { checkChange, checkNew } from './validation.ts';

interface WriteOptions {
  readonly dryRun?: boolean;
}

/** What the HTTP side needs beyond what controllers see. */
export interface ServedWorld extends World {
  readonly registry: Registry;
  readonly history: History;
  /** The last resourceVersion given out. */
  version(): number;
  create(resource: ResourceKey, object: Json, options?: WriteOptions): Stored;
  update(
    resource: ResourceKey,
    namespace: string | undefined,
    name: string,
    change: (draft: Json) => void,
    options?: WriteOptions,
  ): Stored | undefined;
  remove(resource: ResourceKey, namespace: string | undefined, name: string, options?: RemoveOptions): void;
}

interface State {
  readonly clock: SimClock;
  readonly behaviour: Behaviour;
  readonly registry: Registry;
  readonly history: History;
  readonly shelves: Map<ResourceKey, Shelf>;
  readonly bus: EventBus;
  version: number;
}

/**
 * The stored objects of the simulated cluster. Given `uid`, `creationTimestamp` and `status` are kept, so that
 * a scenario can seed a cluster with a past; namespaces must be created before what lives in them.
 */
export function createWorld(clock: SimClock, behaviour: Behaviour): ServedWorld {
  const registry = createRegistry();
  const history = createHistory();
  const bus = createBus();
  const state: State = { clock, behaviour, registry, history, shelves: new Map(), bus, version: 1000 };
  const world: ServedWorld = {
    registry,
    history,
    version: () => state.version,
    get: (key, namespace, name) => find(state, key, namespace, name),
    list: (key, namespace) => {
      const all = shelfOf(state, key).sorted();
      return namespace === undefined ? all : all.filter(object => object.metadata.namespace === namespace);
    },
    create: (key, object, options) => create(state, world, key, object, options),
    update: (key, namespace, name, change, options) => {
      const old = find(state, key, namespace, name);
      return old && update(state, world, key, old, change, options);
    },
    remove: (key, namespace, name, options = {}) =>
      remove(state, collector, key, { namespace, name }, options),
    subscribe: bus.subscribe,
    serveCustom: definition => {
      if (!find(state, DEFINITIONS, undefined, definition.metadata.name))
        world.create(DEFINITIONS, definition);
    },
    dropCustom: name => world.remove(DEFINITIONS, undefined, name),
  };
  const collector = createCollector(world, clock);
  serveDefinitions(world, clock);
  sweepNamespaces(world, clock);
  return world;
}

function known(state: State, key: ResourceKey): Resource {
  const resource = state.registry.byKey(key);
  if (!resource) throw notFound({ group: '', plural: 'resources' }, key);
  return resource;
}

function shelfOf(state: State, key: ResourceKey): Shelf {
  const shelf = state.shelves.get(key) ?? createShelf();
  state.shelves.set(key, shelf);
  return shelf;
}

function find(
  state: State,
  key: ResourceKey,
  namespace: string | undefined,
  name: string,
): Stored | undefined {
  const resource = state.registry.byKey(key);
  return resource && shelfOf(state, key).get(resource.namespaced ? `${namespace ?? ''}/${name}` : `/${name}`);
}

function commit(
  state: State,
  type: WorldEvent['type'],
  key: ResourceKey,
  object: Json,
  old?: Stored,
): Stored {
  state.version += 1;
  object.metadata.resourceVersion = String(state.version);
  const stored: Stored = freeze(object);
  const id = `${stored.metadata.namespace ?? ''}/${stored.metadata.name}`;
  if (type === 'DELETED') shelfOf(state, key).delete(id);
  else shelfOf(state, key).set(id, stored);
  const event: WorldEvent = { type, resource: key, object: stored, ...(old ? { old } : {}) };
  if (key === DEFINITIONS) learnDefinition(state.registry, event);
  state.history.push({ ...event, version: state.version });
  state.bus.publish(event);
  return stored;
}

function create(
  state: State,
  world: World,
  key: ResourceKey,
  object: Json,
  options: WriteOptions = {},
): Stored {
  const resource = known(state, key);
  const draft = newDraft(resource, object, state.clock.now());
  const { name, namespace } = draft.metadata;
  if (resource.namespaced) {
    checkNamespace(resource, draft.metadata, find(state, '/namespaces', undefined, namespace ?? ''));
  }
  if (find(state, key, namespace, name)) throw alreadyExists(resource, name);
  applyDefaults(resource, draft, world, 'CREATE');
  checkNew(resource, draft);
  for (const admit of state.behaviour.admission) admit({ resource: key, operation: 'CREATE', object: draft });
  return options.dryRun ? freeze(draft) : commit(state, 'ADDED', key, draft);
}

function update(
  state: State,
  world: World,
  key: ResourceKey,
  old: Stored,
  change: (draft: Json) => void,
  options: WriteOptions = {},
): Stored {
  const resource = known(state, key);
  const changed = copy(old) as Json;
  change(changed);
  const draft = copy(changed);
  keepIdentity(draft, old);
  if (same(draft, old)) return old;
  if (!same(essence(draft), essence(old))) applyDefaults(resource, draft, world, 'UPDATE');
  const specChanged = !same(essence(draft), essence(old));
  if (specChanged && resource.generation) draft.metadata.generation = (old.metadata.generation ?? 0) + 1;
  if (specChanged || !same(draft.metadata, old.metadata)) {
    checkChange(resource, draft, old);
    const { admission } = state.behaviour;
    for (const admit of admission) admit({ resource: key, operation: 'UPDATE', object: draft });
  }
  if (same(draft, old)) return old;
  if (options.dryRun) return freeze(draft);
  return commit(state, isSpent(draft) ? 'DELETED' : 'MODIFIED', key, draft, old);
}

function remove(
  state: State,
  collector: Collector,
  key: ResourceKey,
  { namespace, name }: { readonly namespace: string | undefined; readonly name: string },
  options: RemoveOptions,
): void {
  const old = find(state, key, namespace, name);
  if (!old) return;
  collector.beforeRemoval(old, options);
  const now = find(state, key, namespace, name) ?? old;
  const draft = copy(now) as Json;
  markDeleted(known(state, key), draft, options, state.clock.now());
  if (isSpent(draft)) commit(state, 'DELETED', key, copy(now), now);
  else if (!same(draft, now)) commit(state, 'MODIFIED', key, draft, now);
}
