import { stringify } from 'yaml';
import { identifier } from '../text/look-alike.ts';
import type { ResolvedKubeconfig } from './kubeconfig.ts';
import type { Material } from './kubeconfig-entries.ts';

/**
 * The YAML of a kubeconfig with this one context and absolute paths. Tools get a file with it, so that a plan cannot
 * hit another cluster when somebody changes the current context meanwhile. Holds secrets: write it with mode 0600.
 */
export function freezeKubeconfig({ context: raw, namespace, cluster, user }: ResolvedKubeconfig): string {
  // The name that plans are made with is the one that is shown.
  const context = identifier(raw);
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': context,
      contexts: [{ name: context, context: { cluster: cluster.name, user: user.name, namespace } }],
      clusters: [
        {
          name: cluster.name,
          cluster: given({
            server: cluster.server,
            ...materialFields('certificate-authority', cluster.authority),
            'tls-server-name': cluster.tlsServerName,
            'insecure-skip-tls-verify': cluster.insecure || undefined,
            'proxy-url': cluster.proxyUrl,
          }),
        },
      ],
      users: [{ name: user.name, user: userFields(user) }],
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

function userFields(user: ResolvedKubeconfig['user']): Record<string, unknown> {
  const { exec } = user;
  return given({
    ...materialFields('client-certificate', user.certificate),
    ...materialFields('client-key', user.key),
    token: user.token,
    tokenFile: user.tokenFile,
    username: user.username,
    password: user.password,
    'auth-provider': user.authProvider,
    exec:
      exec &&
      given({
        apiVersion: exec.apiVersion,
        command: exec.command,
        args: exec.args,
        env: exec.env,
        provideClusterInfo: exec.provideClusterInfo,
        interactiveMode: exec.interactiveMode,
        installHint: exec.installHint || undefined,
      }),
    as: user.as,
    'as-uid': user.asUid,
    'as-groups': user.asGroups.length > 0 ? user.asGroups : undefined,
    'as-user-extra': Object.keys(user.asExtra).length > 0 ? user.asExtra : undefined,
  });
}

function materialFields(key: string, material: Material): Record<string, string | undefined> {
  return material.data === undefined
    ? { [key]: material.file }
    : { [`${key}-data`]: Buffer.from(material.data, 'utf8').toString('base64') };
}

function given(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
