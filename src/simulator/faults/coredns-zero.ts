import { scale } from './acts.ts';
import type { Fault } from './fault.ts';

export const corednsZero: Fault = {
  name: 'coredns-zero',
  title: 'CoreDNS was scaled to zero replicas.',
  expects: {
    layer: 'dns',
    objectKind: 'Deployment',
    objectName: 'kube-system/coredns',
    cause: 'Deployment kube-system/coredns is scaled to 0 replicas',
  },
  apply: life => {
    scale(life, 'kube-system', 'coredns', 0);
  },
  undo: life => {
    scale(life, 'kube-system', 'coredns', 2);
  },
};
