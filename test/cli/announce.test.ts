import { expect, test } from 'vitest';
import { announcer } from '../../src/cli/announce.ts';
import { failure } from '../../src/kube/failure.ts';
import { field } from '../../src/text/field.ts';
import { say } from '../../src/text/safe.ts';
import { planOf, toolStep } from '../runs/world.ts';
import { snapshotOf } from '../support/snapshot.ts';

const ref = (kind: string, namespace: string | null, name: string) => ({
  kind: field(kind),
  namespace: namespace === null ? null : field(namespace),
  name: field(name),
});

/** What is sent when a run about that object ends; nothing waits for the answer, and none comes. */
function sent(about: ReturnType<typeof ref> | undefined, state: 'succeeded' | 'failed' | null) {
  const posted: { path: string; body: Record<string, never> }[] = [];
  const announce = announcer({
    snapshot: () =>
      snapshotOf({
        objects: {
          'deployments-system': [
            {
              metadata: {
                name: 'coredns',
                namespace: 'kube-system',
                uid: 'u-1',
                labels: { 'k8s-app': 'kube-dns' },
              },
            },
          ],
        },
      }),
    request: async (_, path, options) => {
      posted.push({ path, body: options?.body as Record<string, never> });
      return failure('rbac', say`no`, { status: 403 });
    },
  });
  const plan = { ...planOf([toolStep([])]), ...(about === undefined ? {} : { about }) };
  announce(
    plan,
    state === null ? null : { at: 1, state, failure: state === 'failed' ? 'exit code 1' : null },
  );
  return posted[0];
}

test('word of a run is left on its object, with the identity that kubectl describe looks for', () => {
  expect(sent(ref('Deployment', 'kube-system', 'coredns'), 'failed')).toMatchObject({
    path: '/api/v1/namespaces/kube-system/events',
    body: {
      type: 'Normal',
      reason: 'RecoveryFailed',
      message: expect.stringMatching(/^Sync release cilium: failed: exit code 1; by \S+@/),
      involvedObject: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'coredns', uid: 'u-1' },
    },
  });
});

test('of a node it lies in the namespace default; of what is no object there is none', () => {
  expect(sent(ref('Node', null, 'k8s-1'), null)).toMatchObject({
    path: '/api/v1/namespaces/default/events',
    body: { reason: 'RecoveryStarted', involvedObject: { apiVersion: 'v1', kind: 'Node', name: 'k8s-1' } },
  });
  expect(sent(ref('Release', 'media', 'jellyfin'), 'succeeded')).toBeUndefined();
  expect(sent(undefined, 'succeeded')).toBeUndefined();
});
