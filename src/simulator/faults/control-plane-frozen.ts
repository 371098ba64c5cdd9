import type { Fault } from './fault.ts';

export const controlPlaneFrozen: Fault = {
  name: 'control-plane-frozen',
  title: 'kube-controller-manager and kube-scheduler hang: nothing in the cluster is acted upon.',
  expects: {
    layer: 'api',
    objectKind: 'Lease',
    objectName: 'kube-system/kube-controller-manager',
    cause: 'kube-controller-manager and kube-scheduler do not renew their leases',
  },
  apply: life => {
    life.switches.frozenControllers = true;
    life.switches.notify();
  },
  undo: life => {
    life.switches.frozenControllers = false;
    life.switches.notify();
  },
};
