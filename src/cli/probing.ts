import type { ProbeId } from '../cluster/probe-results.ts';
import type { ProbeSettings } from '../config/context-settings.ts';
import { execInPods } from '../kube/exec.ts';
import type { ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import type { Cluster } from '../kube/open-cluster.ts';
import { portForwarding } from '../kube/port-forward.ts';
import { runProbes } from '../probes/run-probes.ts';
import { sweepProbes } from '../probes/sweep.ts';

/** A failed probe is asked again this often (ms), so that its layer turns green soon after the repair. */
const RETRY_MS = 60_000;

export interface Prober {
  /** Runs the ladder of probes once; a second call while one runs joins it. */
  readonly probe: (which?: readonly ProbeId[]) => Promise<void>;
  /** What was disproved may have been repaired: forget failures, and look again when there were any. */
  readonly repaired: () => void;
  readonly close: () => Promise<void>;
}

/** Active checks on demand. Leftovers of a groundup that was killed are removed when this one first probes. */
export function prober(
  cluster: Cluster,
  resolved: ResolvedKubeconfig,
  env: NodeJS.ProcessEnv,
  settings: () => ProbeSettings | undefined = () => undefined,
): Prober {
  const stop = new AbortController();
  let running: Promise<void> | null = null;
  let again: NodeJS.Timeout | null = null;
  const now = (): number => cluster.snapshot().now;

  const round = async (which: readonly ProbeId[] | undefined): Promise<void> => {
    const { image, external } = settings() ?? {};
    await sweepProbes(cluster, now()).catch(() => undefined);
    const probes = runProbes(cluster, cluster.snapshot(), {
      signal: stop.signal,
      now,
      ...(which === undefined ? {} : { which }),
      image: image ?? undefined,
      external: external ?? undefined,
      forward: portForwarding(resolved, env),
      exec: execInPods(resolved, env),
      earlier: cluster.snapshot().probes,
    });
    for await (const result of probes) cluster.probed(result);
    if (hasFailed() && !stop.signal.aborted) again = setTimeout(() => void probe(), RETRY_MS).unref();
  };
  const hasFailed = (): boolean => cluster.snapshot().probes.some(result => result.ok === false);
  const probe = (which?: readonly ProbeId[]): Promise<void> => {
    if (again !== null) clearTimeout(again);
    again = null;
    running ??= round(which)
      .catch(() => undefined)
      .finally(() => {
        running = null;
      });
    return running;
  };
  return {
    probe,
    repaired: () => {
      if (!hasFailed()) return;
      cluster.forgetFailedProbes();
      void probe();
    },
    close: async () => {
      stop.abort();
      if (again !== null) clearTimeout(again);
      await running;
    },
  };
}
