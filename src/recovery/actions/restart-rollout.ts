import { type ObjectRef, refText } from '../../cluster/object-ref.ts';
import type { LayerId } from '../../layers/layer.ts';
import type { Problem } from '../../layers/problems.ts';
import { type Safe, say } from '../../text/safe.ts';
import type { Action, Bench } from '../action.ts';
import { kubectl, patchStep } from '../api-step.ts';
import { dangerOf } from '../danger.ts';
import { clusterGuards, namespaceGuards } from '../guards.ts';
import { layerHealthy, makePlan } from '../make-plan.ts';
import { startTime } from '../stamp.ts';
import { parseRef } from '../target.ts';

const ranks: Partial<Record<Problem, number>> = {
  'not-ready': 20,
  'agent-not-ready': 20,
  stuck: 25,
  'endpoints-lag': 20,
  'lease-stale': 15,
  'not-reconciled': 15,
  restarting: 60,
  crashing: 50,
  'rollout-stuck': 50,
};

/** Replaces the pods of a workload, a few at a time by its own strategy: for pods that run but do not work. */
export const restartRollout: Action = {
  id: 'restart-rollout',
  key: 'T',
  title: say`restart a rollout`,
  targets: bench => workloads(bench).map(one => refText(one.object)),
  treats: (fault, bench) => {
    const rank = ranks[fault.problem];
    const { object } = fault;
    if (rank === undefined || object === null || fault.layer === 'api') return [];
    const found = workloads(bench).find(one => refText(one.object) === refText(object));
    return found === undefined ? [] : [{ target: refText(object), rank }];
  },
  plan: (target, bench) => {
    const object = parseRef(target);
    const found = workloads(bench).find(one => refText(one.object) === target);
    return object === null || found === undefined ? null : plan(object, found.layer, bench);
  },
};

function plan(object: ObjectRef, layer: LayerId, bench: Bench) {
  const short = object.kind === 'DaemonSet' ? say`daemonset/${object.name}` : say`deployment/${object.name}`;
  const annotations = { 'kubectl.kubernetes.io/restartedAt': startTime };
  const cni = layer === 'cni';
  return makePlan(bench, {
    action: 'restart-rollout',
    target: refText(object),
    title: say`Restart the pods of ${refText(object)}`,
    danger: dangerOf(layer, 1),
    word: object.name,
    steps: [
      patchStep(bench, object, {
        title: say`restart ${object.name}`,
        body: { spec: { template: { metadata: { annotations } } } },
        type: 'strategic',
        command: kubectl(bench, object, say`rollout`, say`restart`, short),
      }),
    ],
    effect: cni
      ? say`replaces the agents a few nodes at a time; new pods there wait meanwhile`
      : say`replaces the pods one after the other`,
    takes: cni ? say`1-3 min` : say`up to 1 min`,
    expectedMs: cni ? 120_000 : 45_000,
    success: layerHealthy(bench, layer),
    guards: [
      ...clusterGuards(layer, bench),
      ...(object.namespace === null ? [] : namespaceGuards(object.namespace, bench)),
    ],
  });
}

interface Workload {
  readonly object: ObjectRef;
  readonly layer: LayerId;
}

const cniNames =
  /^(cilium|cilium-envoy|cilium-operator|calico-|canal|kube-flannel|flannel|kube-router|kube-proxy|tigera-)/;
const dnsNames = /(^|-)coredns$/;

/** Only workloads of the chain: applications are Flux's business. */
function workloads(bench: Bench): readonly Workload[] {
  const { streams } = bench.snapshot;
  const found: Workload[] = [];
  const add = (kind: Safe, layer: LayerId | null, meta: { namespace?: Safe; name: Safe }) => {
    if (layer !== null)
      found.push({ object: { kind, namespace: meta.namespace ?? null, name: meta.name }, layer });
  };
  for (const { metadata } of streams.daemonsets.items.values())
    add(say`DaemonSet`, cniNames.test(metadata.name) ? 'cni' : null, metadata);
  for (const { metadata } of [
    ...streams['deployments-system'].items.values(),
    ...streams['deployments-cni'].items.values(),
  ]) {
    const dns = metadata.labels?.['k8s-app'] === 'kube-dns' || dnsNames.test(metadata.name);
    add(say`Deployment`, dns ? 'dns' : cniNames.test(metadata.name) ? 'cni' : null, metadata);
  }
  for (const { metadata } of streams['deployments-flux'].items.values())
    add(say`Deployment`, 'flux', metadata);
  return found;
}
