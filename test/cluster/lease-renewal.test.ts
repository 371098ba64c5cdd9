import { expect, test } from 'vitest';
import { kinds } from '../../src/cluster/kinds.ts';
import { isRenewal } from '../../src/cluster/lease-renewal.ts';
import { lease } from '../../src/cluster/readers.ts';
import { streamState } from '../../src/kube/stream-state.ts';

const at = Date.parse('2026-01-02T03:04:00Z');
const raw = (seconds: number, spec: object = {}, metadata: object = {}) => ({
  metadata: {
    name: 'k8s-1',
    namespace: 'kube-node-lease',
    uid: 'a',
    resourceVersion: String(seconds),
    ...metadata,
  },
  spec: {
    holderIdentity: 'k8s-1',
    leaseDurationSeconds: 40,
    renewTime: new Date(at + seconds * 1000).toISOString(),
    ...spec,
  },
});

test.each<[string, object, boolean]>([
  ['ten seconds later, by the same holder', raw(10), true],
  ['late: whoever holds it is back', raw(15), false],
  ['by another holder', raw(10, { holderIdentity: 'k8s-2' }), false],
  ['after a change of hands', raw(10, { leaseTransitions: 1 }), false],
  ['of a lease that was made again', raw(10, {}, { uid: 'b' }), false],
  ['with a note on it', raw(10, {}, { annotations: { 'groundup.dev/action': 'x' } }), false],
  ['of a lease that is being deleted', raw(10, {}, { deletionTimestamp: new Date(at).toISOString() }), false],
  ['that leads back', raw(-1), false],
  ['without a time', raw(10, { renewTime: null }), false],
])('a renewal %s', (_how, after, isRoutine) => {
  const [was, is] = [lease(raw(0)), lease(after)];
  if (was === undefined || is === undefined) throw new Error('not readable');
  expect(isRenewal(was, is)).toBe(isRoutine);
});

test('renewals in time are known at once, and are no news', () => {
  const told: string[] = [];
  const state = streamState(
    kinds.leases,
    () => told.push('change'),
    () => told.push('confirmed'),
  );
  state.confirm(at);
  state.apply('set', raw(0));
  const before = state.current();
  told.length = 0;
  state.apply('set', raw(10));
  expect(told).toEqual(['confirmed']);
  expect(state.current().items.get('kube-node-lease/k8s-1')).toMatchObject({
    spec: { renewTime: at + 10_000 },
  });
  // What was handed out before stays as it was.
  expect(before.items.get('kube-node-lease/k8s-1')).toMatchObject({ spec: { renewTime: at } });
  state.apply('set', raw(60));
  state.apply('delete', raw(60));
  expect(told).toEqual(['confirmed', 'change', 'change']);
});
