import type { Event, Pod } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { streamIds } from '../cluster/streams.ts';
import { match } from '../signatures/match.ts';
import { matchContainer } from '../signatures/texts.ts';
import { join, type Safe, say } from '../text/safe.ts';
import { compare, finding } from './judgement.ts';
import type { Finding } from './layer.ts';
import { memo } from './memo.ts';
import { lastSeen } from './sandbox-failures.ts';

/** A lost lease or an error of etcd this old still belongs to the present storm. */
const RECENT = 900_000;
/** One refusal happens to anybody; together they are a storm. */
const STORM = 3;
/** A server that restarts ends all watches for moments. */
const HICCUP = 15_000;

/**
 * Whether the API server has more to do than it can: requests turned away, watches that end in errors, controllers
 * that lost their leases, complaints about etcd. One finding, when several of them come together.
 */
export function apiOverload(snapshot: Snapshot): readonly Finding[] {
  const throttled = streamsFailing(snapshot, 'throttled') + Number(failure(snapshot) === 'throttled');
  const errors = streamsFailing(snapshot, 'server-error') + Number(failure(snapshot) === 'server-error');
  const lost = leasesLost(snapshot);
  const etcd = etcdComplaint(snapshot);
  if (throttled + errors + lost.count + (etcd === null ? 0 : 2) < STORM) return [];
  const signs: Safe[] = [];
  if (throttled > 0) signs.push(say`${throttled} requests turned away (429)`);
  if (errors > 0) signs.push(say`${errors} requests ended in server errors`);
  if (lost.count > 0) signs.push(say`${lost.count} controllers lost their lease lately`);
  if (etcd !== null) signs.push(etcd);
  return [
    finding({
      problem: 'overloaded',
      severity: 'critical',
      message: say`has more to do than it can: ${join(signs, '; ')}. Do not add load`,
      signature: etcd !== null ? 'S07' : lost.count > 0 ? 'S57' : null,
      since: snapshot.api.failure?.since ?? lost.since,
    }),
  ];
}

function failure({ api }: Snapshot): string | null {
  return api.failure?.reason ?? null;
}

function streamsFailing({ streams, now }: Snapshot, reason: 'throttled' | 'server-error'): number {
  return streamIds.filter(id => {
    const { freshness } = streams[id];
    if (freshness.state === 'stale' && now - freshness.confirmedAt <= HICCUP) return false;
    return (freshness.state === 'stale' || freshness.state === 'failed') && freshness.reason === reason;
  }).length;
}

/** When a container ended because its lease was gone. */
function leaseLostAt(pod: Pod): number | null {
  for (const status of pod.status?.containerStatuses ?? []) {
    const ended = status.lastState?.terminated ?? status.state?.terminated;
    if (ended?.finishedAt === undefined || ended.message === undefined) continue;
    if (matchContainer(status).some(one => one.id === 'S57')) return ended.finishedAt;
  }
  return null;
}

const lossesIn = memo((pods: ReadonlyMap<string, Pod>): readonly number[] => {
  const found: number[] = [];
  for (const pod of pods.values()) {
    const at = leaseLostAt(pod);
    if (at !== null) found.push(at);
  }
  return found;
});

function leasesLost(snapshot: Snapshot): { readonly count: number; readonly since: number | null } {
  const times = (['pods-system', 'pods-cni', 'pods-flux'] as const)
    .flatMap(id => lossesIn(snapshot.streams[id].items))
    .filter(at => snapshot.now - at <= RECENT);
  const since = times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b));
  return { count: times.length, since };
}

function etcdComplaint(snapshot: Snapshot): Safe | null {
  const own = snapshot.api.failure?.message;
  if (own !== undefined && isEtcd(own)) return own;
  const fresh = etcdEvents(snapshot.streams.events.items).filter(
    ({ at }) => at !== null && snapshot.now - at <= RECENT,
  );
  return fresh[0]?.text ?? null;
}

/** In order of what they say. */
const etcdEvents = memo((events: ReadonlyMap<string, Event>) =>
  [...events.values()]
    .flatMap(event => {
      const text = event.message;
      const isAbout = text?.includes('etcdserver') === true && isEtcd(text);
      return isAbout && text !== undefined ? [{ text, at: lastSeen(event) }] : [];
    })
    .sort((a, b) => compare(a.text, b.text)),
);

function isEtcd(text: Safe): boolean {
  return match('log', text).some(one => one.id === 'S07');
}
