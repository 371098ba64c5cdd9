import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simulation } from '../../../src/simulator/start-simulation.ts';
import { crash, revisionsOf, run, simulate, until } from './shell.ts';

describe('helm', () => {
  let simulation: Simulation;
  beforeAll(async () => {
    simulation = await simulate();
  });
  afterAll(() => simulation.close());

  it('says its version', async () => {
    expect(await run(simulation, 'helm version --short')).toMatchObject({
      code: 0,
      stdout: 'v3.18.4+gd80839c\n',
    });
  });

  it('lists what is deployed everywhere', async () => {
    const { stdout } = await run(simulation, 'helm list -A -o json');
    const found: { name: string; status: string; chart: string }[] = JSON.parse(stdout);
    expect(found).toContainEqual(
      expect.objectContaining({
        name: 'cilium',
        namespace: 'kube-system',
        revision: '7',
        status: 'deployed',
        chart: 'cilium-1.17.4',
        app_version: '1.17.4',
      }),
    );
    expect(new Set(found.map(one => one.status))).toEqual(new Set(['deployed']));
  });

  it('fails an upgrade whose workload does not get ready in time, and says so in its history', async () => {
    crash(simulation, 'app.kubernetes.io/name=flux-operator');
    simulation.world.remove('apps/deployments', 'flux-system', 'flux-operator');
    const { code, stderr } = await run(
      simulation,
      'helm upgrade --install flux-operator oci://x/flux-operator -n flux-system --wait --timeout 20s',
    );
    expect(code).toBe(1);
    expect(stderr).toBe('Error: UPGRADE FAILED: context deadline exceeded\n');
    expect(revisionsOf(simulation, 'flux-operator')).toEqual(['1 superseded', '2 deployed', '3 failed']);
    simulation.switches.crashing.clear();
    simulation.switches.notify();
  });

  it('says which field it cannot change, in the words of the server', async () => {
    simulation.faults.find(one => one.name === 'dns-service-ip')?.break();
    const { code, stderr } = await run(
      simulation,
      'helm upgrade --install coredns coredns/coredns -n kube-system',
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^Error: UPGRADE FAILED: cannot patch "kube-dns" with kind Service: Service "kube-dns" is invalid: /,
    );
    simulation.faults.find(one => one.name === 'dns-service-ip')?.undo();
  });

  it('needs the kinds of a chart to be known', async () => {
    simulation.world.remove(
      'apiextensions.k8s.io/customresourcedefinitions',
      undefined,
      'fluxinstances.fluxcd.controlplane.io',
    );
    // The operator finishes its object first; until then the kind is served.
    await until(
      'definition gone',
      () =>
        simulation.world.get(
          'apiextensions.k8s.io/customresourcedefinitions',
          undefined,
          'fluxinstances.fluxcd.controlplane.io',
        ) === undefined,
    );
    const { code, stderr } = await run(
      simulation,
      'helm upgrade --install flux-instance oci://x/flux-instance -n flux-system',
    );
    expect(code).toBe(1);
    expect(stderr).toContain(
      'no matches for kind "FluxInstance" in version "fluxcd.controlplane.io/v1"\nensure CRDs are installed first\n',
    );
    expect(revisionsOf(simulation, 'flux-instance')).toEqual(['1 deployed']);
  });

  it('goes back to an older revision even past a pending one', async () => {
    simulation.faults.find(one => one.name === 'helm-pending')?.break();
    const { stdout } = await run(simulation, 'helm -n flux-system rollback flux-operator 2');
    expect(stdout).toBe('Rollback was a success! Happy Helming!\n');
    expect(revisionsOf(simulation, 'flux-operator').at(-1)).toMatch(/ deployed$/);
  });

  it.each([
    ['helm status nope -n kube-system', 'Error: release: not found\n'],
    [
      'helm list --kube-context nope',
      'Error: Kubernetes cluster unreachable: context "nope" does not exist\n',
    ],
    ['helm list --nope', 'Error: unknown flag: --nope\n'],
  ])('refuses %s', async (line, stderr) => {
    expect(await run(simulation, line)).toMatchObject({ code: 1, stderr });
  });

  it('says that the cluster is away, with a server that refuses and without a kubeconfig', async () => {
    const api = simulation.faults.find(one => one.name === 'api-down');
    api?.break();
    const { stderr } = await run(simulation, 'helm list -A');
    expect(stderr).toMatch(
      /^Error: Kubernetes cluster unreachable: Get "http:\/\/127\.0\.0\.1:\d+\/version": dial tcp 127\.0\.0\.1:\d+: connect: connection refused\n$/,
    );
    api?.undo();
    const lost = await run(simulation, 'helm list -A', { KUBECONFIG: '/nowhere' });
    expect(lost.stderr).toContain(
      'Get "http://localhost:8080/version": dial tcp 127.0.0.1:8080: connect: connection refused',
    );
  });
});
