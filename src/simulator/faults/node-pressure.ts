import type { Fault } from './fault.ts';

export const nodePressure: Fault = {
  name: 'node-pressure',
  title: 'The disk of node k8s-3 is nearly full.',
  expects: {
    layer: 'nodes',
    objectKind: 'Node',
    objectName: 'k8s-3',
    cause: 'node k8s-3 has DiskPressure',
  },
  apply: life => {
    life.switches.pressure.set('k8s-3', 'DiskPressure');
    life.switches.notify();
  },
  undo: life => {
    life.switches.pressure.delete('k8s-3');
    for (const pod of life.world.list('/pods')) {
      if (pod.status?.reason === 'Evicted')
        life.world.remove('/pods', pod.metadata.namespace, pod.metadata.name);
    }
    life.switches.notify();
  },
};
