import { parseAllDocuments } from 'yaml';
import { resourceOf } from '../seed/builders.ts';
import type { Json, Stored } from '../world.ts';
import { recordEvent } from './events.ts';
import { HELM_CONTROLLER, HELM_RELEASES } from './flux-helm.ts';
import { revisions } from './helm-storage.ts';
import type { Life } from './switches.ts';

/** A deleted HelmRelease takes its Helm release along: the objects of its manifest and every revision. */
export function uninstall(life: Life, object: Stored): void {
  const { namespace = '' } = object.metadata;
  const name = object.spec.releaseName ?? object.metadata.name;
  const known = object.spec.suspend ? [] : revisions(life.world, namespace, name);
  for (const document of parseAllDocuments(known.at(-1)?.release.manifest ?? '')) {
    const one: Json = document.toJS();
    if (one?.kind) life.world.remove(resourceOf(one), one.metadata.namespace, one.metadata.name);
  }
  for (const { secret } of known) life.world.remove('/secrets', namespace, secret.metadata.name);
  if (known.length > 0) {
    const message = `Helm uninstall succeeded for release ${namespace}/${name}.v${known.at(-1)?.release.version}`;
    recordEvent(life, object, { reason: 'UninstallSucceeded', message, component: HELM_CONTROLLER });
  }
  life.world.update(HELM_RELEASES, namespace, object.metadata.name, draft => {
    delete draft.metadata.finalizers;
  });
}
