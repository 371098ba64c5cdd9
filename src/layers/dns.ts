import type { Snapshot } from '../cluster/snapshot.ts';
import { dnsNamespace } from '../cluster/told.ts';
import { match } from '../signatures/match.ts';
import { type Safe, say } from '../text/safe.ts';
import { type CorefileFault, corefileFault } from './dns-corefile.ts';
import { type DnsWorkload, dnsWorkload } from './dns-workload.ts';
import { helmReleases } from './helm-releases.ts';
import { finding, judgement, ref, worst } from './judgement.ts';
import type { Finding, Judgement, Layer, LayerId, Verdict } from './layer.ts';
import { nodeStateList } from './node-state.ts';
import { chargeOf, podEvidence } from './pod-evidence.ts';
import { isPodReady, podsMatching } from './pods.ts';
import { withProbes } from './probed.ts';
import { trustOf, unreadable } from './stream-trust.ts';
import { daemonSetReport } from './workload.ts';

/** CoreDNS: does it run, on how many nodes, and if not, why. Whether it answers is for a probe to prove. */
export const dnsLayer: Layer = {
  id: 'dns',
  key: 4,
  title: 'CoreDNS',
  short: 'DNS',
  standsOn: 'pod-network',
  watches: [
    'deployments-system',
    'pods-system',
    'daemonsets',
    'nodes',
    'node-leases',
    'config-coredns',
    'helm-releases',
    'events',
  ],
  judge: (snapshot, below) => withProbes('dns', snapshot, judge(snapshot, below)),
};

function judge(snapshot: Snapshot, below: ReadonlyMap<LayerId, Judgement>): Judgement {
  const dns = dnsWorkload(snapshot);
  const nodes = new Set(readyPods(snapshot, dns).map(pod => pod.spec?.nodeName ?? pod.metadata.name));
  const cache = nodeCache(snapshot);
  const own = dns.report.verdict;
  return judgement({
    trust: trustOf(snapshot, ['deployments-system', 'pods-system']),
    verdict: worst([own, ...cache.verdicts]),
    summary: summary(dns, nodes.size),
    measure: { ready: dns.report.ready, wanted: dns.report.wanted },
    findings: [
      ...workloadFindings(snapshot, dns, below),
      ...spreadNotes(snapshot, dns, nodes),
      ...cache.findings,
      ...unreadable(snapshot, ['events', 'helm-releases', 'daemonsets']),
    ],
  });
}

function readyPods(snapshot: Snapshot, dns: DnsWorkload) {
  return dns.pods.filter(pod => isPodReady(snapshot, pod));
}

function summary({ report, object, ref }: DnsWorkload, nodes: number): Safe {
  if (object === undefined) return say`${ref.kind} ${ref.name} missing`;
  if (report.problem === 'scaled-to-zero') return say`${ref.name} scaled to zero`;
  const count = say`${report.ready}/${report.wanted} ready`;
  if (report.ready > 0 && report.verdict !== 'down') {
    return nodes === 1 ? say`${count} on 1 node` : say`${count} on ${nodes} nodes`;
  }
  const trouble = report.troubled[0]?.trouble;
  return trouble === undefined ? count : say`${count} · ${headOf(trouble.message)}`;
}

/** The first words of a message, enough for the line that is always shown. */
function headOf(message: Safe): Safe {
  const end = message.search(/[:(↵]/);
  return end <= 0 ? message : (message.slice(0, end).trim() as Safe);
}

function workloadFindings(
  snapshot: Snapshot,
  dns: DnsWorkload,
  below: ReadonlyMap<LayerId, Judgement>,
): readonly Finding[] {
  const { report, object } = dns;
  if (report.problem === null || report.message === null) return [];
  if (object === undefined) return [missing(snapshot, dns)];
  const failing = report.troubled.filter(one => one.trouble.grade !== 'weak');
  const evidence = podEvidence(
    snapshot,
    failing.map(one => one.pod),
  );
  const found = evidence?.match ?? match('cond', report.message)[0] ?? null;
  const hint = report.problem === 'crashing' ? corefileHint(snapshot) : null;
  const corefile = found === null || found.id === hint?.signature ? hint : null;
  const causes = [corefile?.message, evidence?.text].filter(text => text != null);
  const single = report.ready === 1 && report.wanted >= 2 && report.problem === 'not-ready';
  return [
    finding({
      problem: single ? 'single-point' : report.problem,
      severity: severityOf(report.verdict),
      object: dns.ref,
      message: causes.reduce((text, cause) => say`${text}: ${cause}`, report.message),
      signature: found?.id ?? corefile?.signature ?? null,
      since: report.since,
      chargedTo: chargeOf(found, below),
    }),
  ];
}

function severityOf(verdict: Verdict): Finding['severity'] {
  return verdict === 'down' ? 'critical' : verdict === 'progressing' ? 'note' : 'warning';
}

function missing(snapshot: Snapshot, dns: DnsWorkload): Finding {
  const release = [...helmReleases(snapshot).values()].find(
    one => one.namespace === dnsNamespace(snapshot) && /(?:^|-)coredns$/.test(one.name),
  );
  const message =
    release === undefined
      ? say`does not exist`
      : say`does not exist, though Helm says release ${release.name} rev ${release.revision} is ${release.status}`;
  return finding({ problem: 'missing', severity: 'critical', object: dns.ref, message });
}

function corefileHint(snapshot: Snapshot): CorefileFault | null {
  for (const config of snapshot.streams['config-coredns'].items.values()) {
    const corefile = config.data?.Corefile;
    const fault = corefile === undefined ? null : corefileFault(corefile);
    if (fault !== null) return fault;
  }
  return null;
}

/** All on one node though there are more: it works, and one reboot takes it away. */
function spreadNotes(snapshot: Snapshot, dns: DnsWorkload, nodes: ReadonlySet<string>): readonly Finding[] {
  const open = nodeStateList(snapshot).filter(state => state.alive && !state.cordoned).length;
  const [node] = readyPods(snapshot, dns);
  if (dns.report.ready < 2 || nodes.size > 1 || open < 2 || node?.spec?.nodeName === undefined) return [];
  const message = say`all ${dns.report.ready} pods on node ${node.spec.nodeName}`;
  return [finding({ problem: 'single-point', severity: 'note', object: dns.ref, message })];
}

/** NodeLocal DNSCache is one more hop between every pod and CoreDNS: without it on a node, that node has no DNS. */
function nodeCache(snapshot: Snapshot): {
  readonly verdicts: readonly Verdict[];
  readonly findings: readonly Finding[];
} {
  const cache = [...snapshot.streams.daemonsets.items.values()].find(
    ds =>
      ds.metadata.namespace === 'kube-system' &&
      ds.spec?.selector?.matchLabels?.['k8s-app'] === 'node-local-dns',
  );
  if (cache === undefined) return { verdicts: [], findings: [] };
  const pods = podsMatching(snapshot, 'kube-system', cache.spec?.selector?.matchLabels);
  const report = daemonSetReport(snapshot, cache, pods);
  if (report.problem === null || report.message === null) return { verdicts: [], findings: [] };
  return {
    verdicts: [report.verdict],
    findings: [
      finding({
        problem: report.problem,
        severity: severityOf(report.verdict),
        object: ref('DaemonSet', cache.metadata),
        message: report.message,
        since: report.since,
      }),
    ],
  };
}
