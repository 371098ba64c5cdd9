import { gitTree } from '../seed/git-tree.ts';
import { push } from './acts.ts';
import type { Fault } from './fault.ts';

export const helmExhausted: Fault = {
  name: 'helm-exhausted',
  title: 'A commit set an image tag of immich that does not exist, and the upgrade used up its retries.',
  expects: {
    layer: 'apps',
    objectKind: 'HelmRelease',
    objectName: 'media/immich',
    cause: 'HelmRelease immich stopped after 3 failed upgrades: its image tag does not exist',
  },
  apply: life => {
    life.switches.missingImages.add('ghcr.io/immich-app/immich-server:v1.135.9');
    push(life, paths => {
      const objects = structuredClone(paths.get(IMMICH) ?? []);
      const release = objects.find(object => object.kind === 'HelmRelease');
      release.spec.values.image.tag = 'v1.135.9';
      paths.set(IMMICH, objects);
    });
  },
  undo: life => {
    push(life, paths => paths.set(IMMICH, gitTree().paths.get(IMMICH) ?? []));
  },
};

const IMMICH = './kubernetes/apps/media/immich';
