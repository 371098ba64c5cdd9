import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadKubeconfig } from '../../src/kube/kubeconfig.ts';
import { leaseStore } from '../../src/kube/lease.ts';
import { trafficCounter } from '../../src/kube/traffic.ts';
import { openTransport } from '../../src/kube/transport.ts';
import type { Simulation } from '../../src/simulator/start-simulation.ts';
import { field } from '../../src/text/field.ts';
import { openTerminal } from '../support/terminal.ts';
import { type Ops, openOps, program } from './ops.ts';

const ROOT = 'dns/scaled-to-zero Deployment kube-system/coredns';

let ops: Ops;
let simulation: Simulation;
beforeAll(async () => {
  ops = await openOps();
  simulation = ops.simulation;
}, 30_000);
beforeEach(() => forgetful());
afterAll(() => ops.close());

/** A home of its own for each test, so that what one tried does not count for the next. */
let home = 0;
const fresh = (): Record<string, string> => {
  const state = join(simulation.folder, `state-${home++}`);
  mkdirSync(state);
  return { HOME: simulation.folder, ...simulation.env, XDG_STATE_HOME: state };
};

/** The same with a configuration. */
const configured = (text: string): Record<string, string> => {
  const env = fresh();
  const path = join(env.XDG_STATE_HOME ?? '', 'config.yaml');
  writeFileSync(path, text);
  return { ...env, GROUNDUP_CONFIG: path };
};

/** The cluster remembers too what was tried, for every machine. */
const forgetful = (): void => {
  simulation.world.update('coordination.k8s.io/leases', 'kube-system', 'groundup-recovery', draft => {
    delete draft.metadata.annotations?.['groundup.dev/healed'];
  });
};

