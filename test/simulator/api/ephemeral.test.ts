import { expect, test } from 'vitest';
import { checkEphemeral } from '../../../src/simulator/api/ephemeral.ts';

const one = { name: 'look', image: 'example.test/look:1' };
const pod = (...ephemeralContainers: object[]) => ({
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'app' }], ephemeralContainers },
});

test.each([
  ['adding the first', pod(), pod(one)],
  ['adding another', pod(one), pod(one, { ...one, name: 'again' })],
])('debug containers: %s is taken', (_what, before, after) => {
  expect(() => checkEphemeral('ephemeralcontainers', before, after)).not.toThrow();
});

test.each([
  ['taking one away', pod(one), pod(), /"look" may not be removed/],
  ['changing one', pod(one), pod({ ...one, image: 'example.test/other:1' }), /"look" may not be changed/],
  ['the name of a container', pod(), pod({ ...one, name: 'app' }), /Duplicate value: "app"/],
  ['no image', pod(), pod({ name: 'look' }), /\[0\]\.image: Required value/],
  ['resources', pod(), pod({ ...one, resources: { limits: { cpu: '1' } } }), /cannot be set/],
])('debug containers: %s is refused', (_what, before, after, message) => {
  expect(() => checkEphemeral('ephemeralcontainers', before, after)).toThrow(message);
});

test('debug containers are not added by an ordinary change of the pod', () => {
  expect(() => checkEphemeral('', pod(), pod(one))).toThrow(/may not be changed by a pod update/);
});
