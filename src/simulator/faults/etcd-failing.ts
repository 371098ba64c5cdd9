import type { Fault } from './fault.ts';

export const etcdFailing: Fault = {
  name: 'etcd-failing',
  title: 'etcd lost its quorum: reads may work, writes time out.',
  expects: {
    layer: 'api',
    objectKind: null,
    objectName: null,
    cause: 'the API server says etcd is not ready',
  },
  apply: life => {
    life.behaviour.writesFail = true;
    life.behaviour.failingChecks = ['etcd'];
    life.switches.notify();
  },
  undo: life => {
    life.behaviour.writesFail = false;
    life.behaviour.failingChecks = [];
    life.switches.notify();
  },
};
