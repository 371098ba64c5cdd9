import type { Json, Stored } from '../world.ts';
import { matches } from './objects.ts';

const DAEMON_TAINTS = [
  'not-ready',
  'unreachable',
  'disk-pressure',
  'memory-pressure',
  'pid-pressure',
  'unschedulable',
  'network-unavailable',
];

/** What the DaemonSet controller adds to the tolerations of its pods. */
export function daemonTolerations(): Json[] {
  return DAEMON_TAINTS.map(name => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists' }));
}

export function tolerates(spec: Json, taint: Json): boolean {
  return (spec.tolerations ?? []).some(
    (one: Json) =>
      (one.effect === undefined || one.effect === '' || one.effect === taint.effect) &&
      (one.key === undefined || one.key === '' || one.key === taint.key) &&
      (one.operator === 'Exists' || (one.value ?? '') === (taint.value ?? '')),
  );
}

/** The first taint of these effects the pod does not tolerate. */
export function untolerated(spec: Json, node: Stored, effects: readonly string[]): Json | undefined {
  return (node.spec?.taints ?? []).find(
    (taint: Json) => effects.includes(taint.effect) && !tolerates(spec, taint),
  );
}

/** Whether node selector and required affinity let the pod on this node. */
export function selects(spec: Json, node: Stored): boolean {
  if (spec.nodeSelector && !matches(spec.nodeSelector, node.metadata.labels)) return false;
  const terms: Json[] | undefined =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return terms === undefined || terms.some(term => termMatches(term, node));
}

function termMatches(term: Json, node: Stored): boolean {
  const labels = (term.matchExpressions ?? []).every((one: Json) =>
    expression(one, node.metadata.labels?.[one.key]),
  );
  return labels && (term.matchFields ?? []).every((one: Json) => expression(one, node.metadata.name));
}

function expression(one: Json, value: string | undefined): boolean {
  if (one.operator === 'Exists') return value !== undefined;
  if (one.operator === 'DoesNotExist') return value === undefined;
  const listed = value !== undefined && one.values.includes(value);
  return one.operator === 'NotIn' ? !listed : listed;
}

/** Whether labels satisfy the expressions of a label selector. */
export function expressionsMatch(expressions: readonly Json[], labels: Record<string, string>): boolean {
  return expressions.every(one => expression(one, labels[one.key]));
}
