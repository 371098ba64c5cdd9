import { judgeProbes } from '../cluster/judge-probes.ts';
import type { ProbedLayer, ProbeEvidence, ProbeReport } from '../cluster/probe-results.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { coarseAge } from '../text/age.ts';
import { field } from '../text/field.ts';
import { say } from '../text/safe.ts';
import { finding, named, sortFindings, worst } from './judgement.ts';
import { serviceRouter } from './kube-proxy.ts';
import type { Finding, Judgement } from './layer.ts';
import { memo } from './memo.ts';

/** What probes say now; one pass for all layers. */
export const probeReport: (snapshot: Snapshot) => ProbeReport = memo(snapshot =>
  judgeProbes(snapshot.probes, snapshot.now),
);

/** Nodes on which a probe proved the layer, and none disproved it. */
export function provenNodes(snapshot: Snapshot, layer: ProbedLayer): ReadonlySet<string> {
  const own = probeReport(snapshot).evidence.filter(one => one.layer === layer && !one.aside);
  const failed = new Set<string>(own.flatMap(one => (one.works ? [] : (one.node ?? []))));
  return new Set(own.flatMap(({ node }) => (node === null || failed.has(node) ? [] : [node])));
}

/**
 * Adds to a layer's own judgement what probes found. A failed probe is worse than any status that says Ready; a probe
 * that went well makes nothing green by itself: the layer's rule decides what it is proof of.
 */
export function withProbes(layer: ProbedLayer, snapshot: Snapshot, own: Judgement): Judgement {
  const evidence = probeReport(snapshot).evidence.filter(one => one.layer === layer);
  const failed = evidence.filter(one => !one.works && !one.aside);
  const asides = evidence.filter(one => one.aside);
  if (failed.length === 0 && asides.length === 0) return withAnswer(layer, snapshot, own);
  // One pod alone never speaks for the whole cluster, and what agents say of themselves proves neither an end nor a sound network.
  const all =
    !evidence.some(one => one.works && one.probe !== 'P4') &&
    failed.some(one => one.probe !== 'P5' && one.probe !== 'P4');
  const verdict = failed.length === 0 ? own.verdict : worst([own.verdict, all ? 'down' : 'degraded']);
  const found = [...failed, ...asides].map(one => findingOf(snapshot, one, all));
  const isNews = verdict !== own.verdict;
  const first = failed[0];
  return {
    ...own,
    verdict,
    reason: isNews ? null : own.reason,
    stale: isNews ? false : own.stale,
    summary: isNews && first !== undefined ? say`probe: ${first.message}` : own.summary,
    findings: sortFindings([...own.findings, ...found]),
    since: own.since ?? (first === undefined ? null : first.at),
  };
}

/** A healthy layer says when it was last proven by asking, and how fast the answer came. */
function withAnswer(layer: ProbedLayer, snapshot: Snapshot, own: Judgement): Judgement {
  const { evidence, results } = probeReport(snapshot);
  const proofs = evidence.filter(one => one.layer === layer && one.works && !one.aside);
  const newest = proofs.toSorted((a, b) => b.at - a.at)[0];
  if (newest === undefined || own.verdict !== 'healthy') return own;
  // Only what is asked over a port-forward is timed from question to answer; a pod takes its time to start.
  const asked = results.filter(({ id, ok }) => id === 'P2' && ok === true).toSorted((a, b) => b.at - a.at)[0];
  const timed = layer === 'dns' ? asked : undefined;
  const ago = coarseAge(snapshot.now - (timed?.at ?? newest.at));
  const ms = timed?.latencyMs;
  const word = layer === 'dns' || layer === 'service-discovery' ? say`answered` : say`probed`;
  const figure = ms === undefined ? say`` : say`, ${ms} ms`;
  return { ...own, summary: say`${own.summary} · ${word} ${ago}${figure}` };
}

function findingOf(snapshot: Snapshot, evidence: ProbeEvidence, all: boolean): Finding {
  const { node, at, message, probe, aside, isRouting } = evidence;
  const object = node === null ? null : named('Node', null, node);
  const isOfPod = probe === 'P4' || probe === 'P5';
  return finding({
    problem: isRouting ? 'service-routing' : 'probe-failed',
    severity: aside ? 'note' : all ? 'critical' : 'warning',
    object: isRouting ? (serviceRouter(snapshot) ?? object) : isOfPod ? podOf(evidence) : object,
    message: say`${message} (probe ${field(probe)}, ${coarseAge(snapshot.now - at)})`,
    since: at,
    nodes: all || node === null ? null : [node],
  });
}

/** The pod that a container was added to, or the agent that spoke; its target is `namespace/name`. */
function podOf({ target }: ProbeEvidence) {
  const [namespace = '', name = ''] = target.split('/');
  return named('Pod', namespace, name);
}
