import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simulation } from '../../../src/simulator/start-simulation.ts';
import { run, simulate } from './shell.ts';

describe('kubectl', () => {
  let simulation: Simulation;
  beforeAll(async () => {
    simulation = await simulate();
  });
  afterAll(() => simulation.close());

  it.each([
    ['kubectl uncordon k8s-1', 0, 'node/k8s-1 already uncordoned\n', ''],
    ['kubectl cordon k8s-1', 0, 'node/k8s-1 cordoned\n', ''],
    ['kubectl uncordon k8s-1', 0, 'node/k8s-1 uncordoned\n', ''],
    [
      'kubectl -n kube-system scale deployment/coredns --replicas=3',
      0,
      'deployment.apps/coredns scaled\n',
      '',
    ],
    ['kubectl -n kube-system rollout restart daemonset/cilium', 0, 'daemonset.apps/cilium restarted\n', ''],
    ['kubectl wait --for=condition=Ready node/k8s-2', 0, 'node/k8s-2 condition met\n', ''],
    ['kubectl get node k8s-1 -o name', 0, 'node/k8s-1\n', ''],
    ['kubectl get node nope', 1, '', 'Error from server (NotFound): nodes "nope" not found\n'],
    ['kubectl delete namespace nope', 1, '', 'Error from server (NotFound): namespaces "nope" not found\n'],
    ['kubectl delete namespace nope --ignore-not-found', 0, '', ''],
    ['kubectl delete -f /nowhere.yaml', 1, '', 'error: the path "/nowhere.yaml" does not exist\n'],
    ['kubectl get nopes', 1, '', 'error: the server doesn\'t have a resource type "nopes"\n'],
    ['kubectl -n none get pods', 0, '', 'No resources found in none namespace.\n'],
    [
      'kubectl --context nope get nodes',
      1,
      '',
      'Error in configuration: context was not found for specified context: nope\n',
    ],
    [
      'kubectl wait --for=condition=Nope node/k8s-1 --timeout=10s',
      1,
      '',
      'error: timed out waiting for the condition on nodes/k8s-1\n',
    ],
  ])('answers %s', async (line, code, stdout, stderr) => {
    expect(await run(simulation, line)).toMatchObject({ code, stdout, stderr });
  });

  it('removes what a file lists, and passes over what is gone already when told to', async () => {
    const file = join(simulation.env.ROOT_DIR ?? '', 'two.yaml');
    const config = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
    writeFileSync(file, ['one', 'two'].map(name => JSON.stringify(config(name))).join('\n---\n'));
    await run(simulation, `kubectl -n kube-system apply -f ${file}`);
    await run(simulation, 'kubectl -n kube-system delete configmap one');
    const line = `kubectl -n kube-system delete -f ${file}`;
    expect(await run(simulation, `${line} --ignore-not-found`)).toMatchObject({
      code: 0,
      stdout: 'configmap "two" deleted\n',
      stderr: '',
    });
    expect(await run(simulation, line)).toMatchObject({ code: 1, stdout: '' });
  });

  it('prints the table of the server', async () => {
    const { stdout } = await run(simulation, 'kubectl get nodes');
    expect(stdout).toMatch(
      /^NAME {4}STATUS {3}ROLES {11}AGE {3}VERSION\nk8s-1 {3}Ready {4}control-plane {3}28d {3}v1.33.1\n/,
    );
  });

  it('reports a rollout until it is done', async () => {
    const { code, stdout } = await run(simulation, 'kubectl -n kube-system rollout status ds/cilium');
    expect(code).toBe(0);
    expect(stdout).toMatch(/daemon set "cilium" successfully rolled out\n$/);
  });

  it('tells the versions of both sides', async () => {
    const { stdout } = await run(simulation, 'kubectl version -o json');
    expect(JSON.parse(stdout)).toMatchObject({
      clientVersion: { gitVersion: 'v1.33.1' },
      serverVersion: { gitVersion: 'v1.33.1' },
    });
  });

  it('applies a file and refuses a kind that nobody knows', async () => {
    const values = 'kubernetes/apps/kube-system/spegel/values.yaml';
    expect((await run(simulation, `kubectl apply --server-side -f nope.yaml`)).stderr).toBe(
      'error: the path "nope.yaml" does not exist\n',
    );
    expect((await run(simulation, `kubectl apply --server-side -f ${values}`)).code).not.toBe(0);
  });
});

describe('task', () => {
  let simulation: Simulation;
  beforeAll(async () => {
    simulation = await simulate();
  });
  afterAll(() => simulation.close());

  it('lists its tasks, and does so for one it does not know', async () => {
    expect((await run(simulation, 'task --list')).stdout).toContain(
      '\n* bootstrap:apps:       Install the critical infrastructure',
    );
    const unknown = await run(simulation, 'task nope');
    expect(unknown).toMatchObject({ code: 200, stderr: 'task: Task "nope" does not exist\n' });
  });

  it('stops at a precondition', async () => {
    expect(await run(simulation, 'task bootstrap:apps', { KUBECONFIG: undefined })).toMatchObject({
      code: 1,
      stderr: 'task: There is no kubeconfig\ntask: precondition not met\n',
    });
  });

  it('ends with 201 when its command fails, or with the code of the command when asked to', async () => {
    const env = { ROOT_DIR: undefined };
    const { code, stderr } = await run(simulation, 'task bootstrap:apps', env);
    expect(code).toBe(201);
    expect(stderr).toMatch(/task: Failed to run task "bootstrap:apps": exit status 1\n$/);
    expect((await run(simulation, 'task -x bootstrap:apps', env)).code).toBe(1);
  });
});
