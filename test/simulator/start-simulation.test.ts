import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Simulation } from '../../src/simulator/start-simulation.ts';
import { nodesReady, run, simulate, until } from './tools/shell.ts';

const open: Simulation[] = [];
afterEach(async () => {
  for (const simulation of open.splice(0)) await simulation.close();
});
async function begin(speed?: number): Promise<Simulation> {
  const simulation = await simulate(speed);
  open.push(simulation);
  return simulation;
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('startSimulation', () => {
  it('keeps its folder, kubeconfig and tools private', async () => {
    const { folder, env } = await begin();
    expect(modeOf(folder)).toBe(0o700);
    expect(modeOf(env.KUBECONFIG)).toBe(0o600);
    expect(modeOf(join(folder, 'bin', 'helmfile'))).toBe(0o700);
    expect(env.PATH).toBe(`${folder}/bin:/usr/bin:/bin`);
    expect(existsSync(join(env.ROOT_DIR, 'bootstrap/helmfile.yaml'))).toBe(true);
  });

  it('leaves nothing behind after it was closed, however often', async () => {
    const { folder, url, close } = await begin();
    await Promise.all([close(), close()]);
    await close();
    expect(existsSync(folder)).toBe(false);
    await expect(
      new Promise((resolve, reject) => get(url, resolve).on('error', reject)),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('ends a tool that was still waiting', async () => {
    const simulation = await begin();
    simulation.faults.find(one => one.name === 'flux-gone')?.break();
    const waiting = run(simulation, 'flux reconcile source git flux-system --timeout 30m');
    const asked = (): string | undefined =>
      simulation.world.get('source.toolkit.fluxcd.io/gitrepositories', 'flux-system', 'flux-system')?.metadata
        .annotations?.['reconcile.fluxcd.io/requestedAt'];
    const before = asked();
    await until('flux has asked', () => asked() !== before);
    await simulation.close();
    expect((await waiting).code).toBe(1);
    expect(existsSync(simulation.folder)).toBe(false);
  });

  it('removes folders of simulations that were killed, and only those', async () => {
    const dead = join(tmpdir(), `groundup-demo-${spawnSync('true').pid}-abc123`);
    const alive = join(tmpdir(), `groundup-demo-${process.pid}-abc123`);
    for (const folder of [dead, alive]) mkdirSync(join(folder, 'bin'), { recursive: true });
    await begin();
    expect(existsSync(dead)).toBe(false);
    expect(existsSync(alive)).toBe(true);
    rmSync(alive, { recursive: true });
  });

  it('breaks again what was repaired by other means', async () => {
    const simulation = await begin();
    const fault = simulation.faults.find(one => one.name === 'cni-gone');
    expect(fault?.broken()).toBe(false);
    fault?.break();
    await until('no node is ready', () => nodesReady(simulation) === 0);
    await run(simulation, 'helmfile --file bootstrap/helmfile.yaml -l name=cilium sync');
    await until('all nodes are ready', () => nodesReady(simulation) === 3);
    expect(fault?.broken()).toBe(true);
    fault?.break();
    await until('no node is ready again', () => nodesReady(simulation) === 0);
    fault?.undo();
    expect(fault?.broken()).toBe(false);
    await until('all nodes are ready again', () => nodesReady(simulation) === 3);
  });

  it('tries again what the server refuses to break, and says what it says', async () => {
    const simulation = await begin();
    const { world } = simulation;
    const fault = simulation.faults.find(one => one.name === 'namespace-terminating');
    const ends = (): boolean =>
      world.get('/namespaces', undefined, 'observability')?.metadata.deletionTimestamp !== undefined;
    scaleWebhook(simulation, 0);
    await until('the webhook has no endpoint', () => refusedBy(simulation, fault));
    expect(fault?.broken()).toBe(true);
    fault?.undo();
    expect(fault?.broken()).toBe(false);
    fault?.break();
    expect(fault?.refusal()).toContain('failed calling webhook "webhook.cert-manager.io"');
    const long = simulation.clock.now() + 400_000;
    await until('long after', () => simulation.clock.now() > long);
    expect(ends()).toBe(false);
    scaleWebhook(simulation, 1);
    await until('it is taken', () => fault?.refusal() === null && ends());
  });

  it('can break and undo every fault twice in a row', async () => {
    const { faults } = await begin();
    for (const fault of faults) {
      fault.break();
      fault.break();
      expect(fault.broken(), fault.name).toBe(true);
      fault.undo();
      fault.undo();
      expect(fault.broken(), fault.name).toBe(false);
    }
  });
});

function scaleWebhook({ world }: Simulation, replicas: number): void {
  world.update('apps/deployments', 'cert-manager', 'cert-manager-webhook', draft => {
    draft.spec.replicas = replicas;
  });
}

/** Breaks it once nobody answers for the webhook any more, and says whether the server refused that. */
function refusedBy({ world }: Simulation, fault: Simulation['faults'][number] | undefined): boolean {
  const slices = world.list('discovery.k8s.io/endpointslices', 'cert-manager');
  const ready = slices
    .filter(slice => slice.metadata.labels?.['kubernetes.io/service-name'] === 'cert-manager-webhook')
    .flatMap(slice => slice.endpoints ?? [])
    .filter(endpoint => endpoint.conditions?.ready);
  if (ready.length > 0) return false;
  fault?.break();
  return fault?.refusal() !== null;
}
