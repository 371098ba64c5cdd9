import { gitTree } from '../seed/git-tree.ts';
import { push } from './acts.ts';
import type { Fault } from './fault.ts';

export const dependsOn: Fault = {
  name: 'depends-on',
  title: 'A commit made Kustomization immich depend on one that does not exist.',
  expects: {
    layer: 'apps',
    objectKind: 'Kustomization',
    objectName: 'flux-system/immich',
    cause: "Kustomization immich depends on 'flux-system/postgress', which does not exist",
  },
  apply: life => {
    push(life, paths => {
      const apps = structuredClone(paths.get(APPS) ?? []);
      const immich = apps.find(
        object => object.kind === 'Kustomization' && object.metadata.name === 'immich',
      );
      immich.spec.dependsOn = [{ name: 'postgress' }];
      paths.set(APPS, apps);
    });
  },
  undo: life => {
    push(life, paths => paths.set(APPS, gitTree().paths.get(APPS) ?? []));
  },
};

const APPS = './kubernetes/apps';
