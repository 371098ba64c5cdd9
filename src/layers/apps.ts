import type { Snapshot } from '../cluster/snapshot.ts';
import { calmAge } from '../text/age.ts';
import { type Safe, say } from '../text/safe.ts';
import { isStaleClaim, lastProof } from './apps-claims.ts';
import { failureFindings, suspendedNotes } from './apps-findings.ts';
import { type FailureGraph, failureGraph } from './apps-graph.ts';
import { appItems } from './apps-items.ts';
import { reconcilingNotes, revisionLag } from './apps-lag.ts';
import { lockedReleases } from './apps-locks.ts';
import type { App, Item } from './apps-model.ts';
import { dyingNamespaces } from './apps-namespaces.ts';
import { unheardRequests } from './apps-requests.ts';
import { rootKeys, rootRevision } from './apps-roots.ts';
import { sourceItems } from './apps-sources.ts';
import { withoutUnseenSources } from './apps-unseen.ts';
import { isFluxConfigured } from './flux-configured.ts';
import { finding, judgement } from './judgement.ts';
import type { Finding, Judgement, Layer, LayerId, Verdict } from './layer.ts';
import { isAbsent, trustOf, unreadable } from './stream-trust.ts';

/** What Flux applies: sources, Kustomizations and HelmReleases as a graph of which only the first failure is charged. */
export const appsLayer: Layer = {
  id: 'apps',
  key: 7,
  title: 'Applications',
  short: 'Apps',
  standsOn: 'flux',
  watches: [
    'kustomizations',
    'helmreleases',
    'gitrepositories',
    'ocirepositories',
    'helmrepositories',
    'helmcharts',
    'buckets',
    'namespaces',
    'helm-releases',
    'pods-pending',
  ],
  judge,
};

const detail = [
  'gitrepositories',
  'ocirepositories',
  'helmrepositories',
  'helmcharts',
  'buckets',
  'helm-releases',
] as const;

function judge(snapshot: Snapshot, below: ReadonlyMap<LayerId, Judgement>): Judgement {
  const trust = trustOf(snapshot, ['kustomizations', 'helmreleases']);
  const besides = lockedReleases(snapshot);
  if (isFluxConfigured(snapshot) === false && trust.state === 'live') return withoutFlux(trust, besides);
  const apps = appItems(snapshot);
  if (apps.size === 0 && trust.state === 'live') return withoutApps(snapshot, trust, besides);
  const graph = failureGraph(
    apps,
    new Map<string, Item>([...sourceItems(snapshot), ...dyingNamespaces(snapshot)]),
  );
  const count = countOf(snapshot, apps, graph);
  const memory = memoryOf(snapshot, count, below);
  const findings = [
    ...failureFindings(snapshot, apps, graph),
    ...besides.filter(one => !isTold(one, graph)),
    ...(memory === null ? count.stale.map(app => staleFinding(snapshot, app)) : []),
    ...unheardRequests(snapshot, [...apps.values(), ...sourceItems(snapshot).values()]),
    ...suspendedNotes(snapshot, apps),
    ...reconcilingNotes(snapshot, apps),
    ...revisionLag(snapshot, apps),
  ];
  const seen = judgement({
    trust,
    verdict: verdictOf(snapshot, count, graph, findings),
    summary: summary(snapshot, count, graph, memory),
    measure: { ready: count.active - count.failing - count.progressing, wanted: count.active },
    findings: [...findings, ...unreadable(snapshot, detail)],
  });
  const judged = withoutUnseenSources(snapshot, apps, seen);
  if (memory === null || judged.verdict === 'unknown') return judged;
  return { ...judged, verdict: 'unknown', reason: 'stale', stale: true, confirmedAt: memory.at };
}

function withoutFlux(trust: ReturnType<typeof trustOf>, besides: readonly Finding[]): Judgement {
  const grave = besides.some(one => one.severity !== 'note');
  return judgement({
    trust,
    verdict: grave ? 'degraded' : 'unknown',
    reason: 'not-configured',
    summary: say`no applications of Flux here`,
    findings: besides,
  });
}

/** Flux is here, and nothing for it to apply: gone with the definitions, or not there yet. Nothing that could be green. */
function withoutApps(
  snapshot: Snapshot,
  trust: ReturnType<typeof trustOf>,
  besides: readonly Finding[],
): Judgement {
  const isGone = isAbsent(snapshot, 'kustomizations') && isAbsent(snapshot, 'helmreleases');
  return judgement({
    trust,
    verdict: besides.some(one => one.severity !== 'note') ? 'degraded' : 'unknown',
    reason: isGone ? 'hidden' : 'no-evidence',
    summary: isGone ? say`definitions of applications are gone` : say`no applications yet`,
    findings: besides,
  });
}

