import { nodeNames, remove, removePods, restore } from './acts.ts';
import type { Fault } from './fault.ts';

export const cniGone: Fault = {
  name: 'cni-gone',
  title: 'The Cilium DaemonSet and its CNI configuration were deleted, and CoreDNS was restarted after that.',
  expects: {
    layer: 'cni',
    objectKind: 'DaemonSet',
    objectName: 'kube-system/cilium',
    cause: 'DaemonSet kube-system/cilium does not exist, though Helm says its release is deployed',
  },
  apply: life => {
    remove(life, 'apps/daemonsets', 'kube-system', 'cilium');
    for (const node of nodeNames(life)) life.switches.noCniConfig.add(node);
    removePods(life, 'kube-system', 'k8s-app', 'kube-dns');
    life.switches.notify();
  },
  undo: life => {
    restore(life, 'cilium');
  },
};
