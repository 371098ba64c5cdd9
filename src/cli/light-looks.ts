import { setTimeout as delay } from 'node:timers/promises';
import type { Snapshot } from '../cluster/snapshot.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import { openCluster } from '../kube/open-cluster.ts';
import { wallOf } from '../kube/simulated-clock.ts';
import type { ClusterCell } from '../store/cluster-cell.ts';
import { identifier } from '../text/look-alike.ts';
import { atMost } from './at-most.ts';

export interface LightLookOptions {
  readonly clusters: readonly ResolvedKubeconfig[];
  /** The context that is watched anyway: it is not looked at. */
  readonly shown: () => string;
  readonly narrow: (diagnosis: Diagnosis, snapshot: Snapshot) => Diagnosis;
  /** Called after every look that has ended. */
  readonly onChange: (cells: readonly ClusterCell[]) => void;
  /** What a look saw. */
  readonly onSeen?: (resolved: ResolvedKubeconfig, sight: Sight) => void;
  readonly everyMs?: number;
  readonly firstAfterMs?: number;
}

export interface Sight {
  readonly snapshot: Snapshot;
  readonly diagnosis: Diagnosis;
}

export interface LightLooks {
  readonly cells: () => readonly ClusterCell[];
  /** What the full watch of a cluster concluded last, before it was left. */
  readonly note: (context: string, diagnosis: Diagnosis) => void;
  readonly stop: () => Promise<void>;
}

const EVERY_MS = 60_000;
/** The cluster on the screen comes first. */
const FIRST_AFTER_MS = 1_500;
const DEADLINE_MS = 20_000;
const AT_ONCE = 2;

/**
 * Looks at each chosen cluster now and then, and at no other time holds a connection to it: no watch, no logs, no probes, no
 * tools. Two at a time at most; a cluster that does not answer costs its deadline and nothing else.
 */
export function lightLooks(options: LightLookOptions): LightLooks {
  const { clusters, shown, narrow, onChange, everyMs = EVERY_MS, firstAfterMs = FIRST_AFTER_MS } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const cells = new Map<string, ClusterCell>();
  for (const { context } of clusters)
    cells.set(context, { context: identifier(context), verdict: null, layer: null, seenAt: null });
  const all = (): readonly ClusterCell[] => [...cells.values()];
  const note = (context: string, { verdict, root }: Diagnosis): void => {
    if (!cells.has(context)) return;
    cells.set(context, {
      context: identifier(context),
      verdict,
      layer: root?.layer ?? null,
      seenAt: Date.now(),
    });
  };
  const look = async (resolved: ResolvedKubeconfig): Promise<void> => {
    if (signal.aborted || resolved.context === shown()) return;
    const seen = await lookOnce(resolved, narrow, signal);
    // Meanwhile it may have been entered: then its own watch knows better.
    if (signal.aborted || resolved.context === shown()) return;
    note(resolved.context, seen.diagnosis);
    onChange(all());
    options.onSeen?.(resolved, seen);
  };
  const go = async (): Promise<void> => {
    for (let wait = firstAfterMs; ; wait = everyMs) {
      await delay(wait, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      await atMost(AT_ONCE, clusters, look);
    }
  };
  const ended = clusters.length < 2 ? Promise.resolve() : go();
  return {
    cells: all,
    note,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

async function lookOnce(
  resolved: ResolvedKubeconfig,
  narrow: LightLookOptions['narrow'],
  signal: AbortSignal,
): Promise<Sight> {
  const cluster = openCluster({ resolved, wall: wallOf(resolved.cluster.clock) });
  const aborted = new Promise<void>(done => signal.addEventListener('abort', () => done(), { once: true }));
  await Promise.race([cluster.loaded(DEADLINE_MS), aborted]);
  const snapshot = cluster.snapshot();
  await cluster.close();
  return { snapshot, diagnosis: narrow(diagnose(snapshot), snapshot) };
}
