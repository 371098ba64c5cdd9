import type { DaemonSet, Deployment } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { field } from '../text/field.ts';
import { join, say } from '../text/safe.ts';
import type { CniPlugin } from './cni-plugins.ts';
import { releaseNamed } from './helm-releases.ts';
import { finding, named, ref } from './judgement.ts';
import type { Finding } from './layer.ts';
import { podsMatching } from './pods.ts';
import { isLive } from './stream-trust.ts';
import { daemonSetReport, deploymentReport, type WorkloadReport } from './workload.ts';

/** The operator: without it no address ranges for new nodes, and no taint is taken off again. Null when it cannot be seen. */
export function judgeOperator(
  snapshot: Snapshot,
  plugin: CniPlugin,
  namespace: string,
  operator: Deployment | undefined,
): { readonly report: WorkloadReport; readonly findings: readonly Finding[] } | null {
  const visible = namespace === 'kube-system' || plugin.name !== 'Cilium';
  if (plugin.operator === null || (operator === undefined && !visible)) return null;
  if (!isLive(snapshot, 'deployments-system') || !isLive(snapshot, 'deployments-cni')) return null;
  const pods = podsMatching(snapshot, namespace, operator?.spec?.selector?.matchLabels);
  const report = deploymentReport(snapshot, operator, pods);
  return { report, findings: workloadFindings(named('Deployment', namespace, plugin.operator), report) };
}

/** A DaemonSet that belongs to the CNI, such as its proxy. Nothing is said when it does not exist: it is optional. */
export function judgeCompanion(snapshot: Snapshot, plugin: CniPlugin, namespace: string): readonly Finding[] {
  const name = plugin.companion;
  const daemonSet = name === null ? undefined : snapshot.streams.daemonsets.items.get(`${namespace}/${name}`);
  return daemonSet === undefined ? [] : companionFindings(snapshot, daemonSet);
}

function companionFindings(snapshot: Snapshot, daemonSet: DaemonSet): readonly Finding[] {
  const { namespace } = daemonSet.metadata;
  const pods = podsMatching(snapshot, namespace ?? '', daemonSet.spec?.selector?.matchLabels);
  const report = daemonSetReport(snapshot, daemonSet, pods);
  return workloadFindings(ref('DaemonSet', daemonSet.metadata), report);
}

/** One warning for a workload that is not well; charged to the nodes when only silent nodes keep it from being well. */
export function workloadFindings(object: Finding['object'], report: WorkloadReport): readonly Finding[] {
  if (report.problem === null || report.message === null || report.verdict === 'progressing') return [];
  const onDeadNodes =
    report.troubled.length > 0 &&
    report.troubled.length >= report.wanted - report.ready &&
    report.troubled.every(t => t.trouble.problem === 'not-ready' && t.trouble.since === null);
  return [
    finding({
      problem: report.problem,
      severity: 'warning',
      object,
      message: report.message,
      since: report.since,
      chargedTo: onDeadNodes ? 'nodes' : null,
    }),
  ];
}

/** Two CNIs fight for the same configuration file, unless one is made to be chained. */
export function conflicts(
  snapshot: Snapshot,
  plugin: CniPlugin,
  others: readonly CniPlugin[],
): readonly Finding[] {
  const chained =
    snapshot.streams['config-cilium'].items.get('kube-system/cilium-config')?.data?.['cni-chaining-mode'];
  const rivals = others.filter(other => !other.chains);
  if (rivals.length === 0 || plugin.chains || (chained !== undefined && chained !== 'none')) return [];
  const names = join(
    [plugin, ...rivals].map(one => field(one.name)),
    ' and ',
  );
  return [finding({ problem: 'conflict', severity: 'warning', message: say`${names} are both installed` })];
}

/** Calico's operator says itself what is wrong. */
export function tigera(snapshot: Snapshot): readonly Finding[] {
  return [...snapshot.streams.tigerastatuses.items.values()].flatMap(status => {
    const conditions = status.status?.conditions ?? [];
    const bad =
      conditions.find(c => c.type === 'Degraded' && c.status === 'True') ??
      conditions.find(c => c.type === 'Available' && c.status === 'False');
    if (bad === undefined) return [];
    return [
      finding({
        problem: 'not-ready',
        severity: 'warning',
        object: ref('TigeraStatus', status.metadata),
        message: bad.message ?? bad.reason ?? say`degraded`,
        since: bad.lastTransitionTime ?? null,
      }),
    ];
  });
}

/** A release that an operation holds locked is worth a note here: it says why the agents are in motion. */
export function releaseNote(snapshot: Snapshot, plugin: CniPlugin): readonly Finding[] {
  const release = releaseNamed(snapshot, plugin.releases);
  if (release === undefined || !release.status.startsWith('pending-')) return [];
  const message = say`release ${release.name} rev ${release.revision} ${release.status}`;
  return [finding({ problem: 'release-pending', severity: 'note', message, since: release.changedAt })];
}
