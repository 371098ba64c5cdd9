import { type KindId, kinds } from '../cluster/kinds.ts';
import type { ObjectRef } from '../cluster/object-ref.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Bench } from './action.ts';
import type { Step } from './plan.ts';

const patchTypes = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
} as const;
const DEADLINE_MS = 15_000;

export type ApiStep = Extract<Step, { kind: 'api' }>;

/** Changes one object through the API. `command` is what a person would type for the same. */
export function patchStep(
  bench: Bench,
  object: ObjectRef,
  patch: {
    readonly title: Safe;
    readonly body: unknown;
    readonly command: readonly Safe[];
    readonly subresource?: 'scale';
    readonly type?: keyof typeof patchTypes;
  },
): ApiStep {
  const tail = patch.subresource === undefined ? '' : `/${patch.subresource}`;
  return {
    kind: 'api',
    title: patch.title,
    method: 'PATCH',
    path: field(`${pathOf(bench, object)}${tail}?fieldManager=groundup`),
    contentType: patchTypes[patch.type ?? 'merge'],
    body: patch.body,
    command: patch.command,
    deadlineMs: DEADLINE_MS,
  };
}

/** Deletes one object, with its own grace period; with `uid` only if it is still the same one. */
export function deleteStep(
  bench: Bench,
  object: ObjectRef,
  { title, command, uid }: { readonly title: Safe; readonly command: readonly Safe[]; readonly uid?: Safe },
): ApiStep {
  return {
    kind: 'api',
    title,
    method: 'DELETE',
    path: field(pathOf(bench, object)),
    contentType: 'application/json',
    body: {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      ...(uid === undefined ? {} : { preconditions: { uid } }),
    },
    command,
    deadlineMs: DEADLINE_MS,
  };
}

/** `kubectl --context C [-n NS] ...`: the words that every equivalent command begins with. */
export function kubectl(bench: Bench, object: ObjectRef, ...words: readonly Safe[]): readonly Safe[] {
  const where = object.namespace === null ? [] : [say`-n`, object.namespace];
  return [say`kubectl`, say`--context`, bench.diagnosis.cluster.context, ...where, ...words];
}

/** The path of an object, in the version that the server prefers. */
function pathOf(bench: Bench, object: ObjectRef): string {
  const id = kindIdOf(object.kind);
  if (id === null) throw new Error(`no watched kind is called ${object.kind}`);
  const kind = kinds[id];
  const version = bench.snapshot.groups?.get(kind.group) ?? kind.version;
  const root = kind.group === '' ? `/api/${version}` : `/apis/${kind.group}/${version}`;
  const where = object.namespace === null ? '' : `/namespaces/${encodeURIComponent(object.namespace)}`;
  return `${root}${where}/${kind.resource}/${encodeURIComponent(object.name)}`;
}

/** The watched kind of this name. */
function kindIdOf(kind: string): KindId | null {
  return (Object.keys(kinds) as KindId[]).find(id => kinds[id].kind === kind) ?? null;
}
