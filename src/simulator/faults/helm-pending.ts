import { storeRevision } from '../controllers/helm-storage.ts';
import { releaseObjects } from '../seed/releases.ts';
import { remove } from './acts.ts';
import type { Fault } from './fault.ts';

export const helmPending: Fault = {
  name: 'helm-pending',
  title:
    'A quarter of an hour ago a helm client was killed in the middle of an upgrade of flux-operator that could not finish.',
  expects: {
    layer: 'flux',
    objectKind: 'Release',
    objectName: 'flux-system/flux-operator',
    cause: 'Helm release flux-operator is locked in pending-upgrade by a client that is gone',
  },
  apply: life => {
    const objects = releaseObjects('flux-operator');
    storeRevision(life.world, {
      name: 'flux-operator',
      namespace: 'flux-system',
      status: 'pending-upgrade',
      objects,
      values: {},
      now: life.clock.now() - 900_000,
    });
    life.world.update('apps/deployments', 'flux-system', 'flux-operator', draft => {
      draft.spec.template.spec.nodeSelector = { 'homelab.example/disk': 'nvme' };
    });
  },
  undo: life => {
    remove(life, '/secrets', 'flux-system', 'sh.helm.release.v1.flux-operator.v3');
    life.world.update('apps/deployments', 'flux-system', 'flux-operator', draft => {
      delete draft.spec.template.spec.nodeSelector;
    });
  },
};
