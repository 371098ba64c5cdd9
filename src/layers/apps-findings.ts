import type { Snapshot } from '../cluster/snapshot.ts';
import { type Safe, say } from '../text/safe.ts';
import type { FailureGraph, FirstFailure } from './apps-graph.ts';
import type { App } from './apps-model.ts';
import { stuckPod } from './apps-pods.ts';
import { rootKeys } from './apps-roots.ts';
import { sourceItems } from './apps-sources.ts';
import { finding } from './judgement.ts';
import type { Finding } from './layer.ts';

/**
 * One finding for each first failure, with the number of applications that it holds up. Grave are those that hold up others
 * and those at the root of the tree; an application that fails alone is a warning.
 */
export function failureFindings(
  snapshot: Snapshot,
  apps: ReadonlyMap<string, App>,
  graph: FailureGraph,
): readonly Finding[] {
  const roots = rootKeys(snapshot);
  const own = graph.firsts.filter(first => first.item.ref.kind !== 'Namespace');
  return own.map(first => {
    const { item, fault } = first;
    const isGrave = first.blocks.length > 0 || roots.has(item.key);
    return finding({
      problem: fault.problem,
      severity: isGrave ? 'critical' : 'warning',
      object: item.ref,
      message: messageOf(snapshot, first, apps),
      signature: fault.signature,
      since: fault.since,
    });
  });
}

function messageOf(
  snapshot: Snapshot,
  { item, fault, blocks }: FirstFailure,
  apps: ReadonlyMap<string, App>,
): Safe {
  const app = apps.get(item.key);
  const pod = app === undefined ? null : stuckPod(snapshot, app);
  const message = pod === null ? fault.message : say`${fault.message} · pod ${pod.object.name}: ${pod.text}`;
  if (blocks.length > 0) return say`${message} · blocks ${blocks.length}`;
  if (app !== undefined) return message;
  const users = [...apps.values()].filter(one => one.needs.some(need => need.key === item.key)).length;
  return users === 0 ? message : say`${message} · ${users} keep its last artifact`;
}

/** Suspended on purpose: said, and no fault. */
export function suspendedNotes(snapshot: Snapshot, apps: ReadonlyMap<string, App>): readonly Finding[] {
  const items = [...apps.values(), ...sourceItems(snapshot).values()];
  return items
    .filter(item => item.standing.state === 'suspended')
    .map(item =>
      finding({
        problem: 'suspended',
        severity: 'note',
        object: item.ref,
        message: say`suspended on purpose`,
      }),
    );
}
