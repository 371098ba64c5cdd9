import { ApiFailure, type Json } from '../world.ts';
import { badRequest } from './failures.ts';
import { copy, isMap, same } from './json.ts';

/** JSON merge patch: maps merge, null removes, everything else replaces. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isMap(patch)) return copy(patch);
  const result = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

/** JSON patch: add, remove, replace, move, copy, test in order. Throws 400 or 422 as the server does. */
export function jsonPatch(target: Json, operations: Json): Json {
  if (!Array.isArray(operations))
    throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  const holder = { root: copy(target) };
  for (const operation of operations) step(holder, operation);
  return holder.root;
}

function step(holder: Json, operation: Json): void {
  const path = ['root', ...pointer(operation.path)];
  switch (operation.op) {
    case 'add':
      put(holder, path, copy(operation.value), true);
      break;
    case 'replace':
      read(holder, path, operation);
      put(holder, path, copy(operation.value), false);
      break;
    case 'remove':
      cut(holder, path, operation);
      break;
    case 'test':
      if (!same(find(holder, path), operation.value)) {
        throw unprocessable(`testing value ${operation.path} failed`);
      }
      break;
    case 'move':
    case 'copy': {
      const from = ['root', ...pointer(operation.from)];
      const value = copy(read(holder, from, operation));
      if (operation.op === 'move') cut(holder, from, operation);
      put(holder, path, value, true);
      break;
    }
    default:
      throw badRequest(`Unexpected kind: ${operation.op}`);
  }
}

function unprocessable(why: string): ApiFailure {
  return new ApiFailure(
    422,
    'Invalid',
    `the server rejected our request due to an error in our request: ${why}`,
    {},
  );
}

function pointer(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function find(holder: Json, path: readonly string[]): Json {
  let value = holder;
  for (const part of path) value = value?.[part];
  return value;
}

function read(holder: Json, path: readonly string[], operation: Json): Json {
  const value = find(holder, path);
  if (value === undefined) {
    throw unprocessable(
      `${operation.op} operation does not apply: doc is missing path: ${operation.path}: missing value`,
    );
  }
  return value;
}

function put(holder: Json, path: readonly string[], value: Json, insert: boolean): void {
  const last = path.at(-1) ?? '';
  const parent = find(holder, path.slice(0, -1));
  if (parent === undefined || parent === null) {
    throw unprocessable(
      `add operation does not apply: doc is missing path: "/${path.slice(1).join('/')}": missing value`,
    );
  }
  if (!Array.isArray(parent)) parent[last] = value;
  else if (last === '-') parent.push(value);
  else parent.splice(Number(last), insert ? 0 : 1, value);
}

function cut(holder: Json, path: readonly string[], operation: Json): void {
  read(holder, path, operation);
  const last = path.at(-1) ?? '';
  const parent = find(holder, path.slice(0, -1));
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
}
