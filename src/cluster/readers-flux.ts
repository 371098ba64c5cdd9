import { object } from './metadata.ts';
import { conditions, reference } from './reader-parts.ts';
import { flag, list, number, shape, text, time } from './shape.ts';

/** What groundup keeps of Flux's objects. */

const dependsOn = list(shape({ name: text, namespace: text }));
const history = list(
  shape({
    status: text,
    version: number,
    chartVersion: text,
    appVersion: text,
    action: text,
    lastDeployed: time,
    lastReconciled: time,
    lastReconciledStatus: text,
  }),
);
export const fluxInstance = object({
  spec: shape({
    components: list(text),
    sync: shape({ kind: text, url: text, ref: text, path: text, name: text }),
    distribution: shape({ version: text, registry: text }),
  }),
  status: shape({
    conditions,
    lastAppliedRevision: text,
    lastAttemptedRevision: text,
    lastHandledReconcileAt: text,
    history,
    components: list(shape({ name: text, tag: text, repository: text })),
  }),
});
export const kustomization = object({
  spec: shape({
    suspend: flag,
    interval: text,
    timeout: text,
    path: text,
    prune: flag,
    wait: flag,
    targetNamespace: text,
    sourceRef: reference,
    dependsOn,
    decryption: shape({ secretRef: shape({ name: text }) }),
  }),
  status: shape({
    observedGeneration: number,
    conditions,
    lastAppliedRevision: text,
    lastAttemptedRevision: text,
    lastHandledReconcileAt: text,
    history,
    inventory: shape({ entries: list(shape({ id: text, v: text })) }),
  }),
});
export const helmRelease = object({
  spec: shape({
    suspend: flag,
    interval: text,
    timeout: text,
    releaseName: text,
    targetNamespace: text,
    storageNamespace: text,
    dependsOn,
    chart: shape({ spec: shape({ chart: text, version: text, sourceRef: reference }) }),
    chartRef: reference,
  }),
  status: shape({
    observedGeneration: number,
    conditions,
    history,
    lastAttemptedRevision: text,
    lastHandledReconcileAt: text,
    failures: number,
    installFailures: number,
    upgradeFailures: number,
  }),
});
export const source = object({
  spec: shape({
    suspend: flag,
    interval: text,
    timeout: text,
    url: text,
    type: text,
    chart: text,
    version: text,
    sourceRef: reference,
    ref: shape({ branch: text, tag: text, semver: text, digest: text, name: text, commit: text }),
  }),
  status: shape({
    observedGeneration: number,
    conditions,
    artifact: shape({ revision: text, lastUpdateTime: time }),
    lastHandledReconcileAt: text,
  }),
});
