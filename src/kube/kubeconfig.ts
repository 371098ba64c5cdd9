import { homedir } from 'node:os';
import { delimiter, join as joinPath, resolve } from 'node:path';
import { field } from '../text/field.ts';
import { join, say } from '../text/safe.ts';
import { inCluster } from './in-cluster.ts';
import {
  type ClusterEntry,
  type ContextEntry,
  readCluster,
  readContext,
  readUser,
  type UserEntry,
} from './kubeconfig-entries.ts';
import { type KubeconfigResult, refuse } from './kubeconfig-error.ts';
import { type Entry, type KubeconfigFile, readKubeconfigFile } from './kubeconfig-file.ts';
import { nearest } from './nearest.ts';

/** One cluster and one user, ready to be asked: everything relative has become absolute. Holds secrets: never print it. */
export interface ResolvedKubeconfig {
  readonly context: string;
  readonly namespace: string;
  readonly cluster: ClusterEntry;
  readonly user: UserEntry;
  /** Every context that could be chosen instead. */
  readonly contexts: readonly ContextEntry[];
  /** The files that were read, for noticing that one of them changed. */
  readonly files: readonly string[];
  /** How long one request may take, ms; without it each kind of request has its own limit. */
  readonly requestTimeoutMs?: number;
}

export interface KubeconfigAsk {
  /** `--kubeconfig`: only this file, and it must exist. */
  readonly path?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly context?: string | undefined;
  readonly cluster?: string | undefined;
  readonly user?: string | undefined;
  readonly server?: string | undefined;
  readonly as?: string | undefined;
  readonly asUid?: string | undefined;
  readonly asGroups?: readonly string[] | undefined;
  readonly tlsServerName?: string | undefined;
  readonly requestTimeoutMs?: number | undefined;
  /** Where a pod finds its service account; only tests move it. */
  readonly serviceAccountFolder?: string | undefined;
}

/**
 * Finds the cluster as kubectl does: `--kubeconfig`, else the files of KUBECONFIG (missing ones are skipped, the
 * first file that names a thing wins), else `~/.kube/config`, else the service account of this pod.
 */
export function loadKubeconfig(ask: KubeconfigAsk): KubeconfigResult<ResolvedKubeconfig> {
  const paths = searchPaths(ask);
  const files: KubeconfigFile[] = [];
  for (const path of paths) {
    const read = readKubeconfigFile(path);
    if (read === undefined) continue;
    if (!read.ok) return read;
    files.push(read.value);
  }
  if (files.length > 0) return choose(ask, files);
  const pod = ask.path === undefined ? inCluster(ask.env, ask.serviceAccountFolder) : undefined;
  if (pod !== undefined) return { ok: true, value: override(pod, ask) };
  const tried = join(
    paths.map(path => field(path)),
    ', ',
  );
  return refuse(
    'file-missing',
    paths.length === 1
      ? say`There is no kubeconfig at ${tried}.`
      : say`None of these kubeconfigs exists: ${tried}.`,
    say`Set KUBECONFIG or --kubeconfig to a file that kubectl works with, or try \`groundup demo\`.`,
  );
}

/** The kubeconfig files in kubectl's order; they need not exist. */
export function searchPaths({ path, env }: Pick<KubeconfigAsk, 'path' | 'env'>): readonly string[] {
  if (path !== undefined) return [resolve(path)];
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter(entry => entry !== '');
  if (listed.length > 0) return [...new Set(listed.map(entry => resolve(entry)))];
  return [joinPath(env.HOME || homedir(), '.kube', 'config')];
}

function choose(ask: KubeconfigAsk, files: readonly KubeconfigFile[]): KubeconfigResult<ResolvedKubeconfig> {
  const contexts = firstWins(files.flatMap(file => file.contexts)).map(readContext);
  const context = chooseContext(ask, files, contexts);
  if (!context.ok) return context;
  const { value: chosen } = context;
  const clusterName = ask.cluster ?? chosen.cluster;
  const clusters = firstWins(files.flatMap(file => file.clusters)).map(readCluster);
  const cluster = clusters.find(entry => entry.name === clusterName);
  if (cluster === undefined && (clusterName !== '' || ask.server === undefined))
    return unknownName('cluster-not-found', 'cluster', clusterName, clusters, chosen);
  const userName = ask.user ?? chosen.user;
  const users = firstWins(files.flatMap(file => file.users)).map(readUser);
  const user = users.find(entry => entry.name === userName);
  if (user === undefined && userName !== '')
    return unknownName('user-not-found', 'user', userName, users, chosen);
  const resolved = override(
    {
      context: chosen.name,
      namespace: chosen.namespace ?? 'default',
      cluster: cluster ?? { name: 'server', server: '', authority: {}, insecure: false },
      user: user ?? { name: 'anonymous', certificate: {}, key: {}, asGroups: [], asExtra: {} },
      contexts,
      files: files.map(file => file.path),
    },
    ask,
  );
  return checkServer(resolved);
}

