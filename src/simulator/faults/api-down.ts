import type { Fault } from './fault.ts';

export const apiDown: Fault = {
  name: 'api-down',
  title: 'The API server refuses connections.',
  expects: {
    layer: 'api',
    objectKind: null,
    objectName: null,
    cause: 'the API server refuses connections',
  },
  apply: life => {
    life.behaviour.reach = 'refuse';
    life.switches.notify();
  },
  undo: life => {
    life.behaviour.reach = 'normal';
    life.switches.notify();
  },
};