interface Count {
  /** Applications that are not suspended. */
  readonly active: number;
  readonly suspended: number;
  /** By themselves or because of another one. */
  readonly failing: number;
  readonly progressing: number;
  readonly ready: readonly App[];
  /** Those that say Ready and should have been looked at since. */
  readonly stale: readonly App[];
}

function countOf(snapshot: Snapshot, apps: ReadonlyMap<string, App>, graph: FailureGraph): Count {
  const all = [...apps.values()];
  const firsts = new Set(graph.firsts.map(one => one.item.key));
  const isFailing = (app: App) => firsts.has(app.key) || graph.blocked.has(app.key);
  const ready = all.filter(app => app.standing.state === 'ready');
  const suspended = all.filter(app => app.standing.state === 'suspended').length;
  const failing = all.filter(isFailing).length;
  const active = all.length - suspended;
  return {
    active,
    suspended,
    failing,
    progressing: active - failing - ready.length,
    ready,
    stale: ready.filter(app => isStaleClaim(app.object, snapshot.now)),
  };
}

/** Half of the applications or a root failing: Git does not arrive any more. */
function verdictOf(
  snapshot: Snapshot,
  count: Count,
  graph: FailureGraph,
  findings: readonly Finding[],
): Verdict {
  const roots = rootKeys(snapshot);
  const rootFails =
    graph.firsts.some(one => roots.has(one.item.key)) || [...graph.blocked].some(key => roots.has(key));
  if (rootFails || (count.failing > 0 && count.failing * 2 >= count.active)) return 'down';
  if (count.failing > 0 || findings.some(one => one.severity !== 'note')) return 'degraded';
  return count.progressing > 0 ? 'progressing' : 'healthy';
}

interface Memory {
  /** Newest proof among the claims (epoch ms); null when none is known. */
  readonly at: number | null;
}

/**
 * What Ready means when nobody looks: a memory. So it is when the controllers do not act, or when most of what says
 * Ready should have been looked at long ago. Null while the claims can be believed, or when failures speak louder.
 */
function memoryOf(snapshot: Snapshot, count: Count, below: ReadonlyMap<LayerId, Judgement>): Memory | null {
  const flux = below.get('flux');
  const idle = flux !== undefined && (flux.verdict === 'down' || flux.stale);
  const most = count.stale.length > 0 && count.stale.length * 2 >= count.ready.length;
  if (count.failing > 0 || count.ready.length === 0 || !(idle || most)) return null;
  const proofs = count.ready.flatMap(app => lastProof(app.object) ?? []).filter(at => at <= snapshot.now);
  return { at: proofs.length === 0 ? null : proofs.reduce((a, b) => Math.max(a, b)) };
}

function staleFinding(snapshot: Snapshot, app: App): Finding {
  const proof = lastProof(app.object) ?? snapshot.now;
  const message = say`says Ready, last proof ${calmAge(snapshot.now - proof)} ago`;
  return finding({ problem: 'not-reconciled', severity: 'warning', object: app.ref, message, since: proof });
}

/** True when the HelmRelease itself is reported already: one object, one finding. */
function isTold(one: Finding, graph: FailureGraph): boolean {
  const object = one.object;
  if (object?.kind !== 'HelmRelease') return false;
  const key = `HelmRelease/${object.namespace ?? ''}/${object.name}`;
  return graph.firsts.some(first => first.item.key === key);
}

function summary(snapshot: Snapshot, count: Count, graph: FailureGraph, memory: Memory | null): Safe {
  const suspended = count.suspended === 0 ? say`` : say` · ${count.suspended} suspended`;
  if (memory !== null) {
    const proof =
      memory.at === null ? say`no proof` : say`last proof ${calmAge(snapshot.now - memory.at)} ago`;
    return say`says ${count.ready.length} Ready; ${proof}${suspended}`;
  }
  const moving = count.progressing === 0 ? say`` : say` · ${count.progressing} reconciling`;
  if (count.failing > 0) return say`${count.failing} of ${count.active} failing${moving}${suspended}`;
  const sources = graph.firsts.filter(one => one.item.ref.kind !== 'Namespace').length;
  if (sources === 1) return say`${count.ready.length} Ready${moving} · 1 source failing${suspended}`;
  if (sources > 1) return say`${count.ready.length} Ready${moving} · ${sources} sources failing${suspended}`;
  const revision = rootRevision(snapshot);
  const at = revision === null ? say`` : say` · ${revision}`;
  if (count.progressing > 0) return say`${count.progressing} of ${count.active} reconciling${suspended}${at}`;
  return say`${count.ready.length} Ready${suspended}${at}`;
}
