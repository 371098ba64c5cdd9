import type { Credential } from './credentials.ts';
import type { EachItem } from './item-scanner.ts';
import type { UserEntry } from './kubeconfig-entries.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RequestOptions {
  readonly query?: Query;
  /** An object is sent as JSON, text as it is. */
  readonly body?: unknown;
  readonly contentType?: string;
  /** JSON unless said otherwise; only an answer that was asked for as JSON is decoded. */
  readonly accept?: string;
  readonly deadlineMs?: number;
  /** Takes the items of a JSON list one by one as they come; the answer then has what stood around them. */
  readonly each?: EachItem;
  readonly signal?: AbortSignal | undefined;
}

export type Headers = Record<string, string | string[]>;

/** Everything of a request that is not its path: who asks, as whom, and in which form the answer should come. */
export function requestHeaders(
  user: UserEntry,
  credential: Credential,
  ask: RequestOptions,
  watch: boolean,
): Headers {
  return {
    accept: ask.accept ?? 'application/json',
    'user-agent': 'groundup',
    ...(watch ? {} : { 'accept-encoding': 'gzip' }),
    ...(credential.authorization === null ? {} : { authorization: credential.authorization }),
    ...(ask.body === undefined ? {} : { 'content-type': ask.contentType ?? 'application/json' }),
    ...impersonation(user),
  };
}

function impersonation(user: UserEntry): Headers {
  if (user.as === undefined) return {};
  const headers: Headers = { 'impersonate-user': user.as };
  if (user.asUid !== undefined) headers['impersonate-uid'] = user.asUid;
  if (user.asGroups.length > 0) headers['impersonate-group'] = [...user.asGroups];
  for (const [key, values] of Object.entries(user.asExtra))
    headers[`impersonate-extra-${encodeURIComponent(key)}`] = [...values];
  return headers;
}

export function bodyOf(ask: RequestOptions): string | null {
  if (ask.body === undefined) return null;
  return typeof ask.body === 'string' ? ask.body : JSON.stringify(ask.body);
}

export function queryText(query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value));
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
