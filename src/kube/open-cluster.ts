import type { LogEvidence } from '../cluster/log-evidence.ts';
import type { ProbeResult } from '../cluster/probe-results.ts';
import type { Snapshot, StreamReason } from '../cluster/snapshot.ts';
import { type StreamId, streamIds } from '../cluster/streams.ts';
import type { Told } from '../cluster/told.ts';
import { type Safe, say } from '../text/safe.ts';
import { pause } from './abort.ts';
import { apiState } from './api-state.ts';
import { clusterClock, watchForJumps } from './cluster-clock.ts';
import { openDiscovery } from './discovery.ts';
import type { ResolvedKubeconfig } from './kubeconfig.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { openLiveness } from './liveness.ts';
import { logShelf } from './log-shelf.ts';
import { gate, notifier } from './notifier.ts';
import { probeShelf } from './probe-shelf.ts';
import { snapshots } from './snapshots.ts';
import { type Traffic, trafficCounter } from './traffic.ts';
import { openTransport, type Transport } from './transport.ts';
import { openWatchers } from './watchers.ts';

export interface ClusterOptions {
  readonly resolved: ResolvedKubeconfig;
  /** Local wall clock, epoch ms. */
  readonly wall?: () => number;
  /** The clock that stands still while this machine sleeps and jumps when it is set; only tests replace it. */
  readonly machineClock?: () => number;
  /** What the user told of the cluster: where things are, which Services matter. */
  readonly told?: Told;
  /** Watch only these; the others stay `waiting`. */
  readonly onlyStreams?: readonly StreamId[];
  /** For plugins and proxy variables. */
  readonly env?: NodeJS.ProcessEnv;
  readonly limits?: Partial<Limits>;
}

/** A cluster under watch. Everything that can go wrong with it is said in the Snapshot; nothing here rejects. */
export interface Cluster {
  /** The world as known now. Cheap: what did not change keeps its identity, and so does the whole within a second. */
  readonly snapshot: () => Snapshot;
  /** Called after changes, the first time at once and then at most ten times a second, never for the passing of time alone. Returns the undo. */
  readonly onChange: (listener: () => void) => () => void;
  readonly request: Transport['request'];
  /** A GET whose body goes on, such as a log that is followed. */
  readonly open: Transport['open'];
  /** Looks at everything once more: live streams list again, and whatever waits for its turn (refusals, back-offs) asks now. */
  readonly refresh: () => void;
  /** Resolves when every part has answered or failed once, or after `deadlineMs`. */
  readonly loaded: (deadlineMs: number) => Promise<void>;
  /** Takes in what a probe found: a newer result for the same target replaces the older. */
  readonly probed: (result: ProbeResult) => void;
  /** Drops failures: something was done about them, and only a new probe can tell. */
  readonly forgetFailedProbes: () => void;
  /** Takes in what a log said: newer evidence of the same container replaces the older. */
  readonly logRead: (evidence: LogEvidence) => void;
  /** Drops what logs said: nothing is broken that it could explain. */
  readonly forgetLogs: () => void;
  readonly close: () => Promise<void>;
  readonly stats: () => Traffic;
}

/** Opens a cluster and starts to watch at once; nothing is waited for, the first snapshot says `connecting`. */
export function openCluster(options: ClusterOptions): Cluster {
  const core = openCore(options);
  const { transport, news, clock, discovery, api } = core;
  const fluxNamespace = options.told?.flux?.namespace ?? 'flux-system';
  const probes = probeShelf(news.changed);
  const logs = logShelf(news.changed);
  const watch = startWatching(core, fluxNamespace, options.onlyStreams ?? streamIds, options.told);
  return {
    snapshot: snapshots({
      context: options.resolved.context,
      fluxNamespace,
      told: options.told,
      now: clock.now,
      api: api.current,
      groups: discovery.groups,
      stream: watch.watchers.stream,
      pods: watch.watchers.pods,
      probes: probes.current,
      logs: logs.current,
    }),
    onChange: news.listen,
    request: transport.request,
    open: transport.open,
    refresh: watch.refresh,
    probed: probes.put,
    forgetFailedProbes: probes.forgetFailures,
    logRead: logs.put,
    forgetLogs: logs.clear,
    loaded: deadlineMs => within(deadlineMs, watch.loaded, core.stop.signal),
    close: async () => {
      core.stop.abort();
      news.close();
      await Promise.all([watch.ended, transport.close()]);
    },
    stats: core.traffic.read,
  };
}

