import type { Event, Pod } from '../cluster/kinds.ts';
import { type ObjectRef, refText } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { field } from '../text/field.ts';
import { join, type Safe, say } from '../text/safe.ts';
import { compare, finding, ref } from './judgement.ts';
import type { Finding } from './layer.ts';
import { memo } from './memo.ts';
import { knownPods } from './pods.ts';
import { lastSeen } from './sandbox-failures.ts';

/** Retries of a pull grow apart up to five minutes. */
const WINDOW = 600_000;
const LOOKUP =
  /lookup (\S{1,253}?) on \[?([0-9a-f.:]{2,45}?)\]?:53: (?:[^↵]{0,300}i\/o timeout|[^↵]{0,300}connection refused|[^↵]{0,300}no route to host|server misbehaving|no such host|Try again)/iu;

/** What in this cluster answers at an address: the circle, when a node or a workstation asks there for names. */
export function servedHere(snapshot: Snapshot, address: string): ObjectRef | null {
  return addresses(snapshot.streams['services-exposed'].items).get(address) ?? nodeAt(snapshot, address);
}

/** The name server that a failed lookup was sent to, when it is one of this cluster's own; null otherwise. */
export function cycleIn(
  snapshot: Snapshot,
  text: string,
): { readonly address: Safe; readonly server: ObjectRef; readonly name: Safe } | null {
  const [, name, address] = LOOKUP.exec(text) ?? [];
  if (name === undefined || address === undefined) return null;
  const server = servedHere(snapshot, address);
  return server === null ? null : { address: field(address), server, name: field(name) };
}

/**
 * Nodes that ask a name server which runs in this cluster cannot pull the images that it needs to run: neither side comes
 * up by itself. One finding for each such server.
 */
export function dnsCycles(snapshot: Snapshot): readonly Finding[] {
  const cycles = new Map<string, { server: ObjectRef; name: Safe; nodes: Set<Safe>; since: number | null }>();
  for (const { text, node, at } of complaints(snapshot)) {
    const found = text.includes('lookup ') ? cycleIn(snapshot, text) : null;
    if (found === null) continue;
    const known = cycles.get(found.address);
    const cycle = known ?? { server: found.server, name: found.name, nodes: new Set(), since: at };
    if (node !== undefined) cycle.nodes.add(node);
    if (at !== null && (cycle.since === null || at < cycle.since)) cycle.since = at;
    cycles.set(found.address, cycle);
  }
  return [...cycles]
    .sort(([a], [b]) => compare(a, b))
    .map(([address, { server, name, nodes, since }]) => {
      const names = [...nodes].sort(compare);
      const who = names.length === 0 ? say`nodes ask` : say`${join(names.slice(0, 5), ' ')}: asks`;
      return finding({
        problem: 'dns-cycle',
        severity: 'warning',
        object: server,
        message: say`${who} ${field(address)} for ${name}, and that is ${refText(server)} of this very cluster: give the nodes a resolver outside of it first`,
        signature: 'S83',
        since,
      });
    });
}

interface Complaint {
  readonly text: string;
  readonly node: Safe | undefined;
  readonly at: number | null;
}

/** Failed pulls, in order of name: what events say, and what containers wait for. */
function complaints(snapshot: Snapshot): readonly Complaint[] {
  const events = failedPulls(snapshot.streams.events.items).flatMap(event => {
    const last = lastSeen(event);
    if (last === null || snapshot.now - last > WINDOW) return [];
    const at = event.firstTimestamp ?? last;
    return [{ text: event.message ?? '', node: event.source?.host, at }];
  });
  return [...events, ...waitingPulls(knownPods(snapshot))];
}

const failedPulls = memo((events: ReadonlyMap<string, Event>) =>
  [...events]
    .filter(([, event]) => event.reason === 'Failed' && event.message?.includes('lookup '))
    .sort(([a], [b]) => compare(a, b))
    .map(([, event]) => event),
);

const waitingPulls = memo((pods: readonly Pod[]): readonly Complaint[] =>
  pods
    .filter(isWaiting)
    .flatMap(pod =>
      waitingTexts(pod).map(text => ({
        text,
        node: pod.spec?.nodeName,
        at: pod.metadata.creationTimestamp ?? null,
      })),
    )
    .sort((a, b) => compare(`${a.node} ${a.text}`, `${b.node} ${b.text}`)),
);

/** Most pods are not, and of thousands each is asked: without a copy. */
function isWaiting({ status }: Pod): boolean {
  return (
    status?.containerStatuses?.some(one => one.state?.waiting !== undefined) === true ||
    status?.initContainerStatuses?.some(one => one.state?.waiting !== undefined) === true
  );
}

function waitingTexts({ status }: Pod): readonly string[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].flatMap(
    ({ state }) => (state?.waiting?.message?.includes('lookup ') ? [state.waiting.message] : []),
  );
}

type Services = Snapshot['streams']['services-exposed']['items'];

const addresses: (services: Services) => ReadonlyMap<string, ObjectRef> = memo(services => {
  const known = new Map<string, ObjectRef>();
  for (const [, service] of [...services].sort(([a], [b]) => compare(b, a))) {
    const { spec, status } = service;
    const given = [
      ...(status?.loadBalancer?.ingress ?? []).flatMap(one => one.ip ?? []),
      ...(spec?.externalIPs ?? []),
    ];
    for (const address of given) known.set(address, ref('Service', service.metadata));
  }
  return known;
});

function nodeAt(snapshot: Snapshot, address: string): ObjectRef | null {
  for (const node of snapshot.streams.nodes.items.values()) {
    const isHere = node.status?.addresses?.some(one => one.address === address && one.type !== 'Hostname');
    if (isHere) return ref('Node', node.metadata);
  }
  return null;
}

/** The Service of this cluster that answers questions for names from outside, when there is one. */
export function exposedDns(
  snapshot: Snapshot,
): { readonly server: ObjectRef; readonly address: Safe } | null {
  const known = [...addresses(snapshot.streams['services-exposed'].items)];
  for (const [address, server] of known.sort(([a], [b]) => compare(a, b))) {
    const key = `${server.namespace ?? ''}/${server.name}`;
    const ports = snapshot.streams['services-exposed'].items.get(key)?.spec?.ports ?? [];
    if (ports.some(one => one.port === 53)) return { server, address: field(address) };
  }
  return null;
}
