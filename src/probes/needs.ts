import { OTHER_NAMESPACE, PROBE_NAMESPACE } from './probe-namespace.ts';
import { OWN_LABELS } from './probe-pod.ts';

/** Something that the usual probes must be allowed to do, in the words of RBAC. */
export interface ProbeNeed {
  readonly namespace: string;
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
}

function need(namespace: string, resource: string, ...verbs: readonly string[]): ProbeNeed {
  return { namespace, group: '', resource, verbs };
}

function sliceNeed(...verbs: readonly string[]): ProbeNeed {
  return { namespace: PROBE_NAMESPACE, group: 'discovery.k8s.io', resource: 'endpointslices', verbs };
}

/**
 * What the usual probes ask for beyond what watching needs, when their namespace exists already. A port-forward is a
 * `get` for clients that speak WebSocket, and newer servers want `create` as well.
 */
export const probeNeeds: readonly ProbeNeed[] = [
  need('kube-system', 'pods/proxy', 'get'),
  need('kube-system', 'pods/portforward', 'get', 'create'),
  need(PROBE_NAMESPACE, 'pods', 'get', 'list', 'create', 'delete'),
  need(PROBE_NAMESPACE, 'pods/log', 'get'),
  // A Service that nobody knew before, and where it leads.
  need(PROBE_NAMESPACE, 'services', 'list', 'create', 'delete'),
  sliceNeed('create', 'delete'),
  // Forgotten pods of a groundup that had no namespace of its own.
  need(OTHER_NAMESPACE, 'pods', 'list'),
];

/**
 * What it takes to probe inside a pod of this namespace. Whoever may add a container to a pod can act as that pod, so
 * it is asked for namespace by namespace, and never part of the usual probes.
 */
export function podProbeNeeds(namespace: string): readonly ProbeNeed[] {
  return [
    need(namespace, 'pods', 'get'),
    need(namespace, 'pods/ephemeralcontainers', 'patch'),
    need(namespace, 'pods/log', 'get'),
  ];
}

/**
 * What it takes to ask inside the controllers of Flux and the agents of the CNI. Whoever may run a command in a pod can
 * act as that pod, so it is never part of the usual probes. WebSocket clients use `get`, newer servers want `create` as well.
 */
export function execProbeNeeds(fluxNamespace: string, cniNamespace: string): readonly ProbeNeed[] {
  return [...new Set([fluxNamespace, cniNamespace])].map(namespace =>
    need(namespace, 'pods/exec', 'get', 'create'),
  );
}

/** The namespace of the probe pods, with the strictest pod security. */
export const probeNamespaceObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: PROBE_NAMESPACE,
    labels: { ...OWN_LABELS, 'pod-security.kubernetes.io/enforce': 'restricted' },
  },
} as const;
