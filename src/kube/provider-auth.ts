import { field } from '../text/field.ts';
import { say } from '../text/safe.ts';
import { type Failure, failure } from './failure.ts';
import { freezeKubeconfig } from './freeze-kubeconfig.ts';
import type { ResolvedKubeconfig } from './kubeconfig.ts';

const configs = new WeakMap<ResolvedKubeconfig, Promise<import('@kubernetes/client-node').KubeConfig>>();

/**
 * The older auth providers (oidc with its refresh, azure, gcp) are left to the official client, which is loaded only
 * for them: it costs more time than a whole first frame.
 */
export async function providerAuthorization(
  resolved: ResolvedKubeconfig,
  signal: AbortSignal,
): Promise<{ readonly ok: true; readonly authorization: string | null } | Failure> {
  try {
    const { RequestContext, HttpMethod } = await import('@kubernetes/client-node');
    const config = await clientConfig(resolved);
    const context = new RequestContext(resolved.cluster.server, HttpMethod.GET);
    await withSignal(config.applySecurityAuthentication(context), signal);
    const headers = new Headers(context.getHeaders());
    return { ok: true, authorization: headers.get('authorization') };
  } catch (error) {
    const provider = field(resolved.user.authProvider?.name ?? 'unnamed');
    const said = field(error instanceof Error ? error.message.slice(0, 300) : '');
    return failure(
      'credentials',
      say`The auth provider ${provider} of the kubeconfig gave no token (${said}). Log in again with kubectl.`,
    );
  }
}

/** The official client's view of the same kubeconfig: also the way to its proxy agents. */
export function clientConfig(
  resolved: ResolvedKubeconfig,
): Promise<import('@kubernetes/client-node').KubeConfig> {
  let config = configs.get(resolved);
  if (config === undefined) {
    config = import('@kubernetes/client-node').then(({ KubeConfig }) => {
      const made = new KubeConfig();
      const { cluster } = resolved;
      // The official client refuses plain http unless verification is off, which does not matter there.
      const insecure = cluster.insecure || cluster.server.startsWith('http:');
      made.loadFromString(freezeKubeconfig({ ...resolved, cluster: { ...cluster, insecure } }));
      return made;
    });
    configs.set(resolved, config);
  }
  return config;
}

async function withSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const limit = AbortSignal.timeout(10_000);
  return await new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(new Error('no answer within 10 s'));
    limit.addEventListener('abort', stop, { once: true });
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => {
      limit.removeEventListener('abort', stop);
      signal.removeEventListener('abort', stop);
    });
  });
}
