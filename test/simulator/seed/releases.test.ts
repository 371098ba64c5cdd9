import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import {
  decodeRelease,
  encodeRelease,
  helmRelease,
  manifestOf,
  RELEASES,
  releaseObjects,
  releaseSecret,
} from '../../../src/simulator/seed/releases.ts';

const release = helmRelease({
  name: 'coredns',
  namespace: 'kube-system',
  version: 3,
  status: 'pending-upgrade',
  chart: { name: 'coredns', version: '1.42.1' },
  manifest: '---\nkind: Service\n',
  firstDeployed: '2026-01-01T00:00:00Z',
  lastDeployed: '2026-02-01T00:00:00Z',
});

test('a release survives the way into a Secret and back', () => {
  expect(decodeRelease(encodeRelease(release))).toEqual(release);
});

test('the data of a Secret is base64 of base64 of gzip of JSON, as Helm writes it', () => {
  const { data } = releaseSecret(release, 1_767_225_600);
  const inner = Buffer.from(data.release, 'base64').toString('ascii');
  expect(inner.startsWith('H4sI')).toBe(true);
  const text = gunzipSync(Buffer.from(inner, 'base64')).toString();
  expect(JSON.parse(text).info.status).toBe('pending-upgrade');
});

test('the Secret carries the labels Helm finds releases by', () => {
  const secret = releaseSecret(release, 1_767_225_600);
  expect(secret.type).toBe('helm.sh/release.v1');
  expect(secret.metadata.name).toBe('sh.helm.release.v1.coredns.v3');
  expect(secret.metadata.labels).toEqual({
    modifiedAt: '1767225600',
    name: 'coredns',
    owner: 'helm',
    status: 'pending-upgrade',
    version: '3',
  });
});

test.each(['cilium', 'coredns', 'spegel', 'cert-manager', 'flux-operator', 'flux-instance'])(
  'release %s renders objects that Helm owns',
  name => {
    const objects = releaseObjects(name);
    expect(objects.length).toBeGreaterThan(0);
    const namespace = RELEASES.find(one => one.name === name)?.namespace;
    for (const { metadata } of objects) {
      expect(metadata.labels['app.kubernetes.io/managed-by']).toBe('Helm');
      expect(metadata.annotations['meta.helm.sh/release-name']).toBe(name);
      expect(metadata.annotations['meta.helm.sh/release-namespace']).toBe(namespace);
    }
  },
);

test('rendering twice gives equal objects that are not shared', () => {
  const [first, second] = [releaseObjects('cilium'), releaseObjects('cilium')];
  expect(first).toEqual(second);
  first[0].metadata.name = 'changed';
  expect(second[0].metadata.name).toBe('cilium');
});

test('values reach the image of an application', () => {
  const objects = releaseObjects('immich', { image: { tag: 'v9' }, replicas: 3 });
  const deployment = objects.find(one => one.kind === 'Deployment');
  expect(deployment.spec.replicas).toBe(3);
  expect(deployment.spec.template.spec.containers[0].image).toBe('ghcr.io/immich-app/immich-server:v9');
});

test('a manifest leaves definitions out', () => {
  const manifest = manifestOf('cert-manager', releaseObjects('cert-manager'));
  expect(manifest).not.toContain('CustomResourceDefinition');
  expect(manifest).toContain('# Source: cert-manager/templates/deployment.yaml');
});

test('an unknown release renders nothing', () => {
  expect(releaseObjects('nobody')).toEqual([]);
});
