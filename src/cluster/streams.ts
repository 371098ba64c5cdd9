import type { KindId } from './kinds.ts';

/** One list-and-watch: which kind, and the part of the cluster it looks at. */
export interface StreamPlan {
  readonly kind: KindId;
  /** `flux` stands for the namespace of Flux (configurable, `flux-system` by default). */
  readonly namespace?: string | { readonly role: 'flux' };
  readonly labels?: string;
  readonly fields?: string;
  /** Ask for metadata only: what the rest holds is nobody's business here (Secrets) or large (definitions). */
  readonly metadataOnly?: true;
  /** Ask whether we may before asking for it: a refusal about Secrets looks like an intrusion in an audit log. */
  readonly askFirst?: true;
}

const flux = { role: 'flux' } as const;

/**
 * The fixed set of watches. None of them is a list of all pods: failing and starting pods are found by their phase,
 * the rest is counted from a table (`PodOverview`).
 */
export const streams = {
  nodes: { kind: 'nodes' },
  'node-leases': { kind: 'leases', namespace: 'kube-node-lease' },
  'system-leases': { kind: 'leases', namespace: 'kube-system' },
  'flux-leases': { kind: 'leases', namespace: flux },
  'pods-system': { kind: 'pods', namespace: 'kube-system' },
  /** Agents of a CNI that lives in a namespace of its own. */
  'pods-cni': {
    kind: 'pods',
    labels:
      'k8s-app in (cilium,cilium-envoy,calico-node,calico-kube-controllers,calico-typha,flannel,kube-router,canal,tigera-operator)',
    fields: 'metadata.namespace!=kube-system',
  },
  'pods-flux': { kind: 'pods', namespace: flux },
  'pods-pending': { kind: 'pods', fields: 'status.phase=Pending' },
  daemonsets: { kind: 'daemonsets' },
  'deployments-system': { kind: 'deployments', namespace: 'kube-system' },
  'deployments-cni': {
    kind: 'deployments',
    labels: 'k8s-app in (calico-kube-controllers,calico-typha,tigera-operator,cilium-operator)',
    fields: 'metadata.namespace!=kube-system',
  },
  'deployments-flux': { kind: 'deployments', namespace: flux },
  /** cert-manager is no layer, but part of most bootstraps; its chart's names are the same in every namespace. */
  'deployments-cert-manager': {
    kind: 'deployments',
    labels: 'app.kubernetes.io/component in (controller,webhook,cainjector)',
  },
  'services-system': { kind: 'services', namespace: 'kube-system' },
  'slices-system': { kind: 'endpointslices', namespace: 'kube-system' },
  /** Only where the user told that DNS lives elsewhere; see `planOf`. */
  'pods-dns': { kind: 'pods' },
  'deployments-dns': { kind: 'deployments' },
  /** Endpoints of the Services that the user calls critical; only where some are named. */
  'slices-critical': { kind: 'endpointslices' },
  'service-kubernetes': { kind: 'services', namespace: 'default', fields: 'metadata.name=kubernetes' },
  'slices-kubernetes': {
    kind: 'endpointslices',
    namespace: 'default',
    labels: 'kubernetes.io/service-name=kubernetes',
  },
  /** Services that the network outside can reach: a name server of the nodes among them is a circle. */
  'services-exposed': { kind: 'services', fields: 'spec.type=LoadBalancer' },
  /** Policies around Flux: they can cut off what everything else still reaches. */
  'networkpolicies-flux': { kind: 'networkpolicies', namespace: flux, metadataOnly: true },
  'ciliumpolicies-flux': { kind: 'ciliumpolicies', namespace: flux, metadataOnly: true },
  'ciliumpolicies-everywhere': { kind: 'ciliumclusterpolicies', metadataOnly: true },
  events: { kind: 'events', fields: 'type=Warning' },
  /** What was stopped, scaled or deleted, and by which controller: kept for an hour by the API server. */
  'events-system': { kind: 'events', namespace: 'kube-system', fields: 'type=Normal' },
  /** Lists of what Kustomizations applied and pruned. */
  'events-pruned': { kind: 'events', fields: 'reason=Progressing' },
  'events-uninstalled': { kind: 'events', fields: 'reason=UninstallSucceeded' },
  namespaces: { kind: 'namespaces' },
  'config-cilium': { kind: 'configmaps', namespace: 'kube-system', fields: 'metadata.name=cilium-config' },
  /** Its presence says that kube-proxy is meant to run as pods; elsewhere it is a host process, or replaced. */
  'config-kube-proxy': { kind: 'configmaps', namespace: 'kube-system', fields: 'metadata.name=kube-proxy' },
  'config-coredns': { kind: 'configmaps', namespace: 'kube-system', fields: 'metadata.name=coredns' },
  /** The labels of Helm's release Secrets tell the state of each release; their content is never asked for. */
  'helm-releases': { kind: 'secrets', labels: 'owner=helm', metadataOnly: true, askFirst: true },
  crds: { kind: 'crds', metadataOnly: true },
  /** Those with a backend of their own: the server makes one for each group that it serves itself, which cannot fail. */
  apiservices: { kind: 'apiservices', labels: '!kube-aggregator.kubernetes.io/automanaged' },
  'validating-webhooks': { kind: 'validatingwebhooks' },
  'mutating-webhooks': { kind: 'mutatingwebhooks' },
  fluxinstances: { kind: 'fluxinstances' },
  kustomizations: { kind: 'kustomizations' },
  helmreleases: { kind: 'helmreleases' },
  gitrepositories: { kind: 'gitrepositories' },
  ocirepositories: { kind: 'ocirepositories' },
  helmrepositories: { kind: 'helmrepositories' },
  helmcharts: { kind: 'helmcharts' },
  buckets: { kind: 'buckets' },
  tigerastatuses: { kind: 'tigerastatuses' },
} as const satisfies Readonly<Record<string, StreamPlan>>;

export type StreamId = keyof typeof streams;
export const streamIds = Object.keys(streams) as readonly StreamId[];
