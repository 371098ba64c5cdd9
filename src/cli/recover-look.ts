import type { ClusterVerdict } from '../diagnosis/diagnosis.ts';
import type { Problem } from '../layers/problems.ts';
import type { Session } from './session.ts';

/** One full look at cluster and workstation, as far as time allows. */
export async function lookOnce({ cluster, inspected, readLogs }: Session, withinMs: number): Promise<void> {
  const until = performance.now() + withinMs;
  await cluster.loaded(withinMs);
  const left = Promise.withResolvers<void>();
  const timer = setTimeout(left.resolve, Math.max(0, until - performance.now()));
  await Promise.race([Promise.all([inspected, readLogs()]), left.promise]);
  clearTimeout(timer);
}

/** A cause that is younger than this, ms of the cluster, may still unfold. */
const RIPE_MS = 20_000;
/** What pods that are only starting look like as well. */
const unfolding: ReadonlySet<Problem> = new Set(['not-ready', 'no-endpoints', 'stuck', 'restarting']);

/**
 * Waits while the cause is one that has only just begun: a crash loop begins as pods that are not ready yet, and the
 * remedy of the one does not help the other. Bounded by real time as well.
 */
export async function untilRipe(session: Session, print: (text: string) => void): Promise<void> {
  const until = performance.now() + RIPE_MS;
  const isUnripe = (): boolean => {
    const { root, at } = session.model().diagnosis;
    return root !== null && unfolding.has(root.problem) && root.since !== null && at - root.since < RIPE_MS;
  };
  if (!isUnripe()) return;
  print(`waiting   the cause is younger than ${RIPE_MS / 1_000} s and may still unfold`);
  while (isUnripe() && performance.now() < until) await new Promise(done => setTimeout(done, 250));
  await session.readLogs();
}

/** What stands on the repaired layer needs a moment to follow; whoever asks for the exit code wants to know about that. */
export async function settledVerdict(
  session: Session,
  withinMs: number,
  print: (text: string) => void,
): Promise<ClusterVerdict> {
  const until = performance.now() + withinMs;
  session.cluster.refresh();
  while (verdictOf(session) !== 'healthy' && performance.now() < until)
    await new Promise(done => setTimeout(done, 250));
  const now = verdictOf(session);
  print(`CLUSTER   ${now}`);
  return now;
}

export function verdictOf(session: Session): ClusterVerdict {
  return session.model().diagnosis.verdict;
}
