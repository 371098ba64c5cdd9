import type { ContextSettings } from '../config/context-settings.ts';
import type { Cluster } from '../kube/open-cluster.ts';
import type { PodName } from '../probes/debug-probe.ts';
import { UsageError } from './arguments.ts';

const DNS_NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

/** Reads NAMESPACE/POD. Throws UsageError for anything else, as names also stand in paths of the API. */
export function podNamed(word: string): PodName {
  const [namespace = '', name = '', ...more] = word.split('/');
  if (more.length > 0 || !DNS_NAME.test(namespace) || !DNS_NAME.test(name))
    throw new UsageError(`--probe-pod cannot be '${word}'; write NAMESPACE/POD`);
  return { namespace, name };
}

/** Throws UsageError where the configuration forbids it: the container that is added cannot be taken away again. */
export function mayProbePods({ name, protected: isProtected, readOnly }: ContextSettings): void {
  if (readOnly)
    throw new UsageError(`the configuration makes '${name}' read-only: --probe-pod adds a container there`);
  if (isProtected)
    throw new UsageError(`'${name}' is protected: --probe-pod adds no container that would stay there`);
}

/**
 * Probes inside one pod and hands in what was found, which is also said on stderr. Throws UsageError with the reason when
 * it was refused before anything was added; whatever fails later leaves the verdict of the look as it is.
 */
export async function probePod(
  cluster: Cluster,
  pod: PodName,
  { probe: { image, external } }: Pick<ContextSettings, 'probe'>,
  withinMs: number,
): Promise<void> {
  const told = (text: string) => process.stderr.write(`groundup: probe P5: ${text}\n`);
  if (cluster.snapshot().api.reach !== 'reached') {
    told('not done, the API server is not reached');
    return;
  }
  const { probeInPod } = await import('../probes/debug-probe.ts');
  const outcome = await probeInPod(cluster, cluster.snapshot(), pod, {
    signal: AbortSignal.timeout(Math.max(0, Math.ceil(withinMs))),
    now: () => cluster.snapshot().now,
    image: image ?? undefined,
    external: external ?? undefined,
  });
  if (!outcome.ok) throw new UsageError(`--probe-pod: ${outcome.refusal}`);
  cluster.probed(outcome.result);
  told(outcome.result.message);
}
