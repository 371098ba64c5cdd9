import { isAbsolute, join, resolve } from 'node:path';
import { type Entry, isRecord } from './kubeconfig-file.ts';
import { readSimulatedClock, type SimulatedClock } from './simulated-clock.ts';

/** A file named in a kubeconfig (absolute path), or its content; content wins, as with kubectl. */
export interface Material {
  readonly data?: string;
  readonly file?: string;
}

export interface ClusterEntry {
  readonly name: string;
  readonly server: string;
  readonly authority: Material;
  readonly tlsServerName?: string;
  readonly insecure: boolean;
  readonly proxyUrl?: string;
  readonly clock?: SimulatedClock;
  /** A port of this machine that leads to the server; never written in a kubeconfig. */
  readonly detour?: { readonly port: number };
}

/** An exec plugin: a program that prints an ExecCredential. `command` is absolute unless it is looked up on PATH. */
export interface ExecEntry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly apiVersion: string;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode: string;
  readonly installHint: string;
}

export interface UserEntry {
  readonly name: string;
  readonly certificate: Material;
  readonly key: Material;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly exec?: ExecEntry;
  /** The older provider form (oidc, azure, gcp), kept as written. */
  readonly authProvider?: Readonly<Record<string, unknown>>;
  readonly as?: string;
  readonly asUid?: string;
  readonly asGroups: readonly string[];
  readonly asExtra: Readonly<Record<string, readonly string[]>>;
}

export interface ContextEntry {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string;
}

export function readCluster({ name, folder, body }: Entry): ClusterEntry {
  return {
    name,
    server: text(body.server) ?? '',
    authority: material(body, 'certificate-authority', folder),
    ...optional('tlsServerName', text(body['tls-server-name'])),
    insecure: body['insecure-skip-tls-verify'] === true,
    ...optional('proxyUrl', text(body['proxy-url'])),
    ...optional('clock', readSimulatedClock(body.extensions)),
  };
}

export function readUser({ name, folder, body }: Entry): UserEntry {
  const provider = body['auth-provider'];
  return {
    name,
    certificate: material(body, 'client-certificate', folder),
    key: material(body, 'client-key', folder),
    ...optional('token', text(body.token)),
    ...optional('tokenFile', path(text(body.tokenFile), folder)),
    ...optional('username', text(body.username)),
    ...optional('password', text(body.password)),
    ...optional('exec', isRecord(body.exec) ? readExec(body.exec, folder) : undefined),
    ...optional('authProvider', isRecord(provider) ? provider : undefined),
    ...optional('as', text(body.as)),
    ...optional('asUid', text(body['as-uid'])),
    asGroups: texts(body['as-groups']),
    asExtra: isRecord(body['as-user-extra'])
      ? Object.fromEntries(Object.entries(body['as-user-extra']).map(([key, value]) => [key, texts(value)]))
      : {},
  };
}

export function readContext({ name, body }: Entry): ContextEntry {
  return {
    name,
    cluster: text(body.cluster) ?? '',
    user: text(body.user) ?? '',
    ...optional('namespace', text(body.namespace)),
  };
}

/** A command with a slash is relative to its kubeconfig; a bare name is found on PATH. */
function readExec(body: Record<string, unknown>, folder: string): ExecEntry {
  const command = text(body.command) ?? '';
  const local = /[/\\]/.test(command) && !isAbsolute(command);
  return {
    command: local ? join(folder, command) : command,
    args: texts(body.args),
    env: (Array.isArray(body.env) ? body.env : []).flatMap(item =>
      isRecord(item) && typeof item.name === 'string'
        ? [{ name: item.name, value: text(item.value) ?? '' }]
        : [],
    ),
    apiVersion: text(body.apiVersion) ?? 'client.authentication.k8s.io/v1',
    provideClusterInfo: body.provideClusterInfo === true,
    interactiveMode: text(body.interactiveMode) ?? 'IfAvailable',
    installHint: text(body.installHint) ?? '',
  };
}

function material(body: Readonly<Record<string, unknown>>, key: string, folder: string): Material {
  const data = text(body[`${key}-data`]);
  if (data !== undefined) return { data: Buffer.from(data, 'base64').toString('utf8') };
  return optional('file', path(text(body[key]), folder));
}

function path(raw: string | undefined, folder: string): string | undefined {
  return raw === undefined ? undefined : resolve(folder, raw);
}

/** YAML turns an unquoted 123 into a number; an empty text counts as absent. */
function text(raw: unknown): string | undefined {
  if (typeof raw === 'number') return String(raw);
  return typeof raw === 'string' && raw !== '' ? raw : undefined;
}

function texts(raw: unknown): string[] {
  return Array.isArray(raw) ? raw.flatMap(item => text(item) ?? []) : [];
}

function optional<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: T });
}
