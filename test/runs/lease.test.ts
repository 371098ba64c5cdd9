import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LeaseContent, LeaseRecord, LeaseStore } from '../../src/cluster/recovery-lease.ts';
import { leaseGuard } from '../../src/runs/lease-guard.ts';
import { keepLease, type LeaseClaim } from '../../src/runs/lease-keeper.ts';
import { watchLease } from '../../src/runs/lease-watch.ts';
import { field } from '../../src/text/field.ts';
import { say } from '../../src/text/safe.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A cluster that keeps one lock and can be taken away. */
function cluster() {
  let record: LeaseRecord | null = null;
  let trouble: 'none' | 'unreached' | 'forbidden' = 'none';
  let answersLost = false;
  let writes = 0;
  const failed = () =>
    ({ ok: false, conflict: false, refused: trouble === 'forbidden', why: say`no answer` }) as const;
  const store: LeaseStore = {
    read: async () => (trouble === 'none' ? { ok: true, record } : failed()),
    write: async (content: LeaseContent, version) => {
      if (trouble !== 'none') return failed();
      if ((record?.version ?? null) !== version)
        return { ok: false, conflict: true, refused: false, why: say`conflict` };
      const { holder, run, since, durationMs, healed = [] } = content;
      const next = String(++writes);
      const texts = { by: field(content.by), action: field(content.action) };
      record = { version: next, holder, run, since, durationMs, healed, ...texts };
      return answersLost ? failed() : { ok: true, version: next };
    },
  };
  return {
    store,
    record: () => record,
    put: (other: LeaseRecord) => (record = other),
    trouble: (next: typeof trouble) => (trouble = next),
    loseAnswers: (lost: boolean) => (answersLost = lost),
  };
}

const alices: LeaseRecord = {
  version: 'a1',
  holder: 'alice@jump-1:01A',
  by: say`alice@jump-1`,
  action: say`Sync release cilium`,
  run: '01A',
  since: 0,
  durationMs: 60_000,
};

function claimOf(run: string, rest: Partial<LeaseClaim> = {}): LeaseClaim {
  return {
    run,
    by: 'ops@here',
    action: 'Sync release coredns',
    hasEnded: async () => false,
    now: Date.now,
    monotonic: () => performance.now(),
    onChange: () => {},
    ...rest,
  };
}

async function taken(store: LeaseStore, claim: LeaseClaim) {
  const result = await keepLease(store, claim);
  if (!result.ok) throw new Error(result.why);
  return result.keeper;
}

describe('the lock in the cluster', () => {
  test('is renewed no more by a keeper that was ended, and falls silent', async () => {
    const { store, record } = cluster();
    const keeper = await taken(store, claimOf('r1'));
    keeper.end();
    const last = record()?.version;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(record()).toMatchObject({ version: last, holder: 'ops@here:r1' });
  });

  test('is taken, renewed every ten seconds, and given back', async () => {
    const { store, record } = cluster();
    const keeper = await taken(store, claimOf('r1'));
    expect(record()).toMatchObject({ holder: 'ops@here:r1', by: 'ops@here', durationMs: 60_000 });
    const first = record()?.version;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(record()?.version).not.toBe(first);
    await keeper.release();
    expect(record()?.holder).toBe('');
    const after = record()?.version;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(record()?.version).toBe(after);
  });

  test('remembers for a day what self-healing tried, whoever held it since', async () => {
    const { store, record } = cluster();
    const attempt = (run: string) => ({
      run,
      root: say`dns/scaled-to-zero`,
      action: 'scale-coredns',
      target: null,
      at: Date.now(),
      state: 'running' as const,
    });
    const first = await taken(store, claimOf('r1', { healing: attempt('r1') }));
    expect(record()?.healed).toMatchObject([{ run: 'r1', state: 'running' }]);
    await first.release('failed');
    const second = await taken(store, claimOf('r2'));
    await vi.advanceTimersByTimeAsync(10_000);
    await second.release();
    const third = await taken(store, claimOf('r3', { healing: attempt('r3') }));
    await third.release();
    expect(record()?.healed).toMatchObject([
      { run: 'r1', state: 'failed' },
      { run: 'r3', state: 'ended' },
    ]);
    await vi.advanceTimersByTimeAsync(86_400_000);
    await (await taken(store, claimOf('r4'))).release();
    expect(record()?.healed).toEqual([]);
  });

  test('of two that want it at once one gets it, and the other learns who', async () => {
    for (let round = 0; round < 200; round++) {
      const { store } = cluster();
      const both = await Promise.all([keepLease(store, claimOf('r1')), keepLease(store, claimOf('r2'))]);
      expect(both.filter(one => one.ok).length).toBe(1);
      expect(both.find(one => !one.ok)).toMatchObject({ why: 'ops@here holds it: Sync release coredns' });
      for (const one of both) if (one.ok) await one.keeper.release();
    }
  });

  test('of a living holder is left alone', async () => {
    const { store, put, record } = cluster();
    put(alices);
    expect(await keepLease(store, claimOf('r1'))).toMatchObject({ ok: false });
    expect(record()).toBe(alices);
  });

  test('of a silent holder is taken in the version that was confirmed, and in no other', async () => {
    const { store, put } = cluster();
    put(alices);
    const keeper = await taken(store, claimOf('r1', { takeOver: 'a1' }));
    await keeper.release();
    put({ ...alices, version: 'a2' });
    expect(await keepLease(store, claimOf('r2', { takeOver: 'a1' }))).toMatchObject({ ok: false });
  });

  test('of a run that is known to have ended needs no waiting', async () => {
    const { store, put } = cluster();
    put(alices);
    const keeper = await taken(store, claimOf('r1', { hasEnded: async record => record.run === '01A' }));
    expect(keeper.standing().state).toBe('held');
    await keeper.release();
  });

  test.each(['unreached', 'forbidden'] as const)(
    'that cannot be had (%s) does not hinder a repair',
    async trouble => {
      const { store, trouble: set } = cluster();
      set(trouble);
      const keeper = await taken(store, claimOf('r1'));
      expect(keeper.standing()).toEqual({ state: 'none', why: 'no answer' });
      set('none');
      await vi.advanceTimersByTimeAsync(10_000);
      expect(keeper.standing().state).toBe(trouble === 'unreached' ? 'held' : 'none');
      await keeper.release();
    },
  );

  test('counts as lost when it was not renewed for 40 s, and is held again when the record is still ours', async () => {
    const { store, trouble } = cluster();
    const changes: string[] = [];
    const keeper = await taken(store, claimOf('r1', { onChange: state => changes.push(state) }));
    trouble('unreached');
    await vi.advanceTimersByTimeAsync(39_000);
    expect(keeper.standing().state).toBe('held');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(keeper.standing()).toEqual({ state: 'lost', why: 'it could not be renewed for 40 s' });
    trouble('none');
    expect((await keeper.confirm()).state).toBe('held');
    expect(changes).toEqual(['lost', 'held']);
    await keeper.release();
  });

  test('that somebody took is lost for good, and is not taken from them at the end', async () => {
    const { store, put, record } = cluster();
    const keeper = await taken(store, claimOf('r1'));
    put(alices);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(keeper.standing()).toEqual({ state: 'lost', why: 'alice@jump-1 holds it: Sync release cilium' });
    await keeper.confirm();
    await keeper.release();
    expect(record()).toBe(alices);
  });

  test('survives an answer that was lost: the conflict that follows is with ourselves', async () => {
    const { store, loseAnswers } = cluster();
    const keeper = await taken(store, claimOf('r1'));
    loseAnswers(true);
    await vi.advanceTimersByTimeAsync(10_000);
    loseAnswers(false);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(keeper.standing().state).toBe('held');
    await keeper.release();
  });
});

