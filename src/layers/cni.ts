import type { DaemonSet } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { type Agents, judgeAgents } from './cni-agents.ts';
import { type Detected, detectCni, operatorOf } from './cni-detect.ts';
import { cniGone, noCni } from './cni-gone.ts';
import type { CniPlugin } from './cni-plugins.ts';
import { conflicts, judgeCompanion, judgeOperator, releaseNote, tigera } from './cni-side.ts';
import { judgement } from './judgement.ts';
import { kubeProxy } from './kube-proxy.ts';
import type { Finding, Judgement, Layer, Verdict } from './layer.ts';
import { withProbes } from './probed.ts';
import { trustOf, unreadable } from './stream-trust.ts';
import { imageVersion } from './version.ts';
import type { WorkloadReport } from './workload.ts';

const needed = ['nodes', 'daemonsets', 'pods-system', 'pods-cni'] as const;
const helpful = ['deployments-system', 'deployments-cni', 'config-cilium', 'helm-releases', 'crds'] as const;

/** The network plugin: an agent that works on every node, its operator, and who serves Service addresses. */
export const cniLayer: Layer = {
  id: 'cni',
  key: 2,
  title: 'CNI',
  short: 'CNI',
  standsOn: 'nodes',
  watches: [...needed, ...helpful, 'node-leases', 'tigerastatuses', 'pods-pending'],
  judge: snapshot => withProbes('cni', snapshot, judge(snapshot)),
};

function judge(snapshot: Snapshot): Judgement {
  const detected = detectCni(snapshot);
  // That there is none is only said once everything that could tell of one was read.
  const open = helpful.filter(id => snapshot.streams[id].freshness.state === 'waiting');
  const trust = trustOf(snapshot, detected.kind === 'found' ? needed : [...needed, ...open]);
  const given =
    detected.kind === 'found'
      ? cniFound(snapshot, detected)
      : detected.kind === 'gone'
        ? cniGone(snapshot, detected)
        : noCni(snapshot, detected.kind);
  return judgement({ ...given, findings: [...given.findings, ...unreadable(snapshot, helpful)], trust });
}

function cniFound(snapshot: Snapshot, detected: Detected & { kind: 'found' }) {
  const { plugin, daemonSet, others } = detected;
  const namespace = daemonSet.metadata.namespace ?? plugin.namespace;
  const agents = judgeAgents(snapshot, daemonSet);
  const operator = judgeOperator(snapshot, plugin, namespace, operatorOf(snapshot, plugin, namespace));
  const findings = [
    ...agents.findings,
    ...(operator?.findings ?? []),
    ...judgeCompanion(snapshot, plugin, namespace),
    ...kubeProxy(snapshot, plugin),
    ...conflicts(snapshot, plugin, others),
    ...tigera(snapshot),
    ...releaseNote(snapshot, plugin),
  ];
  return {
    verdict: verdictOf(agents, daemonSet, findings),
    summary: summary(plugin, daemonSet, agents, operator?.report ?? null),
    measure: { ready: agents.ready, wanted: agents.wanted },
    findings,
  };
}

function verdictOf(agents: Agents, daemonSet: DaemonSet, findings: readonly Finding[]): Verdict {
  const { ready, wanted, starting } = agents;
  const grave = findings.filter(f => f.severity !== 'note');
  const failing = grave.some(f => f.problem.startsWith('agent') || f.severity === 'critical');
  if (ready === 0 && wanted > 0 && (starting < wanted || failing)) return 'down';
  if (grave.length > 0) return 'degraded';
  const behind =
    (daemonSet.metadata.generation ?? 0) > (daemonSet.status?.observedGeneration ?? 0) ||
    (daemonSet.status?.updatedNumberScheduled ?? 0) < (daemonSet.status?.desiredNumberScheduled ?? 0);
  return starting > 0 || behind || ready < wanted ? 'progressing' : 'healthy';
}

function summary(plugin: CniPlugin, set: DaemonSet, agents: Agents, operator: WorkloadReport | null): Safe {
  const version = imageVersion(set.spec?.template?.spec?.containers?.[0]?.image);
  const name = version === null ? field(plugin.name) : say`${field(plugin.name)} ${version} ·`;
  const counts = say`${name} agents ${agents.ready}/${agents.wanted}`;
  return operator === null ? counts : say`${counts} · operator ${operator.ready}/${operator.wanted}`;
}
