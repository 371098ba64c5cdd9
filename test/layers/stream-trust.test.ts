import { expect, test } from 'vitest';
import type { Freshness } from '../../src/cluster/snapshot.ts';
import { judgement } from '../../src/layers/judgement.ts';
import { trustOf, unreadable } from '../../src/layers/stream-trust.ts';
import { field } from '../../src/text/field.ts';
import { say } from '../../src/text/safe.ts';
import { NOW, snapshotOf } from '../support/snapshot.ts';

const old = (seconds: number): Freshness => ({
  state: 'stale',
  confirmedAt: NOW - seconds * 1000,
  reason: 'silent',
  message: field('no news'),
});
const failed = (reason: 'rbac' | 'timeout' | 'parse' | 'refused' | 'not-served'): Freshness => ({
  state: 'failed',
  reason,
  message: field('told so'),
});
const trust = (nodes: Freshness, pods: Freshness) =>
  trustOf(snapshotOf({ freshness: { nodes, 'pods-system': pods } }), ['nodes', 'pods-system']);
const live: Freshness = { state: 'live', confirmedAt: NOW };

test('reaches as far as the worst stream', () => {
  expect(trust(live, { state: 'live', confirmedAt: NOW - 5000 })).toEqual({
    state: 'live',
    confirmedAt: NOW - 5000,
  });
  expect(trust(old(30), old(90))).toMatchObject({ state: 'stale', confirmedAt: NOW - 90_000 });
  expect(trust(old(30), { state: 'waiting' })).toMatchObject({ state: 'unknown', reason: 'waiting' });
  expect(trust({ state: 'waiting' }, failed('rbac'))).toMatchObject({ state: 'unknown', reason: 'rbac' });
});

test.each([
  ['rbac', 'rbac', 'not allowed to read nodes'],
  ['timeout', 'timeout', 'cannot read nodes: told so'],
  ['parse', 'parse', 'cannot read nodes: told so'],
  ['refused', 'api', 'cannot read nodes: told so'],
] as const)('a stream that failed with %s makes it unknown(%s)', (why, reason, message) => {
  expect(trust(failed(why), live)).toMatchObject({ state: 'unknown', reason, message });
});

test('a kind that is not served is knowledge, not doubt', () => {
  expect(trust({ state: 'absent' }, live).state).toBe('live');
  expect(trust(failed('not-served'), live).state).toBe('live');
  expect(unreadable(snapshotOf({ freshness: { crds: failed('not-served') } }), ['crds'])).toEqual([]);
});

test('a healthy rule on old data is unknown, with what was known', () => {
  const judged = judgement({ verdict: 'healthy', summary: say`3/3`, trust: trust(old(30), live) });
  expect(judged).toMatchObject({ verdict: 'unknown', reason: 'stale', stale: true, summary: '3/3' });
});

test('a healthy rule without data is unknown, and says why', () => {
  const judged = judgement({ verdict: 'healthy', summary: say`3/3`, trust: trust(failed('rbac'), live) });
  expect(judged).toMatchObject({
    verdict: 'unknown',
    reason: 'rbac',
    stale: false,
    summary: 'not allowed to read nodes',
  });
});
