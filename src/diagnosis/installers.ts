/** Releases that install an object whose name is not theirs. */
const installers: ReadonlyMap<string, readonly string[]> = new Map([
  ['cilium', ['cilium', 'rke2-cilium']],
  ['cilium-operator', ['cilium', 'rke2-cilium']],
  ['cilium-envoy', ['cilium', 'rke2-cilium']],
  ['coredns', ['coredns']],
  ['rke2-coredns-rke2-coredns', ['rke2-coredns']],
  ['kube-dns', ['coredns']],
  ['flux', ['flux-instance', 'flux2', 'flux']],
  ['flux-operator', ['flux-operator']],
  ['kube-flannel', ['flannel']],
  ['kube-flannel-ds', ['flannel']],
  ['calico-node', ['calico', 'tigera-operator']],
]);

/** Names of the releases, and of the Flux objects around them, that may have brought an object of this name. */
export function installersOf(name: string): readonly string[] {
  return installers.get(name) ?? [name];
}
