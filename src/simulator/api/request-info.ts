/** A request's path, taken apart. */
export interface RequestInfo {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string;
  /** Path after the subresource, for proxies. */
  readonly rest: string;
}

const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

/** Reads `/api/v1/...` and `/apis/GROUP/VERSION/...`; undefined for paths that name no resource. */
export function requestInfo(path: string): RequestInfo | undefined {
  const parts = path.split('/').slice(1).map(decode);
  const [root, ...tail] = parts;
  if (root !== 'api' && root !== 'apis') return undefined;
  const group = root === 'api' ? '' : (tail.shift() ?? '');
  const version = tail.shift();
  if (!version || !tail[0]) return undefined;
  const [first, second, third] = tail;
  const inNamespace = first === 'namespaces' && second && third && !NAMESPACE_SUBRESOURCES.has(third);
  const [plural = '', name, subresource = '', ...rest] = inNamespace ? tail.slice(2) : tail;
  return {
    group,
    version,
    plural,
    namespace: inNamespace ? second : undefined,
    name: name || undefined,
    subresource,
    rest: rest.map(encodeURIComponent).join('/'),
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The API verb of an HTTP method on this path. */
export function verbOf(method: string, info: RequestInfo, watches: boolean): string {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return info.name ? 'delete' : 'deletecollection';
    default:
      if (info.name) return 'get';
      return watches ? 'watch' : 'list';
  }
}
