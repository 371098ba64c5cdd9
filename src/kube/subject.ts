import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';

/** What a request is about, as RBAC names it: for messages and for counting. */
export interface Subject {
  readonly verb: string;
  readonly resource: string;
  readonly group: string;
  readonly namespace: string | null;
}

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Reads a path of the API (`/api/v1/namespaces/x/pods/y/log`) back into the words of RBAC. */
export function subjectOf(
  method: string,
  path: string,
  query: Readonly<Record<string, unknown>> = {},
): Subject {
  const parts = path.split('?')[0]?.split('/').filter(Boolean) ?? [];
  const isCore = parts[0] === 'api' && parts.length > 2;
  const isGroup = parts[0] === 'apis' && parts.length > 3;
  if (!isCore && !isGroup)
    return { verb: method.toLowerCase(), resource: `/${parts[0] ?? ''}`, group: '', namespace: null };
  const group = isGroup ? (parts[1] ?? '') : '';
  const rest = parts.slice(isGroup ? 3 : 2);
  const scoped = rest[0] === 'namespaces' && rest.length > 2;
  const [resource = '', name, subresource] = scoped ? rest.slice(2) : rest;
  const read = name !== undefined ? 'get' : query.watch === true ? 'watch' : 'list';
  return {
    verb: VERBS[method] ?? read,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    group,
    namespace: scoped ? (rest[1] ?? null) : null,
  };
}

/** `list pods in the namespace kube-system`. */
export function subjectText({ verb, resource, group, namespace }: Subject): Safe {
  const what = group === '' ? field(resource) : say`${field(resource)}.${field(group)}`;
  const where = namespace === null ? say`` : say` in the namespace ${field(namespace)}`;
  return say`${field(verb)} ${what}${where}`;
}
