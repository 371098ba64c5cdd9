import type { Snapshot } from '../cluster/snapshot.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { isBroken, logsToRead } from '../diagnosis/logs-to-read.ts';
import type { Cluster } from '../kube/open-cluster.ts';
import { logAsker } from './log-asker.ts';
import { pacer } from './pacer.ts';

export interface LogReaderOptions {
  readonly cluster: Pick<Cluster, 'request' | 'snapshot' | 'onChange' | 'logRead' | 'forgetLogs'>;
  /** What is concluded now, and from which snapshot. */
  readonly model: () => { readonly snapshot: Snapshot; readonly diagnosis: Diagnosis };
  /** Exact values that must not be shown, such as tokens of the kubeconfig. */
  readonly secrets: () => readonly string[];
  /** A clock that never goes back (ms), by which requests are counted; the demo's runs faster. */
  readonly clock?: () => number;
}

/** Reads logs of what is broken, under a budget: few requests, small answers, and none at all while everything works. */
export interface LogReader {
  /** Reads what is worth reading now; a second call while one reads joins it. Never rejects. */
  readonly round: () => Promise<void>;
  /** Reads from now on whenever something changed, at most every five seconds. */
  readonly follow: () => void;
  readonly close: () => Promise<void>;
}

/** Between two rounds (ms), and between two looks at whether one is worth it. */
const ROUND_MS = 5_000;
const LOOK_MS = 1_000;

export function logReader({ cluster, model, secrets, clock }: LogReaderOptions): LogReader {
  const stop = new AbortController();
  const asker = logAsker({
    cluster,
    secrets,
    clock: clock ?? (() => performance.now()),
    signal: stop.signal,
  });
  let running: Promise<void> | null = null;
  const readAll = async (): Promise<void> => {
    const { snapshot, diagnosis } = model();
    if (diagnosis.verdict === 'healthy') cluster.forgetLogs();
    if (!isBroken(diagnosis)) return;
    asker.begin();
    // One after the other: a refusal spares the rest, and the API server gets one request at a time.
    for (const one of logsToRead(snapshot, diagnosis, asker.known, asker.now())) {
      const evidence = await asker.read(one);
      if (evidence !== null && !stop.signal.aborted) cluster.logRead(evidence);
    }
  };
  const round = (): Promise<void> => {
    running ??= readAll()
      // A judgement that fails is shown as such elsewhere; it only means that there is nothing to read for it.
      .catch(() => undefined)
      .finally(() => {
        running = null;
      });
    return running;
  };
  const pace = pacer(cluster.onChange, async () => {
    const before = asker.asked();
    await round();
    return asker.asked() > before ? ROUND_MS : LOOK_MS;
  });
  return {
    round,
    follow: pace.start,
    close: async () => {
      stop.abort();
      pace.stop();
      await running;
    },
  };
}
