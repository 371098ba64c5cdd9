import type { LogEvidence } from '../cluster/log-evidence.ts';
import { ASK_AGAIN, type LogsKnown, type LogToRead, ROUND } from '../diagnosis/logs-to-read.ts';
import type { Cluster } from '../kube/open-cluster.ts';
import { knownLines } from './known-lines.ts';
import { podsPath } from './object-path.ts';

export interface LogAskerOptions {
  readonly cluster: Pick<Cluster, 'request' | 'snapshot'>;
  readonly secrets: () => readonly string[];
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

/** Asks for logs within what may be asked in a minute, and remembers what it asked and where it was refused. */
export interface LogAsker {
  readonly known: LogsKnown;
  readonly now: () => number;
  /** Requests so far. */
  readonly asked: () => number;
  /** Another round begins, with as many requests as one may have. */
  readonly begin: () => void;
  /** Null when it may not ask now, or got no answer. */
  readonly read: (one: LogToRead) => Promise<LogEvidence | null>;
}

const PER_MINUTE = 12;
const MINUTE = 60_000;
const DEADLINE_MS = 5_000;
const bounds = { tailLines: 80, sinceSeconds: 600, limitBytes: 65_536, timestamps: true } as const;

export function logAsker({ cluster, secrets, clock, signal }: LogAskerOptions): LogAsker {
  const readAt = new Map<string, number>();
  const refusedAt = new Map<string, number>();
  let recent: readonly number[] = [];
  let asked = 0;
  let last = ROUND;
  const mayAsk = (): boolean => {
    recent = recent.filter(at => clock() - at < MINUTE);
    return asked < last && recent.length < PER_MINUTE && !signal.aborted;
  };
  const isRefused = (namespace: string): boolean =>
    clock() - (refusedAt.get(namespace) ?? Number.NEGATIVE_INFINITY) < ASK_AGAIN;
  const ask = ({ pod, container }: LogToRead, previous: boolean) => {
    asked++;
    recent = [...recent, clock()];
    return cluster.request('GET', `${podsPath(pod.namespace)}/${encodeURIComponent(pod.name)}/log`, {
      query: { container, previous: previous || undefined, ...bounds },
      accept: '*/*',
      deadlineMs: DEADLINE_MS,
      signal,
    });
  };
  const remember = (key: string): void => {
    for (const [old, at] of readAt) if (clock() - at > 10 * MINUTE) readAt.delete(old);
    readAt.set(key, clock());
  };
  return {
    known: { readAt, refusedAt },
    now: clock,
    asked: () => asked,
    begin: () => {
      last = asked + ROUND;
    },
    read: async one => {
      const { pod, container, previous, key } = one;
      const namespace = pod.namespace ?? '';
      if (!mayAsk() || isRefused(namespace)) return null;
      remember(key);
      let answer = await ask(one, previous);
      // A container that waits to be started again has one log only; not every runtime calls it the previous.
      const isEmpty = answer.ok ? answer.text === '' : answer.status === 400;
      if (previous && isEmpty && mayAsk()) answer = await ask(one, false);
      const evidence = { pod, container, previous, at: cluster.snapshot().now };
      if (answer.ok) return { ...evidence, lines: knownLines(answer.text, secrets()), refused: null };
      if (answer.status !== 403) return null;
      refusedAt.set(namespace, clock());
      return { ...evidence, lines: [], refused: 'rbac' };
    },
  };
}
