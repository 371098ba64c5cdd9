import type { ClusterVerdict } from '../diagnosis/diagnosis.ts';
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
