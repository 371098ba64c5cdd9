import type { StreamId } from '../cluster/streams.ts';
import type { LayerId } from './layer.ts';
import type { Problem } from './problems.ts';

/** A rule that concludes findings: its stable id, what it asks, and which watches it asks that of. */
export interface Rule {
  readonly id: string;
  readonly asks: string;
  readonly reads: readonly StreamId[];
  readonly concludes: readonly Problem[];
}

function rule(id: string, concludes: string, reads: string, asks: string): Rule {
  const words = (text: string) => text.split(' ').filter(word => word !== '');
  return { id, asks, reads: words(reads) as StreamId[], concludes: words(concludes) as Problem[] };
}

const WORKLOAD = 'missing scaled-to-zero stuck not-scheduled not-ready rollout-stuck rolling-out';
const PODS = 'crashing image-pull restarting single-point';

/** Every rule, by the layer whose state it concludes. The first that concludes a problem is the one that did. */
export const rules: Readonly<Record<LayerId, readonly Rule[]>> = {
  api: [
    rule('api.reach', 'unreachable', '', 'does the API server answer?'),
    rule('api.credentials', 'unauthorized', '', 'does it accept our credentials?'),
    rule('api.readyz', 'check-failed', '', 'do its own readiness checks pass?'),
    rule(
      'api.leases',
      'lease-stale writes-fail',
      'system-leases node-leases',
      'do the control loops renew their leases?',
    ),
    rule(
      'api.overload',
      'overloaded',
      'pods-system events',
      'does it turn requests away, do controllers lose their leases?',
    ),
    rule('api.certificates', 'certificate-expiring', '', 'how long are the certificates valid?'),
    rule('api.clock', 'clock-skew', '', 'do the clocks agree?'),
    rule('api.aggregated', 'api-unavailable', 'apiservices', 'do aggregated APIs have a backend?'),
    rule('api.answer', 'not-ready rolling-out', '', 'is the API server well as a whole?'),
  ],
  nodes: [
    rule('nodes.leases', 'node-silent', 'nodes node-leases', 'does every kubelet renew its lease?'),
    rule('nodes.ready', 'node-not-ready not-ready', 'nodes', 'is every node Ready?'),
    rule('nodes.vanished', 'node-missing', 'nodes', 'are all nodes there that were there before?'),
    rule('nodes.cni', 'waits-for-cni', 'nodes', 'do nodes wait for nothing but a CNI?'),
    rule('nodes.pressure', 'pressure', 'nodes', 'is a node short of memory, disk or processes?'),
    rule('nodes.taints', 'cordoned tainted', 'nodes', 'what keeps pods away from nodes?'),
    rule('nodes.skew', 'drift', 'nodes', 'do kubelets and API server fit together?'),
    rule('nodes.names', 'dns-cycle', 'events services-exposed nodes', 'whom do the nodes ask for names?'),
    rule('nodes.pulls', 'image-pull stuck', 'pods-pending events', 'can nodes pull images?'),
    rule(
      'nodes.carried',
      'agent-missing agent-not-ready crashing rolling-out missing',
      'nodes pods-system',
      'what fails only because its node does?',
    ),
  ],
  cni: [
    rule(
      'cni.agents',
      `agent-missing agent-not-ready crashing image-pull restarting`,
      'daemonsets pods-system pods-cni nodes node-leases',
      'does an agent work on every node?',
    ),
    rule(
      'cni.presence',
      WORKLOAD,
      'daemonsets deployments-system helm-releases crds nodes',
      'is the CNI there that belongs here?',
    ),
    rule(
      'cni.nodes',
      'waits-for-cni tainted sandbox-failed',
      'nodes events',
      'what do nodes and pods lack of the CNI?',
    ),
    rule('cni.conflict', 'conflict', 'daemonsets config-cilium', 'is there just one CNI?'),
    rule(
      'cni.release',
      'release-pending release-failed',
      'helm-releases',
      'is the release of the CNI locked?',
    ),
    rule(
      'cni.webhooks',
      'webhook-blocks',
      'events validating-webhooks mutating-webhooks',
      'is the creation of its pods refused?',
    ),
    rule('cni.probes', 'probe-failed service-routing', '', 'what did probes find?'),
    rule('cni.namespace', 'namespace-terminating', 'namespaces', 'is its namespace being deleted?'),
  ],
  'pod-network': [
    rule('pod-network.probes', 'probe-failed', '', 'what did probes find?'),
    rule(
      'pod-network.sandboxes',
      'sandbox-failed waits-for-cni',
      'events pods-pending nodes node-leases',
      'do new pods get a network on every node?',
    ),
    rule(
      'pod-network.policies',
      'policy-blocks',
      'networkpolicies-flux ciliumpolicies-flux ciliumpolicies-everywhere kustomizations helmreleases gitrepositories',
      'does a policy cut off what everything else reaches?',
    ),
    rule(
      'pod-network.service-address',
      `crashing stuck not-ready ${WORKLOAD}`,
      'pods-system pods-flux events',
      'do pods reach the API server?',
    ),
  ],
  dns: [
    rule('dns.probes', 'probe-failed', '', 'what did probes find?'),
    rule(
      'dns.workload',
      `${WORKLOAD} ${PODS}`,
      'deployments-system deployments-dns pods-system pods-dns daemonsets config-coredns events',
      'does CoreDNS run, on how many nodes?',
    ),
    rule(
      'dns.webhooks',
      'webhook-blocks',
      'events validating-webhooks mutating-webhooks',
      'is the creation of its pods refused?',
    ),
    rule(
      'dns.release',
      'release-pending release-failed',
      'helm-releases',
      'is the release of CoreDNS locked?',
    ),
  ],
  'service-discovery': [
    rule('service-discovery.probes', 'probe-failed', '', 'what did probes find?'),
    rule(
      'service-discovery.service',
      `missing wrong-address wrong-ports wrong-selector not-ready`,
      'services-system service-kubernetes deployments-system',
      'do the Services exist that pods are told to ask?',
    ),
    rule(
      'service-discovery.endpoints',
      'no-endpoints endpoints-lag',
      'slices-system slices-kubernetes slices-critical pods-system pods-dns nodes',
      'do they lead to pods that are ready?',
    ),
  ],
  flux: [
    rule(
      'flux.instance',
      'instance-missing instance-failed stalled suspended',
      'fluxinstances helm-releases',
      'does the FluxInstance say that Flux is installed?',
    ),
    rule(
      'flux.requests',
      'not-reconciled',
      'kustomizations helmreleases gitrepositories fluxinstances',
      'is what was asked for taken up?',
    ),
    rule(
      'flux.leases',
      'lease-stale',
      'flux-leases deployments-flux',
      'do the controllers renew their leases?',
    ),
    rule(
      'flux.controllers',
      `${WORKLOAD} ${PODS}`,
      'deployments-flux pods-flux events',
      'do the controllers run?',
    ),
    rule('flux.release', 'release-pending release-failed', 'helm-releases', 'is a release of Flux locked?'),
    rule(
      'flux.webhooks',
      'webhook-blocks',
      'events validating-webhooks mutating-webhooks',
      'is the creation of its pods refused?',
    ),
    rule('flux.namespace', 'namespace-terminating', 'namespaces', 'is its namespace being deleted?'),
  ],
  apps: [
    rule(
      'apps.sources',
      'source-failed',
      'gitrepositories ocirepositories helmrepositories helmcharts buckets',
      'can every source be fetched?',
    ),
    rule(
      'apps.graph',
      'build-failed decryption-failed dependency-missing dependency-not-ready health-check-failed apply-failed release-failed retries-exhausted stalled rolling-out not-ready',
      'kustomizations helmreleases',
      'which application fails first?',
    ),
    rule(
      'apps.claims',
      'not-reconciled suspended',
      'kustomizations helmreleases',
      'how old is the proof of what says Ready?',
    ),
    rule('apps.release', 'release-pending', 'helm-releases helmreleases', 'is a release locked?'),
    rule(
      'apps.webhooks',
      'webhook-blocks',
      'events validating-webhooks mutating-webhooks',
      'is the creation of pods refused?',
    ),
    rule('apps.namespaces', 'namespace-terminating', 'namespaces', 'is a namespace stuck in deletion?'),
  ],
};

/** The rule that concludes such a problem of a layer; where none is known by name, one that is called after the layer. */
export function ruleOf(layer: LayerId, problem: Problem): Rule {
  const known = rules[layer].find(one => one.concludes.includes(problem));
  return known ?? { id: `${layer}.other`, asks: 'what else is wrong?', reads: [], concludes: [problem] };
}
