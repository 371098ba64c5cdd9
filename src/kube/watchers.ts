import { type Kind, type KindId, kinds } from '../cluster/kinds.ts';
import type { Stream, StreamReason } from '../cluster/snapshot.ts';
import { planOf } from '../cluster/stream-plans.ts';
import { type StreamId, streams } from '../cluster/streams.ts';
import type { Told } from '../cluster/told.ts';
import type { Safe } from '../text/safe.ts';
import { slots } from './abort.ts';
import { reexamineAbsent } from './absent-kinds.ts';
import { openPodOverview, type PodOverviewHandle } from './pod-overview.ts';
import { openStream, type StreamAsk, type StreamHandle } from './stream.ts';

export interface Watchers {
  readonly stream: (id: StreamId) => Stream<unknown>;
  readonly pods: PodOverviewHandle['current'];
  readonly interrupt: (reason: StreamReason, message: Safe) => void;
  /** Every live stream lists once more. */
  readonly relist: () => void;
  /** Whatever waits for its turn asks now. */
  readonly wake: () => void;
  /** Every stream and the pod table have left `waiting`. */
  readonly settled: Promise<unknown>;
  readonly ended: Promise<unknown>;
}

export type WatchersAsk = Omit<StreamAsk, 'plan' | 'kind' | 'slot' | 'onEvent'>;

const IN_FLIGHT = 10;
const ABSENT: Stream<unknown> = { freshness: { state: 'absent' }, items: new Map() };
const WAITING: Stream<unknown> = { freshness: { state: 'waiting' }, items: new Map() };

/** Opens the streams and the count of pods, and wires the few that look at each other. */
export function openWatchers(ask: WatchersAsk, ids: readonly StreamId[], told?: Told): Watchers {
  const slot = slots(IN_FLIGHT);
  const handles = new Map<StreamId, StreamHandle>();
  const stream = (id: StreamId): Stream<unknown> =>
    handles.get(id)?.current() ?? (planOf(id, told) === null ? ABSENT : WAITING);
  const definitionsChanged = reexamineAbsent({
    definitions: () => stream('crds'),
    absent: () => absentOnes(handles),
    refreshDiscovery: ask.discovery.refresh,
    signal: ask.signal,
  });
  const onEvent: Partial<Record<StreamId, () => void>> = {
    'pods-pending': () => pods.nudge(),
    crds: () => definitionsChanged(true),
  };
  for (const id of ids) {
    const plan = planOf(id, told);
    if (plan === null) continue;
    const kind: Kind = kinds[plan.kind];
    handles.set(id, openStream({ ...ask, plan, kind, slot, onEvent: () => onEvent[id]?.() }));
  }
  const pods = openPodOverview({
    ...ask,
    hostAddresses: async () => {
      await handles.get('nodes')?.settled;
      return addressesOf(stream('nodes'));
    },
  });
  const all = [...handles.values(), pods];
  void handles.get('crds')?.settled.then(() => definitionsChanged(false));
  return {
    stream,
    pods: pods.current,
    interrupt: (reason, message) => {
      for (const one of all) one.interrupt(reason, message);
    },
    relist: () => {
      for (const one of handles.values()) one.relist();
      pods.nudge();
    },
    wake: () => {
      for (const one of all) one.wake();
    },
    settled: Promise.all(all.map(one => one.settled)),
    ended: Promise.all(all.map(one => one.ended)),
  };
}

function absentOnes(handles: ReadonlyMap<StreamId, StreamHandle>) {
  return [...handles].flatMap(([id, handle]) => {
    if (handle.current().freshness.state !== 'absent') return [];
    const { resource, group } = kinds[streams[id].kind satisfies KindId];
    return [{ definition: `${resource}.${group}`, wake: handle.wake }];
  });
}

function addressesOf(nodes: Stream<unknown>): ReadonlySet<string> {
  const addresses = new Set<string>();
  for (const node of nodes.items.values()) {
    const { status } = node as { status?: { addresses?: readonly { address?: string }[] } };
    for (const { address } of status?.addresses ?? []) if (address !== undefined) addresses.add(address);
  }
  return addresses;
}
