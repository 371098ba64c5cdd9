import { remove, restore } from './acts.ts';
import type { Fault } from './fault.ts';

export const fluxInstanceGone: Fault = {
  name: 'flux-instance-gone',
  title:
    'The FluxInstance was deleted: the operator took controllers, definitions and all Flux objects away.',
  expects: {
    layer: 'flux',
    objectKind: 'FluxInstance',
    objectName: 'flux-system/flux',
    cause: 'FluxInstance flux-system/flux does not exist',
  },
  apply: life => {
    remove(life, 'fluxcd.controlplane.io/fluxinstances', 'flux-system', 'flux');
  },
  undo: life => {
    restore(life, 'flux-instance');
  },
};
