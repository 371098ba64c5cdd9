import { remove } from './acts.ts';
import type { Fault } from './fault.ts';

export const namespaceTerminating: Fault = {
  name: 'namespace-terminating',
  title: 'Namespace observability was deleted and hangs on a Challenge whose finalizer nobody removes.',
  expects: {
    layer: 'apps',
    objectKind: 'Namespace',
    objectName: 'observability',
    cause: 'namespace observability hangs in Terminating on challenges.acme.cert-manager.io with a finalizer',
  },
  apply: life => {
    life.world.create(CHALLENGES, {
      apiVersion: 'acme.cert-manager.io/v1',
      kind: 'Challenge',
      metadata: {
        name: 'grafana-tls-1-2210441',
        namespace: 'observability',
        finalizers: ['finalizer.acme.cert-manager.io'],
      },
      spec: { type: 'DNS-01', dnsName: 'grafana.home.example', solver: {} },
      status: {
        state: 'pending',
        presented: false,
        processing: true,
        reason: 'the DNS provider account does not exist',
      },
    });
    remove(life, '/namespaces', undefined, 'observability');
  },
  undo: life => {
    life.world.update(CHALLENGES, 'observability', 'grafana-tls-1-2210441', draft => {
      delete draft.metadata.finalizers;
    });
  },
};

const CHALLENGES = 'acme.cert-manager.io/challenges';
