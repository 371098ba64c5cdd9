import { kinds } from '../cluster/kinds.ts';
import { type ObjectRef, refText } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { type Change, drillMark, merge, type Place, type Reversible } from './change.ts';
import { deletion } from './deletion.ts';
import type { Harm, Manifest } from './drill.ts';
import { asking, creating, killing, setting } from './set-back.ts';

/**
 * The requests of a harm and of its undo. `original` is the object as the API server gave it before, needed for what is
 * deleted. The undo is safe to repeat: what somebody repaired meanwhile is left as it is.
 */
export function reversible(harm: Harm, original: unknown, snapshot: Snapshot): Reversible {
  const { object } = harm;
  const place: Place = {
    object,
    path: harm.kind === 'create' ? newPathOf(harm.manifest) : pathOf(object, snapshot),
    word: `${object.kind.toLowerCase()}/${object.name}`,
    command: (...words) => [
      'kubectl',
      '--context',
      snapshot.context,
      ...(object.namespace === null ? [] : ['-n', object.namespace]),
      ...words,
    ],
  };
  switch (harm.kind) {
    case 'scale-to-zero':
      return scaling(place, harm.replicas);
    case 'cordon':
      return cordoning(place);
    case 'delete':
      return deleting(place, original);
    case 'set':
      return setting(place, harm);
    case 'create':
      return creating(place, harm.manifest);
    case 'kill':
      return killing(place);
    case 'ask':
      return asking(place, snapshot.now);
  }
}

function scaling({ object, path, word, command }: Place, before: number): Reversible {
  const to = (replicas: number, title: Safe): Omit<Change, 'onlyIf'> => ({
    title,
    method: 'PATCH',
    path: `${path}/scale`,
    contentType: merge,
    body: { spec: { replicas } },
    command: command('scale', word, `--replicas=${replicas}`),
  });
  return {
    harm: { ...to(0, say`scale ${refText(object)} to 0`), onlyIf: null },
    undo: {
      ...to(before, say`scale ${refText(object)} back to ${before}`),
      onlyIf: { path, state: 'scaled-to-zero' },
    },
  };
}

function cordoning({ object, path, command }: Place): Reversible {
  const to = (unschedulable: true | null, verb: string): Omit<Change, 'onlyIf'> => ({
    title: `${verb} ${object.name}`,
    method: 'PATCH',
    path,
    contentType: merge,
    body: { spec: { unschedulable } },
    command: command(verb, object.name),
  });
  return {
    harm: { ...to(true, 'cordon'), onlyIf: null },
    undo: { ...to(null, 'uncordon'), onlyIf: { path, state: 'cordoned' } },
  };
}

function deleting(place: Place, original: unknown): Reversible {
  const { object, path, command } = place;
  return {
    harm: { ...deletion(place), onlyIf: null },
    undo: {
      title: say`create ${refText(object)} as it was`,
      method: 'POST',
      path: path.replace(/\/[^/]*$/, ''),
      contentType: 'application/json',
      body: asNew(original),
      command: command('create', '-f', 'THE-SAVED-OBJECT'),
      onlyIf: { path, state: 'absent' },
    },
  };
}

/** The object without what the API server writes itself: so that it can be created again. */
function asNew(original: unknown): unknown {
  const { status: _, metadata, ...rest } = original as Record<string, unknown>;
  const given = { ...(metadata as Record<string, unknown>) };
  for (const own of [
    'uid',
    'resourceVersion',
    'generation',
    'creationTimestamp',
    'managedFields',
    'selfLink',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'finalizers',
  ])
    delete given[own];
  return { ...rest, metadata: given };
}

export function pathOf(object: ObjectRef, snapshot: Snapshot): string {
  const kind = Object.values(kinds).find(one => one.kind === object.kind);
  if (kind === undefined) throw new Error(`no watched kind is called ${object.kind}`);
  const version = field(snapshot.groups?.get(kind.group) ?? kind.version);
  const root = kind.group === '' ? `/api/${version}` : `/apis/${kind.group}/${version}`;
  const where = object.namespace === null ? '' : `/namespaces/${encodeURIComponent(object.namespace)}`;
  return `${root}${where}/${kind.resource}/${encodeURIComponent(object.name)}`;
}

/** Of a kind that need not be watched. */
function newPathOf({ apiVersion, kind, metadata: { namespace, name } }: Manifest): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const plural = `${kind.toLowerCase().replace(/y$/, 'ie')}s`;
  return `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}/${name}`;
}

interface Found {
  readonly metadata?: {
    readonly deletionTimestamp?: unknown;
    readonly labels?: Readonly<Record<string, unknown>>;
  };
  readonly spec?: { readonly replicas?: unknown; readonly unschedulable?: unknown };
}

/** True for an object on its way out: what is to be made anew has to wait for it. */
export function isLeaving(found: unknown): boolean {
  return (found as Found | null)?.metadata?.deletionTimestamp !== undefined;
}

/** Whether an undo is still called for, by the object as it is now; `found` null: it is not there. */
export function isCalledFor({ onlyIf }: Pick<Change, 'onlyIf'>, found: unknown): boolean {
  const { metadata, spec } = (found ?? {}) as Found;
  switch (onlyIf?.state) {
    case undefined:
      return true;
    case 'absent':
      // On its way out it still has to be made anew, as soon as it is gone.
      return found === null || isLeaving(found);
    case 'scaled-to-zero':
      return spec?.replicas === 0;
    case 'cordoned':
      return spec?.unschedulable === true;
    case 'ours':
      return metadata?.labels?.[drillMark] !== undefined && !isLeaving(found);
    case 'set':
      return fieldAt(found, onlyIf.at) === onlyIf.value;
  }
}

function fieldAt(found: unknown, at: readonly string[]): unknown {
  return at.reduce<unknown>(
    (inner, key) => (inner as Readonly<Record<string, unknown>> | null | undefined)?.[key],
    found,
  );
}
