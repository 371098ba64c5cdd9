import type { Freshness, PodOverview, StreamReason } from '../cluster/snapshot.ts';
import { type Safe, say } from '../text/safe.ts';
import { pause } from './abort.ts';
import { type Failure, failure } from './failure.ts';
import { backoff, type Limits } from './limits.ts';
import { type PodCount, podCount } from './pod-table.ts';
import type { Transport } from './transport.ts';

export interface PodOverviewAsk {
  readonly transport: Transport;
  readonly limits: Limits;
  readonly now: () => number;
  /** Addresses of all nodes, once the nodes are known (or known not to be known). */
  readonly hostAddresses: () => Promise<ReadonlySet<string>>;
  readonly reachable: (signal: AbortSignal) => Promise<void>;
  readonly onChange: () => void;
  readonly signal: AbortSignal;
}

export interface PodOverviewHandle {
  readonly current: () => PodOverview;
  /** Pods changed: count again soon, but not more often than the limit. */
  readonly nudge: () => void;
  readonly interrupt: (reason: StreamReason, message: Safe) => void;
  readonly wake: () => void;
  readonly settled: Promise<void>;
  readonly ended: Promise<void>;
}

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';

/** Counts all pods from time to time, from the table that the server prints: a hundredth of the pods themselves. */
export function openPodOverview(ask: PodOverviewAsk): PodOverviewHandle {
  const { limits, signal } = ask;
  const sleep = pause();
  const lull = pause();
  let overview: PodOverview = {
    freshness: { state: 'waiting' },
    total: 0,
    byStatus: new Map(),
    byNode: new Map(),
  };
  let nudged = false;
  let settle: () => void = () => undefined;
  const settled = new Promise<void>(resolve => {
    settle = resolve;
  });
  const become = (next: PodOverview): void => {
    overview = next;
    settle();
    ask.onChange();
  };
  const doubt = (reason: StreamReason, message: Safe): void =>
    become({ ...overview, freshness: doubted(overview.freshness, reason, message) });

  const run = async (): Promise<void> => {
    for (let attempt = 0; !signal.aborted; ) {
      await ask.reachable(signal);
      if (signal.aborted) return;
      nudged = false;
      const counted = await countPods(ask);
      if (signal.aborted) return;
      if (counted.ok) {
        attempt = 0;
        become({ freshness: { state: 'live', confirmedAt: ask.now() }, ...counted.count.result() });
        await sleep.rest(limits.tableAtMost, signal);
        if (!nudged) await lull.rest(limits.tableEvery - limits.tableAtMost, signal);
      } else {
        doubt(counted.reason, counted.message);
        const rest = counted.reason === 'rbac' ? limits.refusedAgain : backoff(attempt++, limits);
        await sleep.rest(counted.retryAfterMs ?? rest, signal);
      }
    }
  };
  const wake = (): void => {
    nudged = true;
    sleep.wake();
    lull.wake();
  };
  return {
    current: () => overview,
    nudge: () => {
      nudged = true;
      lull.wake();
    },
    interrupt: (reason, message) => {
      doubt(reason, message);
      wake();
    },
    wake,
    settled,
    ended: run().finally(settle),
  };
}

function doubted(was: Freshness, reason: StreamReason, message: Safe): Freshness {
  return (was.state === 'live' || was.state === 'stale') && reason !== 'rbac'
    ? { state: 'stale', confirmedAt: was.confirmedAt, reason, message }
    : { state: 'failed', reason, message };
}

async function countPods(
  ask: PodOverviewAsk,
): Promise<{ readonly ok: true; readonly count: PodCount } | Failure> {
  const count = podCount({ hostAddresses: await ask.hostAddresses(), now: ask.now() });
  let isTable = true;
  const answer = await ask.transport.request('GET', '/api/v1/pods', {
    // From the server's cache, as any watch is.
    query: { includeObject: 'None', resourceVersion: '0' },
    accept: TABLE,
    signal: ask.signal,
    each: {
      field: 'rows',
      take: (row, table) => {
        isTable &&= count.add(table, row);
      },
    },
  });
  if (!answer.ok) return answer;
  if (isTable && count.isTable(answer.json)) return { ok: true, count };
  return failure('parse', say`The API server did not send the table of pods.`, { status: 200 });
}
