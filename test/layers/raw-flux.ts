import { ago } from '../support/snapshot.ts';
import { condition, LONG, type Raw } from './raw-objects.ts';

/** The controllers of Flux, and the operator that installs them. */
export const fluxNames = [
  'flux-operator',
  'source-controller',
  'kustomize-controller',
  'helm-controller',
  'notification-controller',
];

export function fluxInstance(): Raw {
  return {
    metadata: { namespace: 'flux-system', name: 'flux', generation: 1 },
    spec: {
      distribution: { version: '2.x' },
      sync: { kind: 'GitRepository', url: 'https://example.test/repo', path: 'k' },
    },
    status: {
      conditions: [condition('Ready', 'True', { reason: 'ReconciliationSucceeded', message: 'ok' }, 600)],
      components: fluxNames.slice(1).map(name => ({ name, tag: 'v1.7.0' })),
      lastAppliedRevision: 'v2.7.0@sha256:abc',
    },
  };
}

export function source(): Raw {
  return {
    metadata: { namespace: 'flux-system', name: 'flux-system', generation: 1 },
    spec: { interval: '1h', url: 'https://example.test/repo' },
    status: {
      observedGeneration: 1,
      conditions: [condition('Ready', 'True', { reason: 'Succeeded', message: 'stored artifact' }, 900)],
      artifact: { revision: 'main@sha1:4f1c2a9', lastUpdateTime: ago(900) },
    },
  };
}

export function kustomization(name: string): Raw {
  return {
    metadata: {
      namespace: 'flux-system',
      name,
      generation: 1,
      creationTimestamp: ago(LONG),
      managedFields: [{ manager: 'kustomize-controller', subresource: 'status', time: ago(300) }],
    },
    spec: {
      interval: '1h',
      path: './x',
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'flux-system' },
    },
    status: {
      observedGeneration: 1,
      conditions: [
        condition(
          'Ready',
          'True',
          { reason: 'ReconciliationSucceeded', message: 'Applied revision: main@sha1:4f1c2a9' },
          900,
        ),
      ],
      lastAppliedRevision: 'main@sha1:4f1c2a9',
      history: [{ lastReconciled: ago(300), lastReconciledStatus: 'ReconciliationSucceeded' }],
    },
  };
}

/** A Kustomization whose last run failed. */
export function failKustomization(app: Raw, reason: string, message: string, seconds = 180): void {
  app.status.conditions = [condition('Ready', 'False', { reason, message }, seconds)];
}