/** Starts the heartbeat, the streams and the questions, and lets the heartbeat govern the others. */
function startWatching(core: Core, fluxNamespace: string, ids: readonly StreamId[], told: Told | undefined) {
  const { api, clock, transport, traffic, discovery, limits, news, reach, stop, machineClock } = core;
  const { signal } = stop;
  const felt = Promise.withResolvers<void>();
  const liveness = openLiveness(transport, limits, signal, pulse => {
    felt.resolve();
    const turn = api.pulse(pulse);
    if (turn === 'lost' && !pulse.reached) lose(pulse.failure.reason, pulse.failure.message);
    else if (turn === 'back') welcome();
    else if (turn === 'regained') watchers.wake();
  });
  const shared = { fluxNamespace, transport, traffic, discovery, limits, signal, now: clock.now };
  const wiring = {
    reachable: reach.pass,
    suspect: liveness.kick,
    onChange: news.changed,
    onConfirm: () => news.soon(limits.quietNews),
  };
  const watchers = openWatchers({ ...shared, ...wiring }, ids, told);
  const questions = askAround(core);
  const lose = (reason: StreamReason, message: Safe): void => {
    reach.shut();
    watchers.interrupt(reason, message);
    transport.renew();
  };
  const welcome = (): void => {
    reach.open();
    if (questions.answered()) questions.again();
    watchers.wake();
  };
  const stopJumps = watchForJumps(machineClock, byMs => {
    clock.jumped(byMs * core.speed);
    transport.renew();
    watchers.interrupt('silent', say`This machine slept or its clock was set; asking everything again.`);
    liveness.kick();
  });
  signal.addEventListener('abort', stopJumps, { once: true });
  return {
    watchers,
    refresh: () => {
      liveness.kick();
      questions.again();
      watchers.wake();
      watchers.relist();
    },
    loaded: [felt.promise, questions.first, watchers.settled],
    ended: Promise.all([watchers.ended, liveness.ended]),
  };
}

type Core = ReturnType<typeof openCore>;

function openCore(options: ClusterOptions) {
  const wall = options.wall ?? Date.now;
  const limits: Limits = { ...defaultLimits, ...options.limits };
  const stop = new AbortController();
  const news = notifier(limits.newsEvery);
  const clock = clusterClock(wall);
  const traffic = trafficCounter();
  const { server, clock: simulated } = options.resolved.cluster;
  const api = apiState(server, clock, news.changed, simulated?.speed);
  const transport = openTransport({
    resolved: options.resolved,
    env: options.env ?? process.env,
    wall,
    traffic,
    onReply: ({ date, roundTripMs }) => {
      api.reply(date, roundTripMs);
      // When the server was heard last is shown: a quiet cluster must not seem to be silent.
      news.soon(limits.quietNews);
    },
    onServerCertificate: api.serverCertificate,
    onClientCertificate: api.clientCertificate,
    connectTimeoutMs: limits.connect,
    headersTimeoutMs: limits.headers,
    answerTimeoutMs: limits.page,
    execTimeLimitMs: limits.plugin,
  });
  const discovery = openDiscovery(transport, stop.signal, news.changed);
  const machineClock = options.machineClock ?? Date.now;
  const speed = options.resolved.cluster.clock?.speed ?? 1;
  return {
    machineClock,
    speed,
    limits,
    stop,
    news,
    clock,
    traffic,
    api,
    transport,
    discovery,
    reach: gate(),
  };
}

/** What is asked once per connection: which groups there are, and which version answers. */
function askAround({ discovery, transport, api, stop }: Core) {
  let answered = false;
  const ask = async (): Promise<void> => {
    const { signal } = stop;
    const version = transport.request('GET', '/version', { deadlineMs: 10_000, signal });
    const [answer] = await Promise.all([version, discovery.refresh()]);
    if (answer.ok) api.version(answer.json);
    answered = true;
  };
  const first = ask();
  return {
    first,
    /** The first round is over: a new connection needs a new one. */
    answered: () => answered,
    again: () => void ask(),
  };
}

async function within(ms: number, parts: readonly Promise<unknown>[], signal: AbortSignal): Promise<void> {
  const time = pause();
  void Promise.all(parts).then(time.wake);
  await time.rest(ms, signal);
}
