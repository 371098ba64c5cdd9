import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadKubeconfig } from '../../src/kube/kubeconfig.ts';
import { leaseStore } from '../../src/kube/lease.ts';
import { trafficCounter } from '../../src/kube/traffic.ts';
import { openTransport, type Transport } from '../../src/kube/transport.ts';
import { everything, except } from '../../src/simulator/api/access.ts';
import { kubeconfigText } from '../../src/simulator/api/kubeconfig.ts';
import type { Simulation } from '../../src/simulator/start-simulation.ts';
import { openTerminal } from '../support/terminal.ts';
import { type Ops, openOps, program, type Words } from './ops.ts';

let ops: Ops;
let simulation: Simulation;
let transport: Transport;
beforeAll(async () => {
  const noScaling = { verbs: ['patch'], groups: ['apps'], resources: ['deployments/scale'] };
  ops = await openOps({ tokens: new Map([['limited', except(everything('ops'), [noScaling])]]) });
  simulation = ops.simulation;
  const resolved = loadKubeconfig({ path: simulation.env.KUBECONFIG, env: {} });
  if (!resolved.ok) throw new Error(resolved.error.message);
  const traffic = trafficCounter();
  transport = openTransport({ resolved: resolved.value, env: {}, wall: Date.now, traffic });
});
afterAll(async () => {
  await transport.close();
  await ops.close();
});

const start = (...words: Words) => ops.start(...words);
const run = (...words: Words) => ops.run(...words);
const fault = (name: string) => ops.fault(name);

async function replicas(): Promise<unknown> {
  const reply = await transport.request('GET', '/apis/apps/v1/namespaces/kube-system/deployments/coredns');
  return reply.ok ? (reply.json as { spec: { replicas: number } }).spec.replicas : reply.message;
}

const alice = (holder: string) => ({
  holder,
  by: 'alice@jump-1',
  action: 'Sync release cilium',
  run: '01A',
  since: Date.now(),
  now: Date.now(),
  durationMs: 60_000,
});

describe('groundup recover', () => {
  test('on a healthy cluster repairs nothing', async () => {
    expect(await run('recover', '--yes')).toMatchObject({
      code: 0,
      out: expect.stringContaining('nothing to repair'),
    });
  });

  test.each([
    [['recover'], 'without a terminal nobody can confirm'],
    [['recover', 'heal-all', '--yes'], "unknown action 'heal-all'; it is one of recover, sync-release"],
    [['recover', 'sync-release', 'nginx', '--yes'], "knows no target 'nginx'; it is one of cilium, coredns"],
    [['recover', 'sync-release', '--plan'], 'needs a target'],
    [['runs', 'show', '01ZZ'], "there is no run '01ZZ'"],
    [['runs', 'burn'], "'burn' is not one of ls, show, logs, stop"],
  ])('%j is bad input', async (args, text) => {
    expect(await run(...args)).toMatchObject({ code: 64, out: expect.stringContaining(text) });
  });

  test('of a protected cluster is never meant by accident', async () => {
    const path = join(simulation.folder, 'protected');
    const { url, clock } = simulation;
    writeFileSync(path, kubeconfigText({ url, token: 'limited', context: 'prod-1', clock }), { mode: 0o600 });
    expect(await run('recover', '--yes', '--kubeconfig', path)).toMatchObject({
      code: 64,
      out: expect.stringContaining("'prod-1' is protected: with --yes, name it with --context"),
    });
  });

  test('shows a plan without changing anything, and then repairs by it and proves it', async () => {
    fault('coredns-zero').break();
    const plan = await run('recover', '--plan');
    expect(plan.code).toBe(0);
    expect(plan.out).toContain(
      '$ kubectl --context demo -n kube-system scale deployment/coredns --replicas=2',
    );
    expect(plan.out).toContain('you may do what it needs first');
    expect(await replicas()).toBe(0);

    const done = await run('recover', '--yes');
    expect(done.out).toMatch(/ \d:\d\d\.\d > the API server answered 200/);
    expect(done.out).toContain('OUTCOME   succeeded');
    expect(done).toMatchObject({ code: 0 });
    expect(await replicas()).toBe(2);

    const [listed] = JSON.parse((await run('runs', 'ls', '-o', 'json')).out);
    expect(listed).toMatchObject({ action: 'scale-coredns', state: 'succeeded', exitCode: 0, steps: 1 });
    const shown = await run('runs', 'show', listed.id.slice(0, 14).toLowerCase());
    expect(shown.out).toContain('state     succeeded');
    expect((await run('runs', 'logs', 'last', '-f')).out).toContain('> exit code 0');
    expect(await run('runs', 'stop', 'last')).toMatchObject({ code: 4, out: 'it has ended already\n' });
  });

  test('refuses what a permission is missing for, by its verb, and changes nothing', async () => {
    fault('coredns-zero').break();
    const path = join(simulation.folder, 'limited');
    const { url, clock } = simulation;
    writeFileSync(path, kubeconfigText({ url, token: 'limited', context: 'demo', clock }), { mode: 0o600 });
    const refused = await run('recover', '--yes', '--kubeconfig', path);
    expect(refused.code).toBe(4);
    expect(refused.out).toContain(
      'NOT RUN   you may not patch deployments.apps/scale coredns in the namespace kube-system',
    );
    expect(await replicas()).toBe(0);
  });

  test('waits for the lock of another machine, says who has it, and goes on when it is given back', async () => {
    fault('coredns-zero').break();
    const leases = leaseStore(transport.request);
    const found = await leases.read();
    const version = found.ok ? (found.record?.version ?? null) : null;
    const held = await leases.write(alice('alice@jump-1:01A'), version);
    if (!held.ok) throw new Error(held.why);
    const child = start('recover', '--yes');
    const { ended } = child;
    await expect
      .poll(child.out, { timeout: 60_000 })
      .toMatch(/NO {3}alice@jump-1 recovers this cluster: Sync release cilium.*\n(.*\n)*waiting up to 75 s/);
    expect(await replicas()).toBe(0);
    await leases.write(alice(''), held.version);
    expect(await ended).toBe(0);
    expect(child.out()).toContain('OUTCOME   succeeded');
  });

  test('stops what runs when it is interrupted, and a groundup of another machine sees who it is', async () => {
    const child = start('recover', 'sync-all', '--yes');
    const { ended } = child;
    await expect.poll(child.out, { timeout: 60_000 }).toContain('Upgrading release=');
    const other = join(simulation.folder, 'other-machine');
    const seen = await run(
      { XDG_STATE_HOME: other },
      'recover',
      'restart-rollout',
      'Deployment',
      'kube-system/coredns',
      '--plan',
    );
    expect(seen.out).toMatch(/NO {3}\S+@\S+ recovers this cluster: Sync all/);
    child.kill('SIGINT');
    expect(await ended).toBe(4);
    expect(child.out()).toContain('STOP      interrupt: asked to stop');
    expect(child.out()).toContain('OUTCOME   cancelled');
  });

  test('on a terminal asks for the word, and forgets what was typed before the question', async () => {
    const terminal = openTerminal(process.execPath, [program, 'recover', 'sync-release', 'cilium'], {
      env: ops.environment(),
      cwd: simulation.folder,
    });
    await terminal.until(/PLAN/, 60_000);
    await terminal.press('cilium', 'Enter');
    await terminal.until(/Type cilium to run it: /);
    await terminal.press('y', 'Enter');
    await terminal.until(/NOT RUN {3}not confirmed/);
    expect((await terminal.ended).code).toBe(4);
  });
});
