import type { Snapshot } from '../cluster/snapshot.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { missingAgents } from './cni-agents.ts';
import { type Detected, operatorOf } from './cni-detect.ts';
import { judgeOperator, releaseNote } from './cni-side.ts';
import type { HelmRelease } from './helm-releases.ts';
import { finding, named } from './judgement.ts';
import { kubeProxy } from './kube-proxy.ts';
import type { Finding, UnknownReason, Verdict } from './layer.ts';
import { type NodeState, nodeStateList } from './node-state.ts';

interface Told {
  readonly verdict: Verdict;
  readonly reason?: UnknownReason;
  readonly summary: Safe;
  readonly measure: { readonly ready: number; readonly wanted: number } | null;
  readonly findings: readonly Finding[];
  readonly since?: number | null;
}

/** A CNI that belongs here but has no agents. While its configuration stays on the nodes, they go on saying Ready. */
export function cniGone(snapshot: Snapshot, { plugin, release }: Detected & { kind: 'gone' }): Told {
  const states = nodeStateList(snapshot);
  const operator = operatorOf(snapshot, plugin, null);
  const namespace = release?.namespace ?? operator?.metadata.namespace ?? field(plugin.namespace);
  const side = judgeOperator(snapshot, plugin, namespace, operator);
  const since = firstSign(states);
  const object = named('DaemonSet', namespace, plugin.agents[0] ?? plugin.label);
  const message = goneText(release);
  const count = say`${field(plugin.name)} agents 0/${states.length}`;
  const ready = side === null ? count : say`${count} · operator ${side.report.ready}/${side.report.wanted}`;
  return {
    verdict: 'down',
    summary: ready,
    measure: { ready: 0, wanted: states.length },
    findings: [
      finding({ problem: 'missing', severity: 'critical', object, message, since }),
      ...missingAgents(states, null),
      ...latent(states),
      ...(side?.findings ?? []),
      ...kubeProxy(snapshot, plugin),
      ...releaseNote(snapshot, plugin),
    ],
    since,
  };
}

function goneText(release: HelmRelease | null): Safe {
  if (release === null) return say`does not exist, and no Helm release of it either`;
  const name = say`release ${release.name} rev ${release.revision}`;
  if (release.status === 'deployed') return say`does not exist, though Helm says ${name} is deployed`;
  return say`does not exist; Helm says ${name} is ${release.status}`;
}

/** When the nodes first complained: the removal itself left no time anywhere. */
function firstSign(states: readonly NodeState[]): number | null {
  const times = states.flatMap(s => (s.waitsForCni && s.readySince !== null ? [s.readySince] : []));
  return times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b));
}

function latent(states: readonly NodeState[]): readonly Finding[] {
  if (!states.some(state => state.ready === 'True')) return [];
  const message = say`configuration left on the nodes: old pods keep running, new ones cannot start`;
  return [finding({ problem: 'sandbox-failed', severity: 'note', message })];
}

/** No trace of a CNI: a fault when nodes ask for one, otherwise something that cannot be seen from outside. */
export function noCni(snapshot: Snapshot, kind: 'embedded' | 'none'): Told {
  const states = nodeStateList(snapshot);
  const waiting = states.filter(state => state.waitsForCni);
  const proxy = kubeProxy(snapshot, null);
  if (waiting.length > 0) {
    const since = firstSign(states);
    const all = waiting.length === states.length;
    return {
      verdict: all ? 'down' : 'degraded',
      summary: say`no CNI found · ${waiting.length} of ${states.length} nodes ask for one`,
      measure: null,
      findings: [
        finding({
          problem: 'missing',
          severity: 'critical',
          message: say`no CNI is installed that the nodes could use`,
          since,
          nodes: all ? null : waiting.map(state => state.name),
        }),
        ...proxy,
      ],
      since,
    };
  }
  const what = kind === 'embedded' ? say`Flannel inside k3s` : say`no known CNI`;
  return {
    verdict: proxy.length > 0 ? 'degraded' : 'unknown',
    reason: 'not-observable',
    summary: say`${what}: cannot be seen from outside`,
    measure: null,
    findings: proxy,
  };
}
