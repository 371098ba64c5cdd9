import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simulation } from '../../../src/simulator/start-simulation.ts';
import { crash, nodesReady, revisionsOf, run, simulate, start, until } from './shell.ts';

const FILE = '--file bootstrap/helmfile.yaml';

describe('helmfile on a healthy cluster', () => {
  let simulation: Simulation;
  beforeAll(async () => {
    simulation = await simulate();
  });
  afterAll(() => simulation.close());

  it('says its version and lists the releases of the bootstrap', async () => {
    expect(await run(simulation, 'helmfile --version')).toMatchObject({
      code: 0,
      stdout: 'helmfile version v1.1.3\n',
    });
    const { code, stdout } = await run(simulation, `helmfile ${FILE} list --skip-charts --output json`);
    expect(code).toBe(0);
    const listed: { name: string; namespace: string; version: string }[] = JSON.parse(stdout);
    expect(listed.map(one => `${one.namespace}/${one.name} ${one.version}`)).toEqual([
      'kube-system/cilium 1.17.4',
      'kube-system/coredns 1.42.1',
      'kube-system/spegel 0.2.0',
      'cert-manager/cert-manager v1.17.2',
      'flux-system/flux-operator 0.20.0',
      'flux-system/flux-instance 0.20.0',
    ]);
  });

  it('brings everything up again in the order of needs, and leaves it running', async () => {
    const before = simulation.world.get('/services', 'kube-system', 'kube-dns')?.spec;
    const { code, stderr } = await run(simulation, 'task bootstrap:apps');
    expect(code).toBe(0);
    const order = [...stderr.matchAll(/^Upgrading release=([\w-]+), chart=(\S+), namespace=/gm)].map(
      match => match[1],
    );
    expect(order).toEqual(['cilium', 'coredns', 'spegel', 'cert-manager', 'flux-operator', 'flux-instance']);
    expect(stderr).toMatch(
      /^UPDATED RELEASES:\nNAME {12}NAMESPACE {6}CHART .* VERSION {3}DURATION\ncilium /m,
    );
    expect(stderr).toMatch(/^cilium\tkube-system\t8 {7}\t.* \+0000 UTC\tdeployed\tcilium-1.17.4\t1.17.4/m);
    expect(simulation.world.get('/services', 'kube-system', 'kube-dns')?.spec).toEqual(before);
    expect(revisionsOf(simulation, 'flux-operator')).toEqual(['1 superseded', '2 superseded', '3 deployed']);
  });

  it.each([
    [
      'a selector that fits nothing',
      `helmfile ${FILE} -l name=nope sync`,
      3,
      'err: no releases found that matches specified selector(name=nope) and environment(default), in any helmfile\n',
    ],
    ['a flag it does not know', `helmfile ${FILE} sync --timeout 600`, 3, 'unknown flag: --timeout\n'],
    ['a verb it does not know', `helmfile ${FILE} sink`, 3, 'unknown command "sink" for "helmfile"\n'],
    [
      'a file that is not there',
      'helmfile --file nope.yaml list',
      1,
      'specified state file nope.yaml is not found\n',
    ],
  ])('refuses %s', async (_, line, code, stderr) => {
    expect(await run(simulation, line)).toMatchObject({ code, stderr, stdout: '' });
  });

  it('cannot even list without the variable its values need', async () => {
    const { code, stderr } = await run(simulation, `helmfile ${FILE} list`, { ROOT_DIR: undefined });
    expect(code).toBe(1);
    expect(stderr).toContain('error calling requiredEnv: required env var `ROOT_DIR` is not set\n');
  });

  it('shows the helm that failed when the context is wrong', async () => {
    const { code, stderr } = await run(
      simulation,
      `helmfile ${FILE} --kube-context nope -l name=spegel sync`,
    );
    expect(code).toBe(1);
    expect(stderr).toContain('\nFAILED RELEASES:\nNAME     NAMESPACE     CHART ');
    expect(stderr).toContain('in bootstrap/helmfile.yaml: failed processing release spegel: command "');
    expect(stderr).toContain(
      '\nARGS:\n  0: helm (4 bytes)\n  1: --kube-context (14 bytes)\n  2: nope (4 bytes)\n',
    );
    expect(stderr).toContain(
      '\nSTDERR:\n  Error: Kubernetes cluster unreachable: context "nope" does not exist\n',
    );
  });

  it('has no plugin to compare with', async () => {
    const { code, stderr } = await run(simulation, `helmfile ${FILE} -l name=spegel diff`);
    expect(code).toBe(1);
    expect(stderr).toContain('Error: unknown command "diff" for "helm"');
  });
});

