import { FLUX_COMPONENTS } from '../seed/charts/flux.ts';
import { scale } from './acts.ts';
import type { Fault } from './fault.ts';

export const fluxGone: Fault = {
  name: 'flux-gone',
  title: 'The Flux operator and all Flux controllers were scaled to zero.',
  expects: {
    layer: 'flux',
    objectKind: 'Deployment',
    objectName: 'flux-system/flux-operator',
    cause: 'the operator and with it all Flux controllers are scaled to 0 replicas',
  },
  apply: life => {
    for (const name of ALL) scale(life, 'flux-system', name, 0);
  },
  undo: life => {
    for (const name of ALL) scale(life, 'flux-system', name, 1);
  },
};

const ALL = ['flux-operator', ...Object.keys(FLUX_COMPONENTS)];
