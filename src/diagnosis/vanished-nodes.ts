import type { Snapshot } from '../cluster/snapshot.ts';
import { finding, named } from '../layers/judgement.ts';
import type { Finding } from '../layers/layer.ts';
import { memo } from '../layers/memo.ts';
import { type NodeState, nodeStateList } from '../layers/node-state.ts';
import { calmAge } from '../text/age.ts';
import { type Safe, say } from '../text/safe.ts';
import { someNames } from '../text/some-names.ts';

/** What a diagnosis remembers of the nodes for the next: their objects leave no trace when they are deleted. */
export interface NodeMemory {
  /** Nodes that are there and take pods. Those that were cordoned may go without a word. */
  readonly seen: readonly Safe[];
  readonly gone: readonly { readonly name: Safe; readonly at: number }[];
}

/** After so long a node that is gone is taken for removed on purpose. */
const FADES = 3_600_000;

/** What is to be remembered from now on; undefined while nodes were never seen. Old news change nothing. */
export function rememberNodes(snapshot: Snapshot, before: NodeMemory | undefined): NodeMemory | undefined {
  if (snapshot.streams.nodes.freshness.state !== 'live') return before;
  const { items } = snapshot.streams.nodes;
  const seen = takingPods(nodeStateList(snapshot));
  const fresh =
    before === undefined || before.seen === seen ? [] : before.seen.filter(name => !items.has(name));
  const kept = (before?.gone ?? []).filter(one => !items.has(one.name) && snapshot.now - one.at < FADES);
  return { seen, gone: [...kept, ...fresh.map(name => ({ name, at: snapshot.now }))] };
}

const takingPods = memo((states: readonly NodeState[]): readonly Safe[] =>
  states.filter(state => !state.cordoned).map(state => state.name),
);

/** Nodes that were there, took pods, and whose object is gone: with them went what ran there. One finding for all. */
export function vanishedNodes(snapshot: Snapshot, memory: NodeMemory | undefined): readonly Finding[] {
  const gone = memory?.gone ?? [];
  const [first] = gone;
  if (first === undefined || snapshot.streams.nodes.freshness.state !== 'live') return [];
  const names = someNames(gone.map(one => one.name));
  const verb = gone.length === 1 ? say`is` : say`are`;
  return [
    finding({
      problem: 'node-missing',
      severity: 'warning',
      object: gone.length === 1 ? named('Node', null, first.name) : null,
      message: say`${names} ${verb} gone without having been cordoned, for ${calmAge(snapshot.now - first.at)}: deleted, or the machine left`,
      since: first.at,
    }),
  ];
}
