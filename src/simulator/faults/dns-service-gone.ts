import { remove, restore } from './acts.ts';
import type { Fault } from './fault.ts';

export const dnsServiceGone: Fault = {
  name: 'dns-service-gone',
  title: 'The Service kube-dns was deleted.',
  expects: {
    layer: 'service-discovery',
    objectKind: 'Service',
    objectName: 'kube-system/kube-dns',
    cause: 'Service kube-system/kube-dns does not exist',
  },
  apply: life => {
    remove(life, '/services', 'kube-system', 'kube-dns');
  },
  undo: life => {
    restore(life, 'coredns', object => object.kind === 'Service');
  },
};
