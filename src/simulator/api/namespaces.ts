import type { Json, SimClock, Stored } from '../world.ts';
import type { ServedWorld } from './create-world.ts';
import { same, timestamp } from './json.ts';

/** Simulated milliseconds between the mark on a namespace and the first sweep, and between sweeps. */
const SWEEP = 100;

/** Empties namespaces that are being deleted and lets them go once nothing is left in them. */
export function sweepNamespaces(world: ServedWorld, clock: SimClock): void {
  const pending = new Set<string>();
  const schedule = (name: string): void => {
    if (pending.has(name)) return;
    pending.add(name);
    clock.after(SWEEP, () => {
      pending.delete(name);
      sweep(world, name, clock.now());
    });
  };
  world.subscribe(({ type, resource, object, old }) => {
    if (resource === '/namespaces') {
      const marked = object.metadata.deletionTimestamp && !old?.metadata.deletionTimestamp;
      if (type === 'MODIFIED' && marked) schedule(object.metadata.name);
      return;
    }
    const { namespace } = object.metadata;
    if (!namespace || type === 'ADDED') {
      if (resource.startsWith('apiregistration.k8s.io/')) {
        for (const space of world.list('/namespaces'))
          if (space.metadata.deletionTimestamp) schedule(space.metadata.name);
      }
      return;
    }
    if (world.get('/namespaces', undefined, namespace)?.metadata.deletionTimestamp) schedule(namespace);
  });
}

interface Left {
  readonly key: string;
  readonly resource: string;
  readonly object: Stored;
}

function sweep(world: ServedWorld, name: string, now: number): void {
  const left = (): Left[] =>
    world.registry
      .all()
      .filter(resource => resource.namespaced && !resource.alias)
      .flatMap(({ key, plural, group }) =>
        world
          .list(key, name)
          .map(object => ({ key, resource: group ? `${plural}.${group}` : plural, object })),
      );
  for (const { key, object } of left()) {
    if (!object.metadata.deletionTimestamp) world.remove(key, name, object.metadata.name);
  }
  const remaining = left();
  const broken = brokenGroups(world);
  world.update('/namespaces', undefined, name, draft => {
    if (!draft.metadata.deletionTimestamp) return;
    const conditions = conditionsOf(remaining, broken);
    draft.status.conditions = conditions.map(condition => dated(condition, draft.status.conditions, now));
    if (remaining.length > 0 || broken.length > 0) return;
    draft.status.conditions = undefined;
    draft.spec.finalizers = (draft.spec.finalizers ?? []).filter((entry: string) => entry !== 'kubernetes');
  });
}

/** Group versions whose extension server does not answer: the sweep cannot know what is in them. */
function brokenGroups(world: ServedWorld): string[] {
  return world
    .list('apiregistration.k8s.io/apiservices')
    .filter(service => service.spec?.service)
    .filter(service =>
      service.status?.conditions?.some(
        (entry: Json) => entry.type === 'Available' && entry.status === 'False',
      ),
    )
    .map(service => `${service.spec.group}/${service.spec.version}`);
}

function conditionsOf(left: readonly Left[], broken: readonly string[]): Json[] {
  const counts = countBy(left.map(entry => entry.resource));
  const finalizers = countBy(left.flatMap(entry => entry.object.metadata.finalizers ?? []));
  const content = counts.map(([name, count]) => `${name} has ${count} resource instances`).join(', ');
  const holders = finalizers.map(([name, count]) => `${name} in ${count} resource instances`).join(', ');
  const groups = broken.map(group => `${group}: stale GroupVersion discovery: ${group}`).join(', ');
  return [
    broken.length > 0
      ? {
          type: 'NamespaceDeletionDiscoveryFailure',
          status: 'True',
          reason: 'DiscoveryFailed',
          message: `Discovery failed for some groups, ${broken.length} failing: unable to retrieve the complete list of server APIs: ${groups}`,
        }
      : {
          type: 'NamespaceDeletionDiscoveryFailure',
          status: 'False',
          reason: 'ResourcesDiscovered',
          message: 'All resources successfully discovered',
        },
    {
      type: 'NamespaceDeletionGroupVersionParsingFailure',
      status: 'False',
      reason: 'ParsedGroupVersions',
      message: 'All legacy kube types successfully parsed',
    },
    {
      type: 'NamespaceDeletionContentFailure',
      status: 'False',
      reason: 'ContentDeleted',
      message: 'All content successfully deleted, may be waiting on finalization',
    },
    content
      ? {
          type: 'NamespaceContentRemaining',
          status: 'True',
          reason: 'SomeResourcesRemain',
          message: `Some resources are remaining: ${content}`,
        }
      : {
          type: 'NamespaceContentRemaining',
          status: 'False',
          reason: 'ContentRemoved',
          message: 'All content successfully removed',
        },
    holders
      ? {
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          reason: 'SomeFinalizersRemain',
          message: `Some content in the namespace has finalizers remaining: ${holders}`,
        }
      : {
          type: 'NamespaceFinalizersRemaining',
          status: 'False',
          reason: 'ContentHasNoFinalizers',
          message: 'All content-preserving finalizers finished',
        },
  ];
}

function countBy(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function dated(condition: Json, before: readonly Json[] | undefined, now: number): Json {
  const old = before?.find(entry => entry.type === condition.type);
  const { lastTransitionTime, ...rest } = old ?? {};
  if (old && same(rest, condition)) return old;
  const time = old?.status === condition.status ? lastTransitionTime : timestamp(now);
  return { ...condition, lastTransitionTime: time };
}
