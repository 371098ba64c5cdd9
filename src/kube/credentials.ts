import { readFile } from 'node:fs/promises';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { type ExecCredential, runExecPlugin } from './exec-plugin.ts';
import { type Failure, failure } from './failure.ts';
import type { ResolvedKubeconfig } from './kubeconfig.ts';
import type { Material } from './kubeconfig-entries.ts';
import { providerAuthorization } from './provider-auth.ts';

/** What proves who asks. A new object each time it was renewed, so that identity tells whether it is still the same. */
export interface Credential {
  readonly ok: true;
  readonly authorization: string | null;
  readonly certificate: string | null;
  readonly key: string | null;
}

export interface Credentials {
  readonly get: () => Promise<Credential | Failure>;
  /** The server refused this one. True when asking again can give another. */
  readonly refused: (used: Credential) => boolean;
  /** What the plugin said last, when it failed. */
  readonly lastWords: () => Safe | null;
  readonly close: () => void;
}

export interface CredentialOptions {
  readonly resolved: ResolvedKubeconfig;
  readonly env: NodeJS.ProcessEnv;
  readonly wall: () => number;
  readonly execTimeLimitMs?: number | undefined;
}

/** After a refusal a plugin may run at once, but only once in this time: no storm of logins. */
const RENEW_EVERY = 30_000;
const EXPIRY_MARGIN = 10_000;
/** The kubelet rotates service account tokens; the file is cheap to read. */
const FILE_LIFETIME = 10_000;

/** The credentials of the kubeconfig's user; plugins run one at a time and their answer is kept while it is valid. */
export function openCredentials(options: CredentialOptions): Credentials {
  const { user } = options.resolved;
  const { wall } = options;
  const closed = new AbortController();
  let held: { credential: Credential; until: number } | null = null;
  let running: Promise<Credential | Failure> | null = null;
  let failed: { failure: Failure; at: number } | null = null;
  let renewedAt = Number.NEGATIVE_INFINITY;
  const renewable =
    user.exec !== undefined || user.tokenFile !== undefined || user.authProvider !== undefined;

  const renew = async (): Promise<Credential | Failure> => {
    const fresh = await obtain(options, closed.signal);
    if (!fresh.ok) {
      failed = { failure: fresh, at: wall() };
      return fresh;
    }
    failed = null;
    const same =
      held !== null &&
      held.credential.authorization === fresh.credential.authorization &&
      held.credential.certificate === fresh.credential.certificate;
    held = { credential: same && held ? held.credential : fresh.credential, until: fresh.until };
    return held.credential;
  };

  return {
    get: async () => {
      if (held !== null && wall() < held.until) return held.credential;
      if (failed !== null && user.exec !== undefined && wall() - failed.at < RENEW_EVERY)
        return failed.failure;
      running ??= renew().finally(() => {
        running = null;
      });
      return running;
    },
    refused: used => {
      if (!renewable) return false;
      if (held?.credential !== used) return true;
      if (wall() - renewedAt < RENEW_EVERY) return false;
      renewedAt = wall();
      held = null;
      return true;
    },
    lastWords: () => failed?.failure.message ?? null,
    close: () => closed.abort(),
  };
}

type Obtained = { readonly ok: true; readonly credential: Credential; readonly until: number };

async function obtain(options: CredentialOptions, signal: AbortSignal): Promise<Obtained | Failure> {
  const { resolved, env, wall } = options;
  const { user } = resolved;
  let certificate: string | null;
  let key: string | null;
  try {
    certificate = await readMaterial(user.certificate);
    key = await readMaterial(user.key);
  } catch (error) {
    return unreadable(error, 'client certificate');
  }
  const base: Credential = { ok: true, authorization: null, certificate, key };
  const forever = Number.POSITIVE_INFINITY;
  if (user.exec !== undefined) {
    const clusterInfo = await describeCluster(resolved);
    const timeLimitMs = options.execTimeLimitMs ?? 10_000;
    const made = await runExecPlugin({ exec: user.exec, env, clusterInfo, timeLimitMs, signal });
    if (!made.ok) return made;
    return { ok: true, credential: fromPlugin(base, made), until: (made.expires ?? forever) - EXPIRY_MARGIN };
  }
  if (user.tokenFile !== undefined) {
    try {
      const token = (await readFile(user.tokenFile, 'utf8')).trim();
      return { ok: true, credential: bearer(base, token), until: wall() + FILE_LIFETIME };
    } catch (error) {
      if (user.token === undefined) return unreadable(error, 'token file');
    }
  }
  if (user.token !== undefined) return { ok: true, credential: bearer(base, user.token), until: forever };
  if (user.username !== undefined) {
    const pair = Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64');
    return { ok: true, credential: { ...base, authorization: `Basic ${pair}` }, until: forever };
  }
  if (user.authProvider !== undefined) {
    const made = await providerAuthorization(resolved, signal);
    if (!made.ok) return made;
    return { ok: true, credential: { ...base, authorization: made.authorization }, until: wall() + 30_000 };
  }
  return { ok: true, credential: base, until: forever };
}

function bearer(base: Credential, token: string): Credential {
  return { ...base, authorization: `Bearer ${token}` };
}

function fromPlugin(base: Credential, made: ExecCredential): Credential {
  return {
    ok: true,
    authorization: made.token === undefined ? null : `Bearer ${made.token}`,
    certificate: made.certificate ?? base.certificate,
    key: made.key ?? base.key,
  };
}

function unreadable(error: unknown, what: string): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
  const path = error instanceof Error && 'path' in error ? String(error.path) : '';
  return failure(
    'credentials',
    say`The ${field(what)} ${field(path)} cannot be read (${field(code)}). Check the path in the kubeconfig and its mode.`,
  );
}

async function describeCluster({ cluster }: ResolvedKubeconfig): Promise<Record<string, unknown>> {
  const authority = await readMaterial(cluster.authority).catch(() => null);
  return {
    server: cluster.server,
    ...(cluster.tlsServerName === undefined ? {} : { 'tls-server-name': cluster.tlsServerName }),
    ...(cluster.insecure ? { 'insecure-skip-tls-verify': true } : {}),
    ...(authority === null
      ? {}
      : { 'certificate-authority-data': Buffer.from(authority).toString('base64') }),
    ...(cluster.proxyUrl === undefined ? {} : { 'proxy-url': cluster.proxyUrl }),
  };
}

export async function readMaterial(material: Material): Promise<string | null> {
  if (material.data !== undefined) return material.data;
  return material.file === undefined ? null : await readFile(material.file, 'utf8');
}
