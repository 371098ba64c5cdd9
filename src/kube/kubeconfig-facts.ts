import { readFile, stat } from 'node:fs/promises';
import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';
import { certificateExpiry } from './certificates.ts';
import type { ResolvedKubeconfig } from './kubeconfig.ts';
import type { Material } from './kubeconfig-entries.ts';

/** What can be told of a kubeconfig without asking the cluster, and without a secret in it. */
export interface KubeconfigFacts {
  readonly context: Safe;
  readonly server: Safe;
  readonly insecure: boolean;
  readonly files: readonly { readonly path: Safe; readonly mode: number }[];
  readonly way: 'certificate' | 'token' | 'plugin' | 'password' | 'provider' | 'nothing';
  /** Epoch ms; null when there is none, or it does not tell. */
  readonly certificateExpires: number | null;
  readonly tokenExpires: number | null;
  /** The program that gets credentials. */
  readonly plugin: { readonly command: Safe; readonly hint: Safe } | null;
}

const CAP = 1_048_576;

export async function kubeconfigFacts(resolved: ResolvedKubeconfig): Promise<KubeconfigFacts> {
  const { context, cluster, user, files } = resolved;
  const modes = await Promise.all(
    files.map(async path => ({ path: field(path), mode: (await modeOf(path)) ?? 0 })),
  );
  const token = user.token ?? (user.tokenFile === undefined ? null : await textOf({ file: user.tokenFile }));
  return {
    context: field(context),
    server: field(withoutPassword(cluster.server)),
    insecure: cluster.insecure,
    files: modes,
    way: wayOf(resolved),
    certificateExpires: certificateExpiry(await textOf(user.certificate)),
    tokenExpires: token === null ? null : tokenExpiry(token),
    plugin:
      user.exec === undefined
        ? null
        : { command: field(user.exec.command), hint: field(user.exec.installHint) },
  };
}

/** The end of a JSON web token, epoch ms, by its own words (nothing is verified); null for any other token. */
export function tokenExpiry(token: string): number | null {
  const body = token.trim().split('.')[1];
  if (body === undefined) return null;
  try {
    const { exp } = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as { exp?: unknown };
    return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1000 : null;
  } catch {
    return null;
  }
}

function wayOf({ user }: ResolvedKubeconfig): KubeconfigFacts['way'] {
  if (user.exec !== undefined) return 'plugin';
  if (user.token !== undefined || user.tokenFile !== undefined) return 'token';
  if (user.certificate.data !== undefined || user.certificate.file !== undefined) return 'certificate';
  if (user.username !== undefined) return 'password';
  return user.authProvider === undefined ? 'nothing' : 'provider';
}

function withoutPassword(server: string): string {
  return server.replace(/\/\/[^/@]*@/, '//');
}

async function textOf({ data, file }: Material): Promise<string | null> {
  if (data !== undefined) return data;
  if (file === undefined) return null;
  try {
    return (await stat(file)).size <= CAP ? await readFile(file, 'utf8') : null;
  } catch {
    return null;
  }
}

async function modeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch {
    return null;
  }
}
