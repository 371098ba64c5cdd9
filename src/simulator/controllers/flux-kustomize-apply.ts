import { resourceOf } from '../seed/builders.ts';
import { ApiFailure, type Json, type Stored } from '../world.ts';
import { applyObject, isUnknownKind } from './apply-object.ts';
import { recordEvent } from './events.ts';
import type { Outcome } from './flux-status.ts';
import type { Life } from './switches.ts';

const PRUNE = 'kustomize.toolkit.fluxcd.io/prune';

/** Why the manifests cannot be made: no such path, secrets that cannot be read, variables without a source. */
export function buildProblem(life: Life, object: Stored, tree: Json[] | undefined): Outcome | undefined {
  const { namespace } = object.metadata;
  const reason = 'BuildFailed';
  const { path, postBuild } = object.spec;
  if (tree === undefined)
    return {
      reason: 'ArtifactFailed',
      message: `kustomization path not found: stat /tmp/kustomization-${object.metadata.name}/${path.replace('./', '')}: no such file or directory`,
    };
  const broken = tree.find(one => one.broken);
  if (broken) return { reason, message: `kustomize build failed: ${broken.broken}` };
  const sealed = tree.find(one => one.sops);
  const problem = keyProblem(life, object) ?? (sealed && decryptProblem(life, object, sealed));
  if (problem) return { reason, message: problem };
  for (const source of postBuild?.substituteFrom ?? []) {
    if (
      source.optional ||
      life.world.get(source.kind === 'Secret' ? '/secrets' : '/configmaps', namespace, source.name)
    )
      continue;
    const plural = source.kind === 'Secret' ? 'secrets' : 'configmaps';
    return {
      reason,
      message: `post build failed for '${object.metadata.name}': substitute from '${source.kind}/${source.name}' error: ${plural} "${source.name}" not found`,
    };
  }
  return undefined;
}

/** Keys are imported before anything is built, whether or not it needs them. */
function keyProblem(life: Life, object: Stored): string | undefined {
  const { namespace } = object.metadata;
  const name = object.spec.decryption?.secretRef?.name;
  return name === undefined || life.world.get('/secrets', namespace, name) !== undefined
    ? undefined
    : `cannot get SOPS decryption Secret '${namespace}/${name}': secrets "${name}" not found`;
}

/** Only data keys that end in `.agekey` count; the key in them must be one the file was encrypted for. */
function decryptProblem(life: Life, object: Stored, sealed: Json): string | undefined {
  const { namespace } = object.metadata;
  const name = object.spec.decryption?.secretRef?.name;
  if (name === undefined)
    return `${sealed.kind}/${sealed.metadata.namespace}/${sealed.metadata.name} is SOPS encrypted, configuring decryption is required for this secret to be reconciled`;
  const data = life.world.get('/secrets', namespace, name)?.data ?? {};
  const keys = Object.entries<string>(data)
    .filter(([key]) => key.endsWith('.agekey'))
    .map(([, value]) => Buffer.from(value, 'base64').toString());
  if (keys.some(key => key.includes(life.switches.ageKey))) return undefined;
  const why = keys.length === 0 ? 'no identities specified' : 'no identity matched any of the recipients';
  return (
    `decryption failed for '${sealed.metadata.name}': cannot get sops data key: Failed to get the data key required to decrypt the SOPS file.\n\n` +
    'Group 0: FAILED\n  age1homelabrecipient00000000000000000000000000000000000000000: FAILED\n' +
    `    - | failed to create reader for decrypting sops data key with\n      | age: ${why}. Did not find keys in locations 'SOPS_AGE_KEY'.\n\n` +
    'Recovery failed because no master key was able to decrypt the file. In\norder for SOPS to recover the file, at least one key has to be successful,\nbut none were.'
  );
}

/** Applies in order: namespaces first; stops at the first refusal and words it as the controller does. */
export function applyAll(life: Life, object: Stored, desired: readonly Json[]): Outcome | undefined {
  const ordered = [...desired].sort(
    (one, other) => Number(other.kind === 'Namespace') - Number(one.kind === 'Namespace'),
  );
  for (const one of ordered) {
    try {
      applyObject(life.world, ownedBy(one, object));
    } catch (failure) {
      if (!(failure instanceof ApiFailure)) throw failure;
      const id = `${one.kind}/${one.metadata.namespace ?? ''}/${one.metadata.name}`.replace('//', '/');
      const why = isUnknownKind(failure)
        ? `no matches for kind "${one.kind}" in version "${one.apiVersion}"`
        : failure.message;
      return { reason: 'ReconciliationFailed', message: `${id} dry-run failed: ${why}` };
    }
  }
  return undefined;
}

function ownedBy({ sops: _sops, ...object }: Json, owner: Stored): Json {
  const { name, namespace } = owner.metadata;
  const labels = {
    ...object.metadata.labels,
    'kustomize.toolkit.fluxcd.io/name': name,
    'kustomize.toolkit.fluxcd.io/namespace': namespace,
  };
  return { ...object, metadata: { ...object.metadata, labels } };
}

/** Removes what an earlier run applied and the present manifests no longer have. */
export function prune(life: Life, owner: Stored, desired: readonly Json[]): void {
  const kept = new Set(
    desired.map(one => `${one.metadata.namespace ?? ''}_${one.metadata.name}_${one.kind}`),
  );
  const gone: string[] = [];
  for (const { id, v } of owner.status?.inventory?.entries ?? []) {
    const [namespace, name, group, kind] = id.split('_');
    if (kept.has(`${namespace}_${name}_${kind}`)) continue;
    const resource = resourceOf({ apiVersion: group === '' ? v : `${group}/${v}`, kind });
    const live = life.world.get(resource, namespace || undefined, name);
    if (
      live === undefined ||
      live.metadata.labels?.[PRUNE] === 'disabled' ||
      live.metadata.annotations?.[PRUNE] === 'disabled'
    )
      continue;
    life.world.remove(resource, namespace || undefined, name);
    gone.push(`${kind}/${namespace ? `${namespace}/` : ''}${name} deleted`);
  }
  if (gone.length > 0)
    recordEvent(life, owner, {
      reason: 'Progressing',
      message: gone.join('\n'),
      component: 'kustomize-controller',
    });
}
