import { ApiFailure, type Json, type Stored } from '../world.ts';
import type { ResourceExchange } from './exchange.ts';
import { badRequest } from './failures.ts';
import { named } from './lists.ts';

/** Real milliseconds between looks for new lines while following. */
const LOOK = 150;
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z) /;

/**
 * Key of `behaviour.logs` for a container, or for its previous run. Lines there may begin with the RFC 3339 time at
 * which the runtime took them down; those without count as new.
 */
export function logKey(namespace: string, pod: string, container: string, previous = false): string {
  return `${namespace}/${pod}/${container}${previous ? '/previous' : ''}`;
}

/** GET of a pod's log. */
export function podLog(exchange: ResourceExchange): void {
  const { query, behaviour, response, info } = exchange;
  const pod = named(exchange);
  const container = containerOf(pod, query.get('container') ?? '');
  const previous = query.get('previous') === 'true';
  refuseUnreachable(exchange, pod, container);
  const key = logKey(info.namespace ?? '', pod.metadata.name, container, previous);
  const lines = behaviour.logs.get(key) ?? [];
  refuseNotStarted(pod, container, previous, lines);

  response.writeHead(200, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-cache, private' });
  const print = printerFor(exchange);
  const ended = print(choose(lines, query, exchange.clock.now()));
  if (ended || query.get('follow') !== 'true' || previous) response.end();
  else follow(exchange, key, [...lines], print);
}

function containerOf(pod: Stored, asked: string): string {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = pod.spec ?? {};
  const all: string[] = [...containers, ...initContainers, ...ephemeralContainers].map(
    (entry: Json) => entry.name,
  );
  const name = pod.metadata.name;
  if (asked) {
    if (all.includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  const [only] = containers;
  if (containers.length === 1 && only) return only.name;
  const names = containers.map((entry: Json) => entry.name).join(' ');
  const init = initContainers.map((entry: Json) => entry.name).join(' ');
  const more = init ? ` or one of the init containers: [${init}]` : '';
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${names}]${more}`);
}

/** The log comes from the node's kubelet: without it there is none. */
function refuseUnreachable({ world, info }: ResourceExchange, pod: Stored, container: string): void {
  const node = world.get('/nodes', undefined, pod.spec?.nodeName ?? '');
  const ready = node?.status?.conditions?.find((entry: Json) => entry.type === 'Ready');
  if (ready?.status !== 'Unknown') return;
  const address = node?.status?.addresses?.find((entry: Json) => entry.type === 'InternalIP')?.address;
  const host = `${address ?? node?.metadata.name}:10250`;
  const url = `https://${host}/containerLogs/${info.namespace}/${pod.metadata.name}/${container}`;
  throw new ApiFailure(500, 'InternalError', `Get "${url}": dial tcp ${host}: i/o timeout`);
}

function refuseNotStarted(pod: Stored, container: string, previous: boolean, lines: readonly string[]): void {
  if (lines.length > 0) return;
  const status: Json = pod.status ?? {};
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = status;
  const all: Json[] = [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses];
  const found = all.find(entry => entry.name === container);
  if (previous) {
    if (found?.lastState?.terminated) return;
    throw badRequest(`previous terminated container "${container}" in pod "${pod.metadata.name}" not found`);
  }
  const waiting = found?.state?.waiting;
  if (!waiting) return;
  const why = /ImagePull|ErrImage/.test(waiting.reason ?? '')
    ? `trying and failing to pull image`
    : (waiting.reason ?? 'ContainerCreating');
  throw badRequest(`container "${container}" in pod "${pod.metadata.name}" is waiting to start: ${why}`);
}

function choose(lines: readonly string[], query: URLSearchParams, now: number): readonly string[] {
  let chosen = lines;
  const seconds = query.get('sinceSeconds');
  const since = seconds ? now - Number(seconds) * 1000 : Date.parse(query.get('sinceTime') ?? '');
  if (!Number.isNaN(since)) {
    chosen = chosen.filter(line => {
      const stamp = STAMP.exec(line)?.[1];
      return stamp === undefined || Date.parse(stamp) >= since;
    });
  }
  const tail = query.get('tailLines');
  return tail === null ? chosen : chosen.slice(Math.max(0, chosen.length - Number(tail)));
}

/** Prints lines up to `limitBytes`; says true when that is reached. */
function printerFor({ query, response, clock }: ResourceExchange): (lines: readonly string[]) => boolean {
  const stamps = query.get('timestamps') === 'true';
  let left = Number(query.get('limitBytes') ?? Number.POSITIVE_INFINITY);
  return lines => {
    const text = lines.map(line => `${shown(line, stamps, clock.now())}\n`).join('');
    const bytes = Buffer.from(text);
    if (bytes.length > 0) response.write(bytes.subarray(0, left));
    left -= bytes.length;
    return left <= 0;
  };
}

function shown(line: string, stamps: boolean, now: number): string {
  if (stamps) return STAMP.test(line) ? line : `${new Date(now).toISOString()} ${line}`;
  return line.replace(STAMP, '');
}

function follow(
  exchange: ResourceExchange,
  key: string,
  seen: readonly string[],
  print: (lines: readonly string[]) => boolean,
): void {
  const { world, behaviour, response, gate, info } = exchange;
  response.flushHeaders();
  let last = seen;
  const look = (): void => {
    if (!gate.isOpen() || response.writableNeedDrain) return;
    const lines = [...(behaviour.logs.get(key) ?? [])];
    const full = print(lines.slice(overlap(last, lines)));
    last = lines;
    if (full || !world.get('/pods', info.namespace, info.name ?? '')) stop();
  };
  const stop = (): void => {
    clearInterval(timer);
    response.end();
  };
  const timer = setInterval(look, LOOK);
  response.on('close', stop);
}

/** How many of the first `now` lines are the end of `before`: the ring may have lost its oldest. */
function overlap(before: readonly string[], now: readonly string[]): number {
  for (let lost = 0; lost < before.length; lost += 1) {
    const kept = before.length - lost;
    if (kept > now.length) continue;
    let equal = true;
    for (let index = 0; index < kept && equal; index += 1) equal = before[lost + index] === now[index];
    if (equal) return kept;
  }
  return 0;
}
