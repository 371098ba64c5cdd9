import { expect, it } from 'vitest';
import { narrowedToNamespace } from '../../src/cli/narrow-namespace.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { healthyCluster } from '../layers/healthy-cluster.ts';
import { helmRelease, kustomization, notReady, source } from '../layers/made.ts';
import { snapshotOf } from '../support/snapshot.ts';

/** `media` is well, `ai` fails by itself, `web` waits for a database in another namespace that fails. */
function seen(namespace: string) {
  const healthy = healthyCluster();
  const failed = { conditions: [notReady('BuildFailed', 'kustomize build failed')] };
  const waiting = {
    spec: { dependsOn: [{ name: 'database', namespace: 'data' }] },
    conditions: [notReady('DependencyNotReady', "dependency 'data/database' is not ready")],
    metadata: { namespace: 'web' },
  };
  const snapshot = snapshotOf({
    ...healthy,
    objects: {
      ...healthy.objects,
      gitrepositories: [source('flux-system', 'flux-system')],
      helmreleases: [helmRelease('media', 'player'), helmRelease('media', 'index')],
      kustomizations: [
        ...['one', 'two', 'three', 'four', 'five'].map(name => kustomization(name)),
        kustomization('targeted', { spec: { targetNamespace: 'media' } }),
        kustomization('model', { ...failed, metadata: { namespace: 'ai' } }),
        kustomization('database', { ...failed, metadata: { namespace: 'data' } }),
        kustomization('page', waiting),
      ],
    },
  });
  const whole = diagnose(snapshot);
  const part = narrowedToNamespace(whole, snapshot, namespace);
  const apps = part.layers.find(layer => layer.id === 'apps');
  return { whole, part, apps, roots: [part.root, ...part.otherRoots].map(root => root?.object?.name) };
}

it('a namespace that is well is healthy, though another one fails', () => {
  const { whole, part, apps, roots } = seen('media');
  expect(whole.verdict).toBe('degraded');
  expect(apps).toMatchObject({ verdict: 'healthy', measure: { ready: 3, wanted: 3 }, findings: [] });
  expect([part.verdict, roots]).toEqual(['healthy', [undefined]]);
  expect(part.layers.slice(0, 7)).toEqual(whole.layers.slice(0, 7));
});

it.each([
  ['ai', 'model'],
  ['web', 'database'],
])('in %s, %s is the root, wherever it lives', (namespace, name) => {
  const { part, apps, roots } = seen(namespace);
  expect(roots).toEqual([name]);
  expect(part.verdict).toBe('down');
  expect(apps?.findings.filter(one => one.severity !== 'note').map(one => one.object?.name)).toEqual([name]);
});

it('a namespace without applications is not green', () => {
  expect(seen('empty').apps).toMatchObject({ verdict: 'unknown', reason: 'no-evidence' });
});