const heal = (env: Record<string, string>, ...words: readonly string[]) => ops.run('heal', ...words, env);
const fault = (name: string) => ops.fault(name);
const replicas = () => simulation.world.get('apps/deployments', 'kube-system', 'coredns')?.spec.replicas;
const uid = (): string => simulation.world.get('/namespaces', undefined, 'kube-system')?.metadata.uid ?? '';
const auditOf = (env: Record<string, string>): readonly Record<string, unknown>[] =>
  readFileSync(join(env.XDG_STATE_HOME ?? '', 'groundup/audit.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
const events = () =>
  simulation.world
    .list('/events', 'kube-system')
    .filter(one => one.source?.component === 'groundup')
    .map(one => `${one.type} ${one.reason} ${one.involvedObject.kind}/${one.involvedObject.name}`);

/** Waits until the cluster itself has noticed that a node is gone: until then the layer above it stands on firm ground. */
const lost = (node: string): Promise<void> =>
  vi.waitFor(() => {
    const { conditions } = simulation.world.get('/nodes', undefined, node)?.status ?? {};
    expect(conditions.find((one: { type: string }) => one.type === 'Ready')?.status).toBe('Unknown');
  }, 30_000);

async function broken<T>(name: string, within: () => Promise<T>): Promise<T> {
  fault(name).break();
  try {
    return await within();
  } finally {
    fault(name).undo();
  }
}

describe('groundup heal', { timeout: 90_000 }, () => {
  test('repairs what is opted in, proves it, and writes down who did it to what, before and after', async () => {
    const env = fresh();
    const { code, out } = await broken('coredns-zero', () => heal(env, '--action', 'scale-coredns'));
    expect(out).toContain(`HEALS     ${ROOT}`);
    expect(out).toContain('OUTCOME   succeeded');
    expect(code).toBe(0);
    const [started, ended] = auditOf(env);
    expect(started).toMatchObject({
      event: 'started',
      asked: 'by nobody: self-healing',
      root: ROOT,
      action: 'scale-coredns',
      object: { kind: 'Deployment', namespace: 'kube-system', name: 'coredns' },
      cluster: { context: 'demo', uid: uid() },
      before: { layer: 'dns down' },
      user: expect.any(String),
      host: expect.any(String),
    });
    expect(ended).toMatchObject({
      event: 'ended',
      outcome: 'succeeded',
      durationMs: expect.any(Number),
      before: { layer: 'dns down' },
      after: { layer: 'dns healthy' },
    });
    expect(events().toSorted()).toEqual([
      'Normal RecoveryStarted Deployment/coredns',
      'Normal RecoverySucceeded Deployment/coredns',
    ]);
  });

  test.each([
    ['is not opted in', [], ['restart-rollout'], /scale-coredns is not opted in/],
    [
      'was repaired twice already',
      [40, 20],
      ['scale-coredns'],
      /it came back after 2 repairs within an hour/,
    ],
  ])('leaves to people what %s', async (_, minutesAgo, actions, why) => {
    const env = fresh();
    remember(env, minutesAgo);
    const words = actions.flatMap(action => ['--action', action]);
    const { code, out } = await broken('coredns-zero', async () => {
      const said = await heal(env, ...words);
      expect(replicas()).toBe(0);
      return said;
    });
    expect(out).toMatch(why);
    expect(out).toContain('NEEDS A HUMAN');
    expect(code).toBe(4);
    expect(auditOf(env).at(-1)).toMatchObject({ event: 'needs a human', root: ROOT });
  });

  test('says what it would do and does nothing', async () => {
    const env = fresh();
    const { code, out } = await broken('coredns-zero', async () => {
      const said = await heal(env, '--action', 'scale-coredns', '--dry-run');
      expect(replicas()).toBe(0);
      return said;
    });
    expect(out).toContain('$ kubectl --context demo -n kube-system scale deployment/coredns --replicas=2');
    expect(out).toContain('DRY RUN   nothing was changed');
    expect(code).toBe(2);
  });

  /** The lock of the cluster, to be written by somebody from another machine. */
  async function lockOf() {
    const resolved = loadKubeconfig({ path: simulation.env.KUBECONFIG, env: {} });
    if (!resolved.ok) throw new Error(resolved.error.message);
    const traffic = trafficCounter();
    const transport = openTransport({ resolved: resolved.value, env: {}, wall: Date.now, traffic });
    const store = leaseStore(transport.request);
    const held = await store.read();
    const record = held.ok ? held.record : null;
    return { store, record, version: record?.version ?? null, transport };
  }

  test('counts what other machines tried, and lets them count what it tried', async () => {
    await broken('coredns-zero', () => heal(fresh(), '--action', 'scale-coredns'));
    const { store, record, version, transport } = await lockOf();
    try {
      expect(record?.healed?.at(-1)).toMatchObject({ root: ROOT, action: 'scale-coredns', state: 'ended' });
      const hourly = [10, 20].map(minutes => ({
        run: `elsewhere-${minutes}`,
        root: field(ROOT),
        action: 'scale-coredns',
        target: null,
        at: Date.now() - minutes * 60_000,
        state: 'ended' as const,
      }));
      const free = { holder: '', by: '', action: '', run: '', since: Date.now(), durationMs: 1_000 };
      const write = (healed: typeof hourly, over: string | null) =>
        store.write({ ...free, now: Date.now(), healed }, over);
      const written = await write(hourly, version);
      const { out } = await broken('coredns-zero', () => heal(fresh(), '--action', 'scale-coredns'));
      expect(out).toContain('it came back after 2 repairs within an hour');
      if (written.ok) await write([], written.version);
    } finally {
      await transport.close();
    }
  });

  test('waits as long as somebody holds the lock of the cluster, and names them', async () => {
    const { store, version, transport } = await lockOf();
    const lease = {
      holder: 'alice@jump-1:01A',
      by: 'alice@jump-1',
      action: 'Sync release cilium',
      run: '01A',
      since: Date.now(),
      now: Date.now(),
      durationMs: 60_000,
    };
    const written = await store.write(lease, version);
    try {
      const { code, out } = await broken('coredns-zero', async () => {
        const said = await heal(fresh(), '--action', 'scale-coredns', '--for', '5s');
        expect(replicas()).toBe(0);
        return said;
      });
      expect(out).toMatch(/WAITS .*alice@jump-1 recovers this cluster: Sync release cilium/);
      expect(code).toBe(2);
    } finally {
      if (written.ok) await store.write({ ...lease, holder: '' }, written.version);
      await transport.close();
    }
  });

  test('does nothing while a lower layer is broken', async () => {
    const { out } = await broken('node-down', async () => {
      await lost('k8s-2');
      return broken('coredns-zero', async () => {
        const said = await heal(fresh(), '--action', 'scale-coredns', '--for', '6s');
        expect(replicas()).toBe(0);
        return said;
      });
    });
    expect(out).not.toContain('HEALS');
  });

  test('rests once it is stopped, also for the next timer, until it is resumed', async () => {
    const env = fresh();
    expect(await heal(env, '--stop')).toMatchObject({ code: 0, out: expect.stringContaining('is stopped') });
    await broken('coredns-zero', async () => {
      const stopped = await heal(env, '--action', 'scale-coredns');
      expect(stopped).toMatchObject({ code: 4, out: expect.stringContaining('self-healing was stopped by') });
      expect(replicas()).toBe(0);
      expect(await heal(env, '--resume')).toMatchObject({ code: 0 });
      expect((await heal(env, '--action', 'scale-coredns')).out).toContain('OUTCOME   succeeded');
    });
    expect(auditOf(env).map(one => one.event)).toEqual([
      'healing stopped',
      'needs a human',
      'healing resumed',
      'started',
      'ended',
    ]);
  });

  test('takes what the configuration opts in, and keeps to its hours', async () => {
    const env = configured('defaults: {heal: {actions: [scale-coredns]}}\n');
    await broken('coredns-zero', async () => {
      expect(await heal(env, '--dry-run')).toMatchObject({
        code: 2,
        out: expect.stringContaining('DRY RUN   nothing was changed'),
      });
      const always = '{actions: [scale-coredns], notBetween: ["00:00-12:00", "12:00-00:00"]}';
      const rests = await heal(configured(`defaults: {heal: ${always}}\n`), '--timeout', '1s');
      expect(rests.out).toContain('maintenance window');
      expect(replicas()).toBe(0);
    });
  });

  test('at a terminal counts down before it acts, and Ctrl-C stops it', async () => {
    const env = fresh();
    await broken('coredns-zero', async () => {
      const terminal = openTerminal(process.execPath, [program, 'heal', '--action', 'scale-coredns'], {
        env,
        cwd: simulation.folder,
      });
      await terminal.until(/IN \d+ s {3}Scale Deployment kube-system\/coredns to 2; Ctrl-C stops it/, 60_000);
      await terminal.press('Ctrl-C');
      await terminal.until(/STOPPED {3}nothing was changed/, 30_000);
      expect((await terminal.ended).code).toBe(2);
      expect(replicas()).toBe(0);
    });
  });

  test('tells whom the configuration names, once', async () => {
    const said = join(simulation.folder, 'said');
    const script = join(simulation.folder, 'tell');
    writeFileSync(script, `#!/bin/sh\necho "$1" >> ${said}\n`, { mode: 0o755 });
    const env = configured(`notify: {command: [${script}, '{verdict} {layer}'], debounce: 0s}\n`);
    await broken('coredns-zero', async () => {
      await heal(env, '--action', 'restart-rollout');
      await heal(env, '--action', 'restart-rollout');
    });
    expect(readFileSync(said, 'utf8')).toBe('down dns\n');
  });

  test.each([
    ['{readOnly: true, heal: {actions: [scale-coredns]}}', "the configuration makes 'demo' read-only"],
    ['{heal: {actions: [bootstrap]}}', "'bootstrap' never runs by itself"],
  ])('with %s it refuses', async (defaults, text) => {
    const refused = await heal(configured(`defaults: ${defaults}\n`));
    expect(refused).toMatchObject({ code: 64, out: expect.stringContaining(text) });
  });

  test.each([
    [[], 'self-healing is off: no action is opted in'],
    [['--action', 'reboot'], "unknown action 'reboot'"],
    [['--action', 'bootstrap'], "'bootstrap' never runs by itself"],
    [['--action', 'scale-coredns', '--once', '--for', '1m'], '--once and --for exclude each other'],
  ])('%j is bad input', async (words, text) => {
    expect(await heal(fresh(), ...words)).toMatchObject({ code: 64, out: expect.stringContaining(text) });
  });
});

/** Repairs of so many minutes ago, as an earlier groundup wrote them down. */
function remember(env: Record<string, string>, minutesAgo: readonly number[]): void {
  const dir = join(env.XDG_STATE_HOME ?? '', 'groundup');
  mkdirSync(dir, { recursive: true });
  for (const [i, minutes] of minutesAgo.entries())
    for (const event of ['started', 'ended'])
      appendFileSync(
        join(dir, 'audit.jsonl'),
        `${JSON.stringify({
          at: new Date(Date.now() - minutes * 60_000).toISOString(),
          event,
          run: `run-${i}`,
          root: ROOT,
          action: 'scale-coredns',
          target: 'Deployment kube-system/coredns',
          cluster: { uid: uid() },
          outcome: 'succeeded',
        })}\n`,
      );
}
