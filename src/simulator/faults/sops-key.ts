import type { Life } from '../controllers/switches.ts';
import type { Fault } from './fault.ts';

export const sopsKey: Fault = {
  name: 'sops-key',
  title: 'The key in Secret sops-age was renamed, so that Flux no longer finds an age identity.',
  expects: {
    layer: 'apps',
    objectKind: 'Kustomization',
    objectName: 'flux-system/cluster-meta',
    cause: 'Kustomization cluster-meta cannot decrypt: Secret flux-system/sops-age holds no usable age key',
  },
  apply: life => {
    rename(life, 'age.agekey', 'age.key');
  },
  undo: life => {
    rename(life, 'age.key', 'age.agekey');
  },
};

function rename(life: Life, from: string, to: string): void {
  life.world.update('/secrets', 'flux-system', 'sops-age', draft => {
    if (draft.data[from] === undefined) return;
    draft.data[to] = draft.data[from];
    delete draft.data[from];
  });
}
