import { reboot } from './acts.ts';
import type { Fault } from './fault.ts';

export const nodeDown: Fault = {
  name: 'node-down',
  title: 'Node k8s-2 lost its power.',
  expects: {
    layer: 'nodes',
    objectKind: 'Node',
    objectName: 'k8s-2',
    cause: 'node k8s-2 stopped renewing its lease',
  },
  apply: life => {
    life.switches.stoppedKubelets.add('k8s-2');
    life.switches.deadNodes.add('k8s-2');
    life.switches.notify();
  },
  undo: life => {
    life.switches.deadNodes.delete('k8s-2');
    life.switches.stoppedKubelets.delete('k8s-2');
    reboot(life, ['k8s-2']);
    life.switches.notify();
  },
};