describe('helmfile on a broken cluster', () => {
  let simulation: Simulation;
  beforeAll(async () => {
    simulation = await simulate();
  });
  afterAll(() => simulation.close());

  it('brings a deleted CNI back, and the nodes turn ready by themselves', async () => {
    const fault = simulation.faults.find(one => one.name === 'cni-gone');
    fault?.break();
    await until('no node is ready', () => nodesReady(simulation) === 0);
    const { code } = await run(
      simulation,
      `helmfile ${FILE} --kube-context demo --selector name=cilium sync --hide-notes`,
    );
    expect(code).toBe(0);
    expect(simulation.world.get('apps/daemonsets', 'kube-system', 'cilium')).toBeDefined();
    await until('all nodes are ready', () => nodesReady(simulation) === 3);
    expect(revisionsOf(simulation, 'cilium')).toEqual(['6 superseded', '7 superseded', '8 deployed']);
  });

  it('is refused by a lock, and gets through once its Secret is deleted', async () => {
    simulation.faults.find(one => one.name === 'helm-pending')?.break();
    const refused = await run(simulation, `helmfile ${FILE} -l name=flux-operator sync`);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
      'STDERR:\n  Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress\n',
    );
    const removed = await run(
      simulation,
      'kubectl -n flux-system delete secret sh.helm.release.v1.flux-operator.v3',
    );
    expect(removed).toMatchObject({
      code: 0,
      stdout: 'secret "sh.helm.release.v1.flux-operator.v3" deleted\n',
    });
    expect((await run(simulation, `helmfile ${FILE} -l name=flux-operator sync`)).code).toBe(0);
    expect(revisionsOf(simulation, 'flux-operator')).toEqual(['1 superseded', '2 superseded', '3 deployed']);
  });
});

describe('a sync that is stopped', () => {
  let simulation: Simulation;
  beforeAll(async () => {
    simulation = await simulate(20);
    crash(simulation, 'app.kubernetes.io/name=flux-operator');
    simulation.world.remove('apps/deployments', 'flux-system', 'flux-operator');
  });
  afterAll(() => simulation.close());
  const line = `helmfile ${FILE} -l name=flux-operator sync`.split(' ');

  it('marks its release failed after an interrupt and ends with 130', async () => {
    const sync = start(simulation, line);
    await until('the upgrade is under way', () =>
      revisionsOf(simulation, 'flux-operator').includes('3 pending-upgrade'),
    );
    sync.signal('SIGINT');
    const { code, stderr } = await sync.ended;
    expect(code).toBe(130);
    expect(stderr).toContain('Release flux-operator has been cancelled.\n');
    expect(stderr).toContain('FAILED RELEASES:');
    expect(revisionsOf(simulation, 'flux-operator').at(-1)).toBe('3 failed');
    const { stdout } = await run(simulation, 'helm -n flux-system history flux-operator');
    expect(stdout).toContain('Upgrade "flux-operator" failed: context canceled');
  });

  it('leaves its release locked when everything is killed', async () => {
    const sync = start(simulation, line);
    await until('the upgrade is under way', () =>
      revisionsOf(simulation, 'flux-operator').includes('4 pending-upgrade'),
    );
    sync.signal('SIGKILL', 'group');
    expect((await sync.ended).signal).toBe('SIGKILL');
    const pending = await run(simulation, 'helm list -n flux-system -a -o json');
    expect(JSON.parse(pending.stdout)).toContainEqual(
      expect.objectContaining({ name: 'flux-operator', revision: '4', status: 'pending-upgrade' }),
    );
    expect((await run(simulation, 'helm list -n flux-system')).stdout).not.toContain('flux-operator-0.20.0');
    expect((await run(simulation, line.join(' '))).stderr).toContain('another operation');
  });
});
