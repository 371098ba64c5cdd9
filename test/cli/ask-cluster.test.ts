import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { planAsker } from '../../src/cli/ask-cluster.ts';
import { failure } from '../../src/kube/failure.ts';
import { leaseRecord } from '../../src/kube/lease.ts';
import type { Transport } from '../../src/kube/transport.ts';
import { say } from '../../src/text/safe.ts';
import { planOf, toolStep } from '../runs/world.ts';

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'groundup-ask-'));
});
afterEach(() => rmSync(stateDir, { recursive: true }));

const need = { verb: 'patch', group: 'apps', resource: 'deployments', namespace: 'kube-system' };
const plan = { ...planOf([toolStep([])]), danger: 2 as const, typedWord: null, needs: [need] };

const lease = {
  metadata: {
    name: 'groundup-recovery',
    resourceVersion: '7',
    annotations: { 'groundup.dev/by': 'alice@jump-1', 'groundup.dev/action': 'Sync release cilium' },
  },
  spec: { holderIdentity: 'alice@jump-1:01A', leaseDurationSeconds: 60 },
};

/** An API server with that lock, and the same answer to every question about permissions. */
function asker(options: {
  readonly lock?: unknown;
  readonly allowed?: boolean;
  readonly silentMs?: number;
  readonly isDead?: boolean;
}) {
  const { lock, allowed = true, silentMs = 0, isDead = false } = options;
  const request: Transport['request'] = async method => {
    if (isDead) return failure('unreachable', say`no route`);
    if (method === 'POST')
      return { ok: true, status: 201, json: { status: { allowed } }, text: '', headers: {} };
    if (lock === undefined) return failure('not-served', say`not found`, { status: 404 });
    return { ok: true, status: 200, json: lock, text: '', headers: {} };
  };
  const record = leaseRecord(lock);
  const holder = record === null ? null : { record, silentMs, isSilent: silentMs >= 60_000 };
  return planAsker({ request, stateDir, now: Date.now, holder: () => holder });
}

test('a free cluster and all permissions: nothing is in the way', async () => {
  const { asked, mayStart } = asker({});
  const fresh = await asked(plan);
  expect(fresh.guards.map(guard => [guard.state, guard.about])).toEqual([
    ['passed', 'asked'],
    ['passed', 'asked'],
  ]);
  expect(await mayStart(plan)).toBeNull();
  expect((await asked(fresh)).guards).toEqual(fresh.guards);
});

test('a missing permission is the last word, whatever was confirmed', async () => {
  expect(await asker({ allowed: false }).mayStart(plan)).toContain('you may not patch deployments.apps');
});

test('a living holder on another machine is the last word too', async () => {
  expect(await asker({ lock: lease }).mayStart(plan)).toContain(
    'alice@jump-1 recovers this cluster: Sync release cilium',
  );
});

test('a silent holder gives way only to a typed word, and only in the version that was shown', async () => {
  const { asked, mayStart } = asker({ lock: lease, silentMs: 61_000 });
  const fresh = await asked(plan);
  expect(fresh).toMatchObject({ typedWord: 'homelab', takeOver: { version: '7', by: 'alice@jump-1' } });
  expect(await mayStart(plan)).toContain('look at it again and confirm to take over');
  expect(await mayStart(fresh)).toBeNull();
  const renewed = { ...lease, metadata: { ...lease.metadata, resourceVersion: '8' } };
  expect(await asker({ lock: renewed, silentMs: 61_000 }).mayStart(fresh)).toContain('confirm to take over');
});

test('a server that does not answer does not forbid its own repair', async () => {
  const { asked, mayStart } = asker({ isDead: true });
  expect((await asked(plan)).guards.map(guard => guard.state)).toEqual(['warning', 'warning']);
  expect(await mayStart(plan)).toBeNull();
});

test('another cluster behind the same address is the last word, though the watch still sees the first', async () => {
  const request: Transport['request'] = async (method, path) => {
    const json = path.endsWith('/kube-system')
      ? { metadata: { uid: 'uid-2' } }
      : method === 'POST'
        ? { status: { allowed: true } }
        : {};
    return { ok: true, status: 200, json, text: '', headers: {} };
  };
  const { mayStart } = planAsker({ request, stateDir, now: Date.now, holder: () => null });
  expect(await mayStart(plan)).toContain('another cluster answers at this address');
  const own = { ...plan, cluster: { ...plan.cluster, uid: say`uid-2` } };
  expect((await mayStart(own)) ?? '').not.toContain('another');
});
