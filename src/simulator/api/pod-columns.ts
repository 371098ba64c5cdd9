import type { Json, Stored } from '../world.ts';
import { age } from './ages.ts';
import type { Column } from './table.ts';

interface PodLine {
  readonly ready: string;
  readonly status: string;
  readonly restarts: string;
}

const or = (value: Json, otherwise = '<none>'): Json => value || otherwise;

const text = (name: string, cell: Column['cell'], priority = 0): Column => ({
  name,
  type: 'string',
  priority,
  cell,
});

export const POD_COLUMNS: readonly Column[] = [
  text('Ready', (pod, now) => podLine(pod, now).ready),
  text('Status', (pod, now) => podLine(pod, now).status),
  text('Restarts', (pod, now) => podLine(pod, now).restarts),
  text('Age', (pod, now) => age(pod.metadata.creationTimestamp, now)),
  text('IP', pod => or(pod.status?.podIPs?.[0]?.ip ?? pod.status?.podIP), 1),
  text('Node', pod => or(pod.spec?.nodeName), 1),
  text('Nominated Node', pod => or(pod.status?.nominatedNodeName), 1),
  text('Readiness Gates', readinessGates, 1),
];

function readinessGates(pod: Stored): string {
  const gates: Json[] = pod.spec?.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const passed = gates.filter(gate => hasTrue(pod, gate.conditionType));
  return `${passed.length}/${gates.length}`;
}

function hasTrue(pod: Stored, type: string): boolean {
  const conditions: Json[] = pod.status?.conditions ?? [];
  return conditions.some(condition => condition.type === type && condition.status === 'True');
}

/** Sums a pod up in the words of `kubectl get pods`: waiting and exit reasons come before the phase. */
export function podLine(pod: Stored, now: number): PodLine {
  const status: Json = pod.status ?? {};
  const spec: Json = pod.spec ?? {};
  const sidecars = new Set<string>(
    (spec.initContainers ?? []).filter((c: Json) => c.restartPolicy === 'Always').map((c: Json) => c.name),
  );
  const gated = status.conditions?.some(
    (c: Json) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated',
  );
  const init = initLine(status.initContainerStatuses ?? [], spec.initContainers?.length ?? 0, sidecars);
  const main = mainLine(status.containerStatuses ?? []);
  let reason: string = gated ? 'SchedulingGated' : (status.reason ?? status.phase ?? '');
  let counted: Json[] = status.initContainerStatuses ?? [];
  let ready = init.ready;
  if (init.reason) reason = init.reason;
  if (!init.reason || hasTrue(pod, 'Initialized')) {
    counted = [...counted.filter(entry => sidecars.has(entry.name)), ...(status.containerStatuses ?? [])];
    ready += main.ready;
    reason = main.reason ?? reason;
    if (reason === 'Completed' && main.ready > 0) reason = hasTrue(pod, 'Ready') ? 'Running' : 'NotReady';
  }
  if (pod.metadata.deletionTimestamp) {
    if (status.reason === 'NodeLost') reason = 'Unknown';
    else if (status.phase !== 'Succeeded' && status.phase !== 'Failed') reason = 'Terminating';
  }
  const total = (spec.containers?.length ?? 0) + sidecars.size;
  return { ready: `${ready}/${total}`, status: reason, restarts: restartsOf(counted, now) };
}

function restartsOf(statuses: readonly Json[], now: number): string {
  const restarts = statuses.reduce((sum, entry) => sum + (entry.restartCount ?? 0), 0);
  const ends = statuses.map(entry => entry.lastState?.terminated?.finishedAt).filter(Boolean);
  const last = ends.toSorted().at(-1);
  return restarts > 0 && last ? `${restarts} (${age(last, now)} ago)` : String(restarts);
}

function initLine(
  statuses: readonly Json[],
  total: number,
  sidecars: ReadonlySet<string>,
): { readonly ready: number; readonly reason?: string } {
  let ready = 0;
  for (const [index, entry] of statuses.entries()) {
    const { terminated, waiting } = entry.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (sidecars.has(entry.name) && entry.started) {
      if (entry.ready) ready += 1;
      continue;
    }
    if (terminated) return { ready, reason: `Init:${ended(terminated)}` };
    if (waiting?.reason && waiting.reason !== 'PodInitializing')
      return { ready, reason: `Init:${waiting.reason}` };
    return { ready, reason: `Init:${index}/${total}` };
  }
  return { ready };
}

function mainLine(statuses: readonly Json[]): { readonly ready: number; readonly reason?: string } {
  let ready = 0;
  let reason: string | undefined;
  for (const entry of statuses.toReversed()) {
    const { waiting, terminated, running } = entry.state ?? {};
    if (waiting?.reason) reason = waiting.reason;
    else if (terminated) reason = ended(terminated);
    else if (entry.ready && running) ready += 1;
  }
  return { ready, ...(reason === undefined ? {} : { reason }) };
}

function ended(terminated: Json): string {
  if (terminated.reason) return terminated.reason;
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`;
}
