import type { Json, Stored } from '../world.ts';
import { copy } from './json.ts';
import type { Resource } from './resources.ts';

export function apiVersionOf(resource: Resource, version: string): string {
  return resource.group ? `${resource.group}/${version}` : version;
}

const views = new WeakMap<object, Map<string, Stored>>();

/** A stored object as seen through the group and version that was asked for. */
export function outward(resource: Resource, version: string, object: Stored): Stored {
  const apiVersion = apiVersionOf(resource, version);
  if (object.apiVersion === apiVersion) return object;
  const known = views.get(object) ?? new Map<string, Stored>();
  views.set(object, known);
  const view = known.get(apiVersion) ?? {
    ...(resource.alias === '/events' ? toNewEvent(object) : object),
    apiVersion,
  };
  known.set(apiVersion, view);
  return view;
}

/** What a client wrote, in the form it is stored in. */
export function inward(resource: Resource, object: Json): Json {
  return resource.alias === '/events' ? toCoreEvent(object) : object;
}

/** core/v1 field names to those of events.k8s.io. */
const EVENT_NAMES: readonly (readonly [core: string, renamed: string])[] = [
  ['message', 'note'],
  ['involvedObject', 'regarding'],
  ['count', 'deprecatedCount'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['source', 'deprecatedSource'],
  ['reportingComponent', 'reportingController'],
];

function toNewEvent(event: Stored): Stored {
  return rename(event, EVENT_NAMES) as Stored;
}

function toCoreEvent(event: Json): Json {
  const back = EVENT_NAMES.map(([core, renamed]) => [renamed, core] as const);
  return rename(copy(event), back);
}

function rename(object: Json, names: readonly (readonly [string, string])[]): Json {
  const result: Json = { ...object };
  for (const [from] of names) delete result[from];
  for (const [from, to] of names) if (object[from] !== undefined) result[to] = object[from];
  return result;
}
