import type { Snapshot } from '../cluster/snapshot.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { isBroken, logsToRead } from '../diagnosis/logs-to-read.ts';
import type { Cluster } from '../kube/open-cluster.ts';
import { logAsker } from './log-asker.ts';
import { type Pacer, pacer } from './pacer.ts';

/** What was concluded, and from which snapshot. */
export interface Judged {
  readonly snapshot: Snapshot;
  readonly diagnosis: Diagnosis;
}

export interface LogReaderOptions {
  readonly cluster: Pick<Cluster, 'request' | 'snapshot' | 'logRead' | 'forgetLogs'>;
  /** What is concluded now. */
  readonly model: () => Judged;
  /** Exact values that must not be shown, such as tokens of the kubeconfig. */
  readonly secrets: () => readonly string[];
  /** A clock that never goes back (ms), by which requests are counted; the demo's runs faster. */
  readonly clock?: () => number;
}

/** Reads logs of what is broken, under a budget: few requests, small answers, and none at all while everything works. */
export interface LogReader {
  /** Reads what is worth reading now; a second call while one reads joins it. Never rejects. */
  readonly round: () => Promise<void>;
  /** Reads from now on after judgements, at most every five seconds; it causes none of its own but once a minute. */
  readonly follow: (onJudged: (listener: (judged: Judged) => void) => () => void) => void;
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
  const readAll = async (judged: () => Judged): Promise<void> => {
    // Whoever told of a judgement goes on first.
    await Promise.resolve();
    const { snapshot, diagnosis } = judged();
    if (diagnosis.verdict === 'healthy') cluster.forgetLogs();
    if (!isBroken(diagnosis)) return;
    asker.begin();
    // One after the other: a refusal spares the rest, and the API server gets one request at a time.
    for (const one of logsToRead(snapshot, diagnosis, asker.known, asker.now())) {
      const evidence = await asker.read(one);
      if (evidence !== null && !stop.signal.aborted) cluster.logRead(evidence);
    }
  };
  let pace: Pacer | undefined;
  const round = (judged: () => Judged): Promise<void> => {
    running ??= readAll(judged)
      // A judgement that fails is shown as such elsewhere; it only means that there is nothing to read for it.
      .catch(() => undefined)
      .finally(() => {
        running = null;
      });
    return running;
  };
  return {
    round: () => round(model),
    follow: onJudged => {
      pace ??= pacer(onJudged, model, async judged => {
        const before = asker.asked();
        await round(() => judged);
        return asker.asked() > before ? ROUND_MS : LOOK_MS;
      });
    },
    close: async () => {
      stop.abort();
      pace?.stop();
      await running;
    },
  };
}
