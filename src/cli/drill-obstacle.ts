import type { Change, Reversible } from '../drills/change.ts';
import { type Access, accessReviewer } from '../kube/access-review.ts';
import { subjectOf } from '../kube/subject.ts';
import { needText } from '../recovery/need-guards.ts';
import { recall } from './drill-store.ts';
import type { Session } from './session.ts';

/** Why a drill may not begin now; null when it may. A drill teaches nothing on a cluster that is ill already. */
export async function drillObstacle(
  session: Session,
  stateDir: string,
  parts: readonly Reversible[],
): Promise<string | null> {
  const { verdict, root } = session.model().diagnosis;
  const left = await leftOver(session, stateDir);
  if (left !== null) return left;
  if (root !== null || verdict !== 'healthy')
    return `the cluster is ${verdict}${root === null ? '' : `: ${root.summary}`}; a drill begins on a healthy one`;
  const run = session.runs.current();
  if (run !== null) return `an action runs: ${run.plan.title}`;
  const holder = session.holder();
  if (holder !== null) return 'somebody changes this cluster now';
  return missingPermission(session, parts);
}

/** An earlier drill that was not undone here; or why nobody can tell. */
export async function leftOver(session: Session, stateDir: string): Promise<string | null> {
  const { uid } = session.model().diagnosis.cluster;
  if (uid === null)
    return 'the cluster cannot be told apart from others: its namespace kube-system was not read';
  const left = await recall(stateDir, uid);
  return left === null ? null : `the drill ${left.drill} was not undone; first: groundup drill --undo`;
}

/** What cannot be taken back is not broken. */
async function missingPermission(session: Session, parts: readonly Reversible[]): Promise<string | null> {
  const review = accessReviewer(session.cluster.request);
  for (const access of parts.flatMap(({ harm, undo }) => [harm, undo ?? []].flat()).flatMap(accessesOf)) {
    if ((await review(access)) !== 'allowed') return `you may not ${needText(access)}`;
  }
  return null;
}

/** What an undo looks at first must be readable too. */
function accessesOf({ method, path, onlyIf }: Change): readonly Access[] {
  return [
    ...(onlyIf === null ? [] : [accessOf({ method: 'GET', path: onlyIf.path })]),
    accessOf({ method, path }),
  ];
}

function accessOf({ method, path }: { method: Change['method'] | 'GET'; path: string }): Access {
  const { verb, resource: full, group, namespace } = subjectOf(method, path);
  const [resource = '', subresource] = full.split('/');
  return { verb, group, resource, namespace, ...(subresource === undefined ? {} : { subresource }) };
}
