import { releaseObjects } from '../seed/releases.ts';
import { remove, restore } from './acts.ts';
import type { Fault } from './fault.ts';

export const dnsServiceIp: Fault = {
  name: 'dns-service-ip',
  title: 'The Service kube-dns was made again by hand and got another address than the one pods ask.',
  expects: {
    layer: 'service-discovery',
    objectKind: 'Service',
    objectName: 'kube-system/kube-dns',
    cause: 'Service kube-system/kube-dns has 10.43.187.22, but pods ask 10.43.0.10',
  },
  apply: life => {
    const service = releaseObjects('coredns').find(object => object.kind === 'Service');
    remove(life, '/services', 'kube-system', 'kube-dns');
    life.world.create('/services', {
      ...service,
      spec: { ...service.spec, clusterIP: '10.43.187.22', clusterIPs: ['10.43.187.22'] },
    });
  },
  undo: life => {
    remove(life, '/services', 'kube-system', 'kube-dns');
    restore(life, 'coredns', object => object.kind === 'Service');
  },
};