describe('a holder', () => {
  test('is silent when its record stood unchanged for a minute before our eyes, whatever times it tells', () => {
    let clock = 0;
    const watch = watchLease(() => clock);
    watch.see({ ...alices, since: 9e15 });
    clock = 59_000;
    expect(watch.holder()).toMatchObject({ silentMs: 59_000, isSilent: false });
    watch.see({ ...alices, version: 'a2' });
    clock = 118_000;
    expect(watch.holder()?.isSilent).toBe(false);
    clock = 119_000;
    expect(watch.holder()?.isSilent).toBe(true);
  });

  test('is not called silent while nobody looks', () => {
    let clock = 0;
    const watch = watchLease(() => clock);
    watch.see(alices);
    watch.lose();
    clock = 300_000;
    expect(watch.holder()).toMatchObject({ silentMs: 0, isSilent: false });
    watch.see(alices);
    clock = 359_000;
    expect(watch.holder()?.isSilent).toBe(false);
  });

  test('of a free lock is nobody', () => {
    const watch = watchLease(() => 0);
    watch.see({ ...alices, holder: '' });
    expect(watch.holder()).toBeNull();
  });
});

describe('what the lock means for a plan', () => {
  const now = 3 * 60_000;
  const facts = { hasEnded: false, now };
  const read = { ok: true, record: alices } as const;

  test('a living holder blocks it, by name, action and time', () => {
    expect(leaseGuard(read, { record: alices, silentMs: 5_000, isSilent: false }, facts)).toEqual({
      guard: {
        state: 'blocking',
        text: 'alice@jump-1 recovers this cluster: Sync release cilium, since 3m; wait, it could be taken over after a minute of silence',
      },
    });
  });

  test('a silent holder is named in the warning, and the very record that was silent may be taken', () => {
    expect(leaseGuard(read, { record: alices, silentMs: 75_000, isSilent: true }, facts)).toEqual({
      guard: {
        state: 'warning',
        text: 'takes over the lock: alice@jump-1 recovers this cluster: Sync release cilium, since 3m, silent for 75 s',
      },
      takeOver: { version: 'a1', by: 'alice@jump-1' },
    });
  });

  test('silence of an older record says nothing about a newer one', () => {
    const older = { ...alices, version: 'a0' };
    const { guard } = leaseGuard(read, { record: older, silentMs: 75_000, isSilent: true }, facts);
    expect(guard.state).toBe('blocking');
  });

  test.each([
    ['no lock', { ok: true, record: null } as const, false, 'passed'],
    ['a free one', { ok: true, record: { ...alices, holder: '' } } as const, false, 'passed'],
    ['one of an ended run of this machine', read, true, 'passed'],
    [
      'one that may not be read',
      { ok: false, refused: true, why: say`forbidden` } as const,
      false,
      'warning',
    ],
  ])('%s does not block it', (_, found, hasEnded, state) => {
    expect(leaseGuard(found, null, { hasEnded, now }).guard.state).toBe(state);
  });
});
