import type { Fault } from './fault.ts';

export const controllerLeaseStale: Fault = {
  name: 'controller-lease-stale',
  title: 'The kustomize-controller process hangs: its pod is Ready, its leader lease is not renewed.',
  expects: {
    layer: 'flux',
    objectKind: 'Deployment',
    objectName: 'flux-system/kustomize-controller',
    cause: 'kustomize-controller is Ready but does not renew its leader lease',
  },
  apply: life => {
    for (const pod of life.world.list('/pods', 'flux-system')) {
      if (pod.metadata.labels?.app === 'kustomize-controller') life.switches.hungPods.add(pod.metadata.uid);
    }
    life.switches.notify();
  },
  undo: life => {
    life.switches.hungPods.clear();
    life.switches.notify();
  },
};
