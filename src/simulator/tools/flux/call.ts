import type { Json } from '../../world.ts';
import { type Api, ApiRefusal } from '../api.ts';
import type { Flags } from '../flags.ts';
import { collectionPath } from '../paths.ts';
import { type Call, ToolFailure } from '../tool.ts';
import type { Waiting } from '../waiting.ts';
import type { FluxKind } from './kinds.ts';

/** What a verb of flux works with. */
export interface FluxCall {
  readonly call: Call;
  readonly flags: Flags;
  /** Arguments after the verb. */
  readonly words: readonly string[];
  readonly api: Api;
  readonly waiting: Waiting;
  readonly namespace: string;
  /** In simulated milliseconds. */
  readonly timeoutMs: number;
}

/** flux speaks of its progress on standard error. */
export function say({ call }: FluxCall, mark: '►' | '✔' | '◎' | '✗' | '⚠️', text: string): void {
  call.err(`${mark} ${text}\n`);
}

export function pathOf(kind: FluxKind, namespace: string, name: string): string {
  return `${collectionPath(kind.apiVersion, kind.plural, namespace)}/${name}`;
}

/** What flux says about an error. A client learns that the server is away when it asks for the kinds, before anything else. */
export function reasonOf(error: Error): string {
  const far = error instanceof ApiRefusal && error.code === 0;
  if (!far) return error.message;
  return `failed to get server groups: ${error.message.replace(/(Get "http:\/\/[^/]+)[^"]*/, '$1/api')}`;
}

/** Reads one object; throws ToolFailure when the server does not even know its kind. */
export async function read(
  { api }: FluxCall,
  kind: FluxKind,
  namespace: string,
  name: string,
): Promise<Json> {
  try {
    return await api.send(pathOf(kind, namespace, name));
  } catch (error) {
    if (!(error instanceof ApiRefusal && error.code > 0)) throw error;
    if (error.code === 404 && !error.message.startsWith(kind.plural)) {
      throw new ToolFailure(`no matches for kind "${kind.kind}" in version "${kind.apiVersion}"`);
    }
    throw new ToolFailure(error.message);
  }
}

export function conditionOf(object: Json, type: string): Json | undefined {
  const conditions: Json[] = object?.status?.conditions ?? [];
  return conditions.find(one => one.type === type);
}
