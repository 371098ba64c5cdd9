import type { ProbeResult } from '../cluster/probe-results.ts';
import { execInPods } from '../kube/exec.ts';
import type { ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import type { Cluster } from '../kube/open-cluster.ts';
import { portForwarding } from '../kube/port-forward.ts';
import { runProbes } from '../probes/run-probes.ts';
import { sweepProbes } from '../probes/sweep.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import type { ProbeRound } from './probe-round.ts';

/** A failed probe is asked again this often (ms), so that its layer turns green soon after the repair. */
const RETRY_MS = 60_000;

export interface Told {
  /** What a round is made of, asked anew for each. */
  readonly round: () => ProbeRound;
  /** Hears, once a sentence, why commands in pods that were asked for could not be run. */
  readonly untold: (text: Safe) => void;
}

export interface Prober {
  /** Runs the ladder of probes once; a second call while one runs joins it. */
  readonly probe: () => Promise<void>;
  /** What was disproved may have been repaired: forget failures, and look again when there were any. */
  readonly repaired: () => void;
  readonly close: () => Promise<void>;
}

/** Active checks on demand. Leftovers of a groundup that was killed are removed when this one first probes. */
export function prober(
  cluster: Cluster,
  resolved: ResolvedKubeconfig,
  env: NodeJS.ProcessEnv,
  told: Told,
): Prober {
  const stop = new AbortController();
  let running: Promise<void> | null = null;
  let again: NodeJS.Timeout | null = null;
  const said = new Set<Safe>();
  const now = (): number => cluster.snapshot().now;

  const hear = (result: ProbeResult): void => {
    cluster.probed(result);
    if (result.ok !== null || !['P3', 'P4'].includes(result.id) || said.has(result.message)) return;
    said.add(result.message);
    told.untold(say`probe ${field(result.id)}: ${result.message}`);
  };
  const round = async (): Promise<void> => {
    const { image, external, exec, only } = told.round();
    await sweepProbes(cluster, now()).catch(() => undefined);
    const probes = runProbes(cluster, cluster.snapshot(), {
      signal: stop.signal,
      now,
      which: only ?? undefined,
      image: image ?? undefined,
      external: external ?? undefined,
      forward: portForwarding(resolved, env),
      exec: exec ? execInPods(resolved, env) : undefined,
      earlier: cluster.snapshot().probes,
    });
    for await (const result of probes) hear(result);
    if (hasFailed() && !stop.signal.aborted) again = setTimeout(() => void probe(), RETRY_MS).unref();
  };
  const hasFailed = (): boolean => cluster.snapshot().probes.some(result => result.ok === false);
  const probe = (): Promise<void> => {
    if (again !== null) clearTimeout(again);
    again = null;
    running ??= round()
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
