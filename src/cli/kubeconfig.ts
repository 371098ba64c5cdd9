import { loadKubeconfig, type ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import { readDuration, UsageError, type Values } from './arguments.ts';
import type { clusterFlags } from './cluster-flags.ts';

/** The cluster that the flags and the environment name. Throws UsageError with the sentence and the cure. */
export function chooseCluster(
  flags: Values<typeof clusterFlags>,
  env: NodeJS.ProcessEnv,
): ResolvedKubeconfig {
  const { kubeconfig, context, cluster, user, server, as } = flags;
  const result = loadKubeconfig({
    path: kubeconfig,
    ...{ context, cluster, user, server, as, env },
    asUid: flags['as-uid'],
    asGroups: flags['as-group'],
    tlsServerName: flags['tls-server-name'],
    requestTimeoutMs: requestTimeout(flags['request-timeout']),
  });
  if (!result.ok) throw new UsageError(`${result.error.message} ${result.error.cure}`);
  const { value } = result;
  if (value.user.as === undefined && (flags['as-group'] !== undefined || flags['as-uid'] !== undefined))
    throw new UsageError('--as-group and --as-uid say more of somebody whom --as names; add --as USER');
  return value;
}

/** The clusters of all contexts that were named, in that order and each once; the current one when none was. */
export function chooseClusters(
  flags: Omit<Values<typeof clusterFlags>, 'context'> & { readonly context?: readonly string[] },
  env: NodeJS.ProcessEnv,
): readonly [ResolvedKubeconfig, ...ResolvedKubeconfig[]] {
  const { context: named, ...others } = flags;
  const [first, ...rest] = new Set(named ?? []);
  if (first === undefined) return [chooseCluster(others, env)];
  if (rest.length > 0) {
    const one = (['cluster', 'server', 'tls-server-name'] as const).find(name => others[name] !== undefined);
    if (one !== undefined)
      throw new UsageError(`--${one} names one cluster; leave it out with several --context`);
  }
  const choose = (context: string): ResolvedKubeconfig => chooseCluster({ ...others, context }, env);
  return [choose(first), ...rest.map(choose)];
}

function requestTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = readDuration('request-timeout', text);
  if (ms > 0) return ms;
  throw new UsageError(
    '--request-timeout cannot be 0: every wait here has an end; write a long one such as 5m',
  );
}
