import type { Life } from '../controllers/switches.ts';
import type { Fault } from './fault.ts';

export const sourceAuth: Fault = {
  name: 'source-auth',
  title: 'The deploy key in the cluster was replaced by one the Git host does not accept.',
  expects: {
    layer: 'apps',
    objectKind: 'GitRepository',
    objectName: 'flux-system/flux-system',
    cause: 'the Git host rejects the deploy key of GitRepository flux-system',
  },
  apply: life => {
    setKey(life, 'an old deploy key');
  },
  undo: life => {
    setKey(life, life.switches.acceptedDeployKey);
  },
};

function setKey(life: Life, key: string): void {
  life.world.update('/secrets', 'flux-system', 'flux-system', draft => {
    draft.data.identity = Buffer.from(key).toString('base64');
  });
}
