import { ApiFailure, type Json } from '../world.ts';
import {
  type FieldPath,
  type FieldPaths,
  fromFields,
  leafPaths,
  removeAt,
  stepOf,
  toFields,
  valueAt,
  wordPath,
} from './field-paths.ts';
import { copy, isMap, same, timestamp } from './json.ts';
import { appliedKeys, isSet } from './list-keys.ts';

/** Who writes, and how the server records it. */
export interface Writer {
  readonly manager: string;
  readonly subresource?: string;
  readonly now: number;
}

interface Owner {
  entry: Json;
  paths: Map<string, FieldPath>;
}

function ownersOf(object: Json): Owner[] {
  return (object?.metadata?.managedFields ?? []).map((entry: Json) => ({
    entry,
    paths: new Map(fromFields(entry.fieldsV1)),
  }));
}

/** Records in `draft` that `writer` changed what differs from `old`, and takes it from whoever owned it. */
export function trackUpdate(draft: Json, old: Json | undefined, writer: Writer): void {
  const after = leafPaths(draft);
  const changed = new Map([...after].filter(([, path]) => !same(valueAt(draft, path), valueAt(old, path))));
  const owners = ownersOf(old ?? draft);
  for (const owner of owners) {
    for (const text of owner.paths.keys()) {
      const gone = valueAt(draft, owner.paths.get(text) ?? []) === undefined;
      if (gone || changed.has(text)) owner.paths.delete(text);
    }
  }
  if (changed.size > 0) grant(owners, 'Update', draft.apiVersion, writer, changed);
  store(draft, owners);
}

/** The object that applying `config` to `live` gives; throws 409 when another manager owns a field of another value. */
export function applyConfig(live: Json | undefined, config: Json, writer: Writer, force: boolean): Json {
  const wanted = leafPaths(config);
  const owners = ownersOf(live);
  const mine = owners.find(owner => isMine(owner, 'Apply', writer));
  const others = owners.filter(owner => owner !== mine);
  const contested = others.flatMap(owner =>
    [...owner.paths]
      .filter(([text, path]) => wanted.has(text) && !same(valueAt(live, path), valueAt(config, path)))
      .map(([text, path]) => ({ owner, text, path })),
  );
  if (contested.length > 0 && !force) throw applyConflict(contested.toSorted(byPath));
  for (const { owner, text } of contested) owner.paths.delete(text);

  const result = mergeConfig(copy(live) ?? {}, config, '', '');
  for (const [text, path] of mine?.paths ?? []) {
    const kept = wanted.has(text) || others.some(owner => owner.paths.has(text));
    if (!kept && !holdsOwned(path, wanted, others)) removeAt(result, path);
  }
  const asBefore = mine && same([...mine.paths.keys()].toSorted(), [...wanted.keys()].toSorted());
  if (asBefore && same(withoutFields(result), withoutFields(live))) return copy(live);
  if (mine) mine.paths.clear();
  grant(owners, 'Apply', config.apiVersion, writer, wanted);
  store(result, owners);
  return result;
}

function withoutFields(object: Json): Json {
  return { ...object, metadata: { ...object?.metadata, managedFields: undefined } };
}

/** A list entry stays as long as someone owns a field in it. */
function holdsOwned(path: FieldPath, wanted: FieldPaths, others: readonly Owner[]): boolean {
  if (path.at(-1) !== '.') return false;
  const prefix = `${path.slice(0, -1).join('\n')}\n`;
  return [wanted, ...others.map(owner => owner.paths)].some(paths =>
    [...paths.keys()].some(text => text.startsWith(prefix)),
  );
}

function isMine(owner: Owner, operation: string, writer: Writer): boolean {
  const { entry } = owner;
  return (
    entry.manager === writer.manager &&
    entry.operation === operation &&
    entry.subresource === writer.subresource
  );
}

function grant(
  owners: Owner[],
  operation: 'Apply' | 'Update',
  apiVersion: string,
  writer: Writer,
  paths: FieldPaths,
): void {
  const time = timestamp(writer.now);
  const mine = owners.find(owner => isMine(owner, operation, writer));
  if (mine) {
    mine.paths = new Map([...mine.paths, ...paths]);
    mine.entry = { ...mine.entry, apiVersion, time };
    return;
  }
  const { manager, subresource } = writer;
  const entry = { manager, operation, apiVersion, time, ...(subresource ? { subresource } : {}) };
  owners.push({ entry, paths: new Map(paths) });
}

function store(draft: Json, owners: readonly Owner[]): void {
  const entries = owners
    .filter(owner => owner.paths.size > 0)
    .map(({ entry, paths }) => {
      const { subresource, ...rest } = entry;
      return {
        ...rest,
        fieldsType: 'FieldsV1',
        fieldsV1: toFields(paths),
        ...(subresource ? { subresource } : {}),
      };
    });
  draft.metadata = { ...draft.metadata };
  if (entries.length > 0) draft.metadata.managedFields = entries;
  else delete draft.metadata.managedFields;
}

function mergeConfig(live: Json, config: Json, field: string, parent: string): Json {
  if (isMap(config)) {
    const result = isMap(live) ? { ...live } : {};
    for (const [key, value] of Object.entries(config))
      result[key] = mergeConfig(result[key], value, key, field);
    return result;
  }
  if (!Array.isArray(config)) return config;
  const before: Json[] = Array.isArray(live) ? live : [];
  if (isSet(field)) return [...new Set([...before, ...config])];
  const keys = appliedKeys(field, parent, config);
  if (!keys) return copy(config);
  const applied = config.map(entry => {
    const old = before.find(other => stepOf(other, keys) === stepOf(entry, keys));
    return mergeConfig(old, entry, field, parent);
  });
  const named = new Set(config.map(entry => stepOf(entry, keys)));
  return [...applied, ...before.filter(entry => !named.has(stepOf(entry, keys)))];
}

function byPath(a: Contested, b: Contested): number {
  return wordPath(a.path) < wordPath(b.path) ? -1 : 1;
}

type Contested = { readonly owner: Owner; readonly path: FieldPath };

function applyConflict(contested: readonly Contested[]): ApiFailure {
  const causes = contested.map(({ owner, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${wordManager(owner.entry)}`,
    field: wordPath(path),
  }));
  const [first] = contested;
  if (first && contested.length === 1) {
    const message = `Apply failed with 1 conflict: conflict with ${wordManager(first.owner.entry)}: ${wordPath(first.path)}`;
    return new ApiFailure(409, 'Conflict', message, { causes });
  }
  const lines = [...Map.groupBy(contested, entry => wordManager(entry.owner.entry))].flatMap(
    ([manager, entries]) => [
      `conflicts with ${manager}:`,
      ...entries.map(entry => `- ${wordPath(entry.path)}`),
    ],
  );
  const message = `Apply failed with ${contested.length} conflicts: ${lines.join('\n')}`;
  return new ApiFailure(409, 'Conflict', message, { causes });
}

function wordManager(entry: Json): string {
  const name = `"${entry.manager}"${entry.subresource ? ` with subresource "${entry.subresource}"` : ''}`;
  if (entry.operation !== 'Update') return name;
  return `${name} using ${entry.apiVersion}${entry.time ? ` at ${entry.time}` : ''}`;
}
