import { loadKubeconfig, type ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import { UsageError } from './arguments.ts';

/** The cluster that the flags and the environment name. Throws UsageError with the sentence and the cure. */
export function chooseCluster(
  flags: { readonly context?: string; readonly kubeconfig?: string },
  env: NodeJS.ProcessEnv,
): ResolvedKubeconfig {
  const result = loadKubeconfig({ path: flags.kubeconfig, context: flags.context, env });
  if (result.ok) return result.value;
  throw new UsageError(`${result.error.message} ${result.error.cure}`);
}
