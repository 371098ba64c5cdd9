import { expect, test } from 'vitest';
import { helmReleases, releaseNamed } from '../../src/layers/helm-releases.ts';
import { NOW, snapshotOf } from '../support/snapshot.ts';
import { type Raw, release } from './raw-objects.ts';

const given = (...secrets: Raw[]) => snapshotOf({ objects: { 'helm-releases': secrets } });

test('the highest revision is the newest, by number and not by text', () => {
  const found = helmReleases(
    given(
      release('a', 'x', 9, 'superseded'),
      release('a', 'x', 10, 'deployed'),
      release('a', 'x', 2, 'superseded'),
    ),
  );
  expect([...found]).toMatchObject([['a/x', { revision: 10, status: 'deployed' }]]);
});

test('the same name in two namespaces are two releases', () => {
  const snapshot = given(release('b', 'x', 1, 'failed'), release('a', 'x', 1, 'deployed'));
  expect([...helmReleases(snapshot).keys()].sort()).toEqual(['a/x', 'b/x']);
  expect(releaseNamed(snapshot, ['x'])?.namespace).toBe('a');
});

test('a revision that was just begun is young, though it has the label of the one before it', () => {
  const begun = release('a', 'x', 2, 'pending-upgrade');
  begun.metadata.labels.createdAt = String(NOW / 1000 - 5);
  const [found] = helmReleases(given(release('a', 'x', 1, 'deployed'), begun)).values();
  expect(found).toMatchObject({ revision: 2, changedAt: NOW - 5_000 });
});

test('a Secret without the labels is no release, a strange status is unknown', () => {
  const strange = release('a', 'x', 1, 'on fire');
  const bare = { metadata: { namespace: 'a', name: 'sh.helm.release.v1.y.v1', labels: { owner: 'helm' } } };
  expect([...helmReleases(given(strange, bare)).values()]).toMatchObject([{ name: 'x', status: 'unknown' }]);
});
