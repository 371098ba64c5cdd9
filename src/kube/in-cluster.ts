import { existsSync, readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { ResolvedKubeconfig } from './kubeconfig.ts';

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Inside a pod, without a kubeconfig: the service account that the kubelet mounted. `undefined` outside of pods. */
export function inCluster(env: NodeJS.ProcessEnv, folder: string = ACCOUNT): ResolvedKubeconfig | undefined {
  const host = env.KUBERNETES_SERVICE_HOST;
  const port = env.KUBERNETES_SERVICE_PORT;
  const tokenFile = join(folder, 'token');
  if (!host || !port || !existsSync(tokenFile)) return undefined;
  const name = 'in-cluster';
  const namespace = readNamespace(join(folder, 'namespace'));
  return {
    context: name,
    namespace: namespace ?? 'default',
    cluster: {
      name,
      server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
      authority: { file: join(folder, 'ca.crt') },
      insecure: false,
    },
    user: { name, certificate: {}, key: {}, tokenFile, asGroups: [], asExtra: {} },
    contexts: [{ name, cluster: name, user: name }],
    files: [],
  };
}

function readNamespace(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
