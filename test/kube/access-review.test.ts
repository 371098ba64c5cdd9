import { afterEach, expect, test } from 'vitest';
import { accessReviewer } from '../../src/kube/access-review.ts';
import { failure } from '../../src/kube/failure.ts';
import { leaseRecord, leaseStore } from '../../src/kube/lease.ts';
import type { Transport } from '../../src/kube/transport.ts';
import { everything, except } from '../../src/simulator/api/access.ts';
import { say } from '../../src/text/safe.ts';
import { openScene, type Scene } from '../scenarios/simulated.ts';

let scene: Scene | undefined;
afterEach(async () => {
  await scene?.close();
  scene = undefined;
});

const patch = {
  verb: 'patch',
  group: 'apps',
  resource: 'deployments',
  namespace: 'kube-system',
  name: 'coredns',
};

test('the server says what we may do and what not', async () => {
  const noPatch = { verbs: ['patch'], groups: ['apps'], resources: ['deployments'] };
  scene = await openScene({ as: except(everything('ops'), [noPatch]) });
  const ask = accessReviewer(scene.cluster.request);
  expect(await ask(patch)).toBe('denied');
  expect(await ask({ ...patch, subresource: 'scale' })).toBe('allowed');
  expect(await ask({ ...patch, resource: 'daemonsets' })).toBe('allowed');
});

const answering = (status: unknown, asked: unknown[] = []): Transport['request'] => {
  return async (...question) => {
    asked.push(question);
    return { ok: true, status: 201, json: { status }, text: '', headers: {} };
  };
};

test.each([
  [{ allowed: true }, 'allowed'],
  [{ allowed: false }, 'denied'],
  [{ allowed: false, denied: true, evaluationError: 'webhook timed out' }, 'denied'],
  [{ allowed: false, evaluationError: 'webhook timed out' }, 'unsure'],
  [undefined, 'unsure'],
])('an answer %j means %s', async (status, answer) => {
  expect(await accessReviewer(answering(status))(patch)).toBe(answer);
});

test('silence means nothing, and is asked about again', async () => {
  const ask = accessReviewer(async () => failure('timeout', say`no answer`));
  expect(await ask(patch)).toBe('unsure');
});

test('an answer is kept for a minute', async () => {
  const asked: unknown[] = [];
  let clock = 0;
  const ask = accessReviewer(answering({ allowed: true }, asked), () => clock);
  await ask(patch);
  clock = 59_000;
  await ask(patch);
  expect(asked.length).toBe(1);
  clock = 60_000;
  await ask(patch);
  expect(asked.length).toBe(2);
});

const content = {
  by: 'ops@here',
  action: 'Sync \u001b[2J',
  run: '01A',
  since: 1_000,
  now: 2_000,
  durationMs: 60_000,
};

test('the Lease is created, written only in the version that was read, and freed', async () => {
  scene = await openScene();
  const store = leaseStore(scene.cluster.request);
  expect(await store.read()).toEqual({ ok: true, record: null });
  const made = await store.write({ ...content, holder: 'ops@here:01A' }, null);
  if (!made.ok) throw new Error(made.why);
  expect(await store.read()).toEqual({
    ok: true,
    record: {
      version: made.version,
      holder: 'ops@here:01A',
      by: 'ops@here',
      action: 'Sync ^[[2J',
      run: '01A',
      since: 1_000,
      durationMs: 60_000,
      healed: [],
    },
  });
  expect(await store.write({ ...content, holder: 'bob' }, null)).toMatchObject({ ok: false, conflict: true });
  expect(await store.write({ ...content, holder: 'bob' }, '1')).toMatchObject({ ok: false, conflict: true });
  expect(await store.write({ ...content, holder: '' }, made.version)).toMatchObject({ ok: true });
  expect(await store.read()).toMatchObject({ record: { holder: '' } });
  await expect
    .poll(() => {
      const { items } = scene?.cluster.snapshot().streams['system-leases'] ?? {};
      return leaseRecord(items?.get('kube-system/groundup-recovery'))?.holder;
    })
    .toBe('');
});

test('who may not read the Lease is told apart from a server that is silent', async () => {
  const noLeases = { verbs: ['*'], groups: ['coordination.k8s.io'], resources: ['leases'] };
  scene = await openScene({ as: except(everything('ops'), [noLeases]) });
  const store = leaseStore(scene.cluster.request);
  expect(await store.read()).toMatchObject({ ok: false, refused: true });
  const dead = leaseStore(async () => failure('timeout', say`no answer`));
  expect(await dead.read()).toMatchObject({ ok: false, refused: false });
});
