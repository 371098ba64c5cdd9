import { remove, removePods, restore } from './acts.ts';
import type { Fault } from './fault.ts';

export const cniLatent: Fault = {
  name: 'cni-latent',
  title:
    'The Cilium DaemonSet was deleted but its CNI configuration stayed: nodes are Ready and nothing new can start.',
  expects: {
    layer: 'cni',
    objectKind: 'DaemonSet',
    objectName: 'kube-system/cilium',
    cause:
      'DaemonSet kube-system/cilium does not exist; nodes stay Ready because the CNI configuration was left in place',
  },
  apply: life => {
    remove(life, 'apps/daemonsets', 'kube-system', 'cilium');
    life.clock.after(15_000, () => removePods(life, 'default', 'app.kubernetes.io/name', 'homepage'));
  },
  undo: life => {
    restore(life, 'cilium');
  },
};
