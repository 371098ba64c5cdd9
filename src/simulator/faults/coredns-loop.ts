import { restore } from './acts.ts';
import type { Fault } from './fault.ts';

export const corednsLoop: Fault = {
  name: 'coredns-loop',
  title: 'The Corefile forwards to the local stub resolver, so CoreDNS finds a loop and crashes.',
  expects: {
    layer: 'dns',
    objectKind: 'Deployment',
    objectName: 'kube-system/coredns',
    cause: 'CoreDNS crashes: plugin/loop found a forwarding loop in the Corefile',
  },
  apply: life => {
    life.world.update('/configmaps', 'kube-system', 'coredns', draft => {
      draft.data.Corefile = draft.data.Corefile.replace('forward . /etc/resolv.conf', 'forward . 127.0.0.53');
    });
  },
  undo: life => {
    restore(life, 'coredns', object => object.kind === 'ConfigMap');
  },
};
