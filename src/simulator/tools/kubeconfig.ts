import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { parse } from 'yaml';
import type { Json } from '../world.ts';
import { NoContext, ToolFailure } from './tool.ts';

/** Where a tool talks to, and as whom. */
export interface Target {
  /** Null without a kubeconfig: then every client tries localhost:8080, where nothing is. */
  readonly server: URL | null;
  readonly token: string;
  readonly context: string;
  readonly namespace: string;
}

export interface TargetOptions {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/**
 * The server of the named or current context. Throws NoContext for a context that is not there, and refuses servers
 * that cannot be a simulated one: these tools shall never touch a real cluster.
 */
export function readTarget(
  env: Readonly<Record<string, string | undefined>>,
  options: TargetOptions,
): Target {
  const config = readConfig(options.kubeconfig ?? env.KUBECONFIG ?? '');
  const name: string = options.context || (config['current-context'] ?? '');
  const context = named(config.contexts, name)?.context;
  if (!context && options.context) throw new NoContext(options.context);
  const address: string | undefined = named(config.clusters, context?.cluster)?.cluster?.server;
  if (!context || !address) return { server: null, token: '', context: name, namespace: 'default' };
  const server = new URL(address);
  if (server.protocol !== 'http:' || server.hostname !== '127.0.0.1') {
    throw new ToolFailure(`${server.host} is not a simulated cluster`);
  }
  const token: string = named(config.users, context.user)?.user?.token ?? decodeURIComponent(server.username);
  server.username = '';
  return { server, token, context: name, namespace: context.namespace ?? 'default' };
}

/** The first of the files that exists; a missing file counts as an empty one, as in client-go. */
function readConfig(paths: string): Json {
  for (const path of paths.split(delimiter).filter(Boolean)) {
    try {
      return parse(readFileSync(path, 'utf8')) ?? {};
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        throw new ToolFailure(`error loading config file "${path}"`);
    }
  }
  return {};
}

function named(entries: Json, name: string | undefined): Json {
  return Array.isArray(entries) ? entries.find(entry => entry?.name === name) : undefined;
}
