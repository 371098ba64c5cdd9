/** One CNI as it is found in clusters. Namespaces vary with the installer, so agents are known by name and label. */
export interface CniPlugin {
  readonly name: string;
  /** Names of its agent DaemonSet, the usual one first. */
  readonly agents: readonly string[];
  /** `k8s-app` or `app` label of the agent's pods. */
  readonly label: string;
  /** Where the agents are usually installed. */
  readonly namespace: string;
  readonly operator: string | null;
  /** A second DaemonSet that belongs to it. */
  readonly companion: string | null;
  /** Names of the Helm release that installs it. */
  readonly releases: readonly string[];
  /** Suffix of the groups of its definitions. */
  readonly group: string | null;
  /** Reason that it leaves in the node condition NetworkUnavailable. */
  readonly nodeReason: string | null;
  /** It never serves Services itself: kube-proxy must. */
  readonly needsKubeProxy: boolean;
  /** It commonly runs beside another CNI. */
  readonly chains: boolean;
}

/** What holds of a CNI of which nothing else is known. */
export const plainPlugin = {
  namespace: 'kube-system',
  operator: null,
  companion: null,
  releases: [],
  group: null,
  nodeReason: null,
  needsKubeProxy: false,
  chains: false,
};

/** Known CNIs; the first that is found is the cluster's. */
export const cniPlugins: readonly CniPlugin[] = [
  {
    ...plainPlugin,
    name: 'Cilium',
    agents: ['cilium'],
    label: 'cilium',
    operator: 'cilium-operator',
    companion: 'cilium-envoy',
    releases: ['cilium', 'rke2-cilium'],
    group: '.cilium.io',
    nodeReason: 'CiliumIsUp',
  },
  {
    ...plainPlugin,
    name: 'Canal',
    agents: ['canal', 'rke2-canal'],
    label: 'canal',
    releases: ['rke2-canal'],
  },
  {
    ...plainPlugin,
    name: 'Calico',
    agents: ['calico-node'],
    label: 'calico-node',
    operator: 'calico-kube-controllers',
    releases: ['calico', 'tigera-operator', 'rke2-calico'],
    group: '.projectcalico.org',
    nodeReason: 'CalicoIsUp',
  },
  {
    ...plainPlugin,
    name: 'Flannel',
    agents: ['kube-flannel-ds', 'kube-flannel'],
    label: 'flannel',
    namespace: 'kube-flannel',
    releases: ['flannel', 'rke2-flannel'],
    nodeReason: 'FlannelIsUp',
    needsKubeProxy: true,
  },
  { ...plainPlugin, name: 'kube-router', agents: ['kube-router'], label: 'kube-router', chains: true },
  { ...plainPlugin, name: 'kindnet', agents: ['kindnet'], label: 'kindnet', needsKubeProxy: true },
  { ...plainPlugin, name: 'AWS VPC CNI', agents: ['aws-node'], label: 'aws-node', chains: true },
];