function chooseContext(
  ask: KubeconfigAsk,
  files: readonly KubeconfigFile[],
  contexts: readonly ContextEntry[],
): KubeconfigResult<ContextEntry> {
  const name = ask.context ?? files.find(file => file.currentContext !== '')?.currentContext;
  const found = contexts.find(entry => entry.name === name);
  if (found !== undefined) return { ok: true, value: found };
  if (name === undefined && ask.cluster !== undefined)
    return { ok: true, value: { name: ask.cluster, cluster: ask.cluster, user: ask.user ?? '' } };
  const known = contexts.map(entry => entry.name);
  const near = nearest(name ?? '', known).map(entry => field(entry));
  const list = near.length === 0 ? say`it has no contexts` : say`it has: ${join(near, ', ')}`;
  if (name === undefined)
    return refuse(
      'no-current-context',
      say`The kubeconfig has no current context; ${list}.`,
      say`Choose one with --context, or set it with \`kubectl config use-context NAME\`.`,
      near,
    );
  return refuse(
    'context-not-found',
    say`The kubeconfig has no context ${field(name)}; ${list}.`,
    say`Choose one of them with --context, or point KUBECONFIG at the file that has it.`,
    near,
  );
}

function unknownName(
  problem: 'cluster-not-found' | 'user-not-found',
  part: 'cluster' | 'user',
  name: string,
  entries: readonly { readonly name: string }[],
  context: ContextEntry,
): KubeconfigResult<never> {
  const near = nearest(
    name,
    entries.map(entry => entry.name),
  ).map(entry => field(entry));
  return refuse(
    problem,
    say`Context ${field(context.name)} names the ${field(part)} ${field(name === '' ? '""' : name)}, which no kubeconfig holds.`,
    say`Add that entry, or choose another context with --context.`,
    near,
  );
}

function override(resolved: ResolvedKubeconfig, ask: KubeconfigAsk): ResolvedKubeconfig {
  const { cluster, user } = resolved;
  return {
    ...resolved,
    ...(ask.requestTimeoutMs === undefined ? {} : { requestTimeoutMs: ask.requestTimeoutMs }),
    cluster: {
      ...cluster,
      ...(ask.server === undefined ? {} : { server: ask.server }),
      ...(ask.tlsServerName === undefined ? {} : { tlsServerName: ask.tlsServerName }),
    },
    user: {
      ...user,
      ...(ask.as === undefined ? {} : { as: ask.as }),
      ...(ask.asUid === undefined ? {} : { asUid: ask.asUid }),
      asGroups: ask.asGroups ?? user.asGroups,
    },
  };
}

/** kubectl takes `host:port` without a scheme as well. */
function checkServer(resolved: ResolvedKubeconfig): KubeconfigResult<ResolvedKubeconfig> {
  const { cluster } = resolved;
  if (cluster.server === '')
    return refuse(
      'no-server',
      say`The cluster ${field(cluster.name)} in the kubeconfig has no server address.`,
      say`Set it with \`kubectl config set-cluster ${field(cluster.name)} --server=https://HOST:6443\`.`,
    );
  const server = /^[a-z]+:\/\//i.test(cluster.server) ? cluster.server : `https://${cluster.server}`;
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return refuse(
      'bad-server',
      say`The server address ${field(cluster.server)} of cluster ${field(cluster.name)} is not an https:// or http:// URL.`,
      say`Correct it with \`kubectl config set-cluster ${field(cluster.name)} --server=https://HOST:6443\`.`,
    );
  return { ok: true, value: { ...resolved, cluster: { ...cluster, server: server.replace(/\/+$/, '') } } };
}

function firstWins(entries: readonly Entry[]): readonly Entry[] {
  const seen = new Set<string>();
  return entries.filter(entry => !seen.has(entry.name) && seen.add(entry.name));
}
