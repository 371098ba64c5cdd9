import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simulation } from '../../../src/simulator/start-simulation.ts';
import { run, simulate } from './shell.ts';

describe('flux', () => {
  let simulation: Simulation;
  beforeAll(async () => {
    simulation = await simulate();
  });
  afterAll(() => simulation.close());

  it('finds nothing wrong with a healthy cluster', async () => {
    expect(await run(simulation, 'flux version --client')).toMatchObject({
      code: 0,
      stdout: 'flux: v2.9.5\n',
    });
    const { code, stderr } = await run(simulation, 'flux check');
    expect(code).toBe(0);
    expect(stderr).toContain(
      '✔ source-controller: deployment ready\n► ghcr.io/fluxcd/source-controller:v1.9.1\n',
    );
    expect(stderr).toMatch(/✔ all checks passed\n$/);
  });

  it('reconciles a Kustomization with its source', async () => {
    const { code, stderr } = await run(simulation, 'flux reconcile kustomization flux-system --with-source');
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^► annotating GitRepository flux-system in flux-system namespace\n✔ GitRepository annotated\n◎ waiting for GitRepository reconciliation\n✔ fetched revision refs\/heads\/main@sha1:[0-9a-f]{40}\n► annotating Kustomization flux-system in flux-system namespace\n✔ Kustomization annotated\n◎ waiting for Kustomization reconciliation\n✔ applied revision refs\/heads\/main@sha1:[0-9a-f]{40}\n$/,
    );
  });

  it('forces a release and sets back its failures with one token', async () => {
    const { code } = await run(
      simulation,
      'flux reconcile helmrelease cilium -n kube-system --with-source --force --reset',
    );
    expect(code).toBe(0);
    const release = simulation.world.get('helm.toolkit.fluxcd.io/helmreleases', 'kube-system', 'cilium');
    const { annotations } = release?.metadata ?? {};
    expect(annotations?.['reconcile.fluxcd.io/forceAt']).toBe(
      annotations?.['reconcile.fluxcd.io/requestedAt'],
    );
    expect(release?.status.lastHandledForceAt).toBe(annotations?.['reconcile.fluxcd.io/forceAt']);
  });

  it('does not reconcile what is suspended, until it is resumed', async () => {
    expect(await run(simulation, 'flux suspend kustomization echo')).toMatchObject({
      code: 0,
      stderr: '► suspending kustomization echo in flux-system namespace\n✔ kustomization suspended\n',
    });
    expect(await run(simulation, 'flux reconcile ks echo')).toMatchObject({
      code: 1,
      stderr: '✗ resource is suspended\n',
    });
    const { code, stderr } = await run(simulation, 'flux resume kustomization echo');
    expect(code).toBe(0);
    expect(stderr).toContain('✔ Kustomization echo reconciliation completed\n');
  });

  it('waits in vain for a controller that does not run', async () => {
    simulation.faults.find(one => one.name === 'flux-gone')?.break();
    const { code, stderr } = await run(simulation, 'flux reconcile source git flux-system --timeout 60s');
    expect(code).toBe(1);
    expect(stderr).toMatch(/◎ waiting for GitRepository reconciliation\n✗ context deadline exceeded\n$/);
    simulation.faults.find(one => one.name === 'flux-gone')?.undo();
  });

  it('never says why a reconciliation fails that is tried again', async () => {
    const fault = simulation.faults.find(one => one.name === 'source-auth');
    fault?.break();
    const { code, stderr } = await run(simulation, 'flux reconcile source git flux-system --timeout 60s');
    expect(code).toBe(1);
    expect(stderr).toMatch(/◎ waiting for GitRepository reconciliation\n✗ context deadline exceeded\n$/);
    fault?.undo();
    expect((await run(simulation, 'flux reconcile source git flux-system')).code).toBe(0);
  });

  it('misses controllers that were deleted', async () => {
    for (const { metadata } of simulation.world.list('apps/deployments', 'flux-system')) {
      simulation.world.remove('apps/deployments', 'flux-system', metadata.name);
    }
    const { code, stderr } = await run(simulation, 'flux check');
    expect(code).toBe(1);
    expect(stderr).toContain(
      "✗ no controllers found in the 'flux-system' namespace with the label selector 'app.kubernetes.io/part-of=flux'\n",
    );
    expect(stderr).toMatch(/✗ check failed\n$/);
  });

  it.each([
    ['flux reconcile source git flux-system --with-source', 1, '✗ unknown flag: --with-source\n'],
    [
      'flux reconcile kustomization nope',
      1,
      '✗ kustomizations.kustomize.toolkit.fluxcd.io "nope" not found\n',
    ],
    [
      'flux suspend kustomization nope',
      0,
      "✗ Kustomization object 'nope' not found in flux-system namespace\n",
    ],
    ['flux --context nope check', 1, '✗ context "nope" does not exist\n'],
  ])('answers %s', async (line, code, stderr) => {
    expect(await run(simulation, line)).toMatchObject({ code, stderr });
  });
});
