import { cniOneNode } from './cni-one-node.ts';
import type { Fault } from './fault.ts';
import { sopsKey } from './sops-key.ts';

export const twoRoots: Fault = {
  name: 'two-roots',
  title: 'Two things at once: the Cilium agent of k8s-2 crashes, and Flux cannot decrypt.',
  expects: {
    layer: 'cni',
    objectKind: 'DaemonSet',
    objectName: 'kube-system/cilium',
    cause: 'the Cilium agent on k8s-2 crashes',
  },
  alsoExpects: [sopsKey.expects],
  apply: life => {
    cniOneNode.apply(life);
    sopsKey.apply(life);
  },
  undo: life => {
    cniOneNode.undo?.(life);
    sopsKey.undo?.(life);
  },
};
