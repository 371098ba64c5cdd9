import type { Crash } from '../controllers/switches.ts';
import { reboot } from './acts.ts';
import type { Fault } from './fault.ts';

export const cniOneNode: Fault = {
  name: 'cni-one-node',
  title: 'Node k8s-2 came up with a kernel without iptables modules, and its Cilium agent crashes.',
  expects: {
    layer: 'cni',
    objectKind: 'DaemonSet',
    objectName: 'kube-system/cilium',
    cause: 'the Cilium agent on k8s-2 crashes',
  },
  apply: life => {
    life.switches.crashing.set('k8s-app=cilium@k8s-2', CRASH);
    reboot(life, ['k8s-2']);
    life.switches.notify();
  },
  undo: life => {
    life.switches.crashing.delete('k8s-app=cilium@k8s-2');
    reboot(life, ['k8s-2']);
    life.switches.notify();
  },
};

const CRASH: Crash = {
  exitCode: 1,
  reason: 'Error',
  log: [
    'level=fatal msg="failed to start: daemon creation failed: error while initializing daemon: cannot add custom chain CILIUM_INPUT: ' +
      "exit status 3: iptables v1.8.8 (legacy): can't initialize iptables table `filter': Table does not exist (do you need to insmod?)\" subsys=daemon",
  ],
};
