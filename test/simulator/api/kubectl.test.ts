import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubeconfigText } from '../../../src/simulator/api/kubeconfig.ts';
import { logKey } from '../../../src/simulator/api/pod-logs.ts';
import type { Json } from '../../../src/simulator/world.ts';
import { deployment, eventually, pod, serve, type TestServer } from './serve.ts';

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
const title = hasKubectl ? 'kubectl' : 'kubectl (skipped: there is no kubectl on PATH)';

let server: TestServer;
let home: string;

function kubectl(
  args: string,
  options: { token?: string; input?: string } = {},
): Promise<{ code: number | null; out: string }> {
  const child = spawn('kubectl', args.split(' '), {
    env: { PATH: process.env.PATH, HOME: home, KUBECONFIG: join(home, options.token ?? 'root') },
  });
  let out = '';
  child.stdout.on('data', part => {
    out += part;
  });
  child.stderr.on('data', part => {
    out += part;
  });
  child.stdin.end(options.input ?? '');
  return new Promise(resolve => child.on('close', code => resolve({ code, out })));
}

beforeAll(async () => {
  server = await serve();
  home = mkdtempSync(join(tmpdir(), 'kubectl-'));
  for (const token of ['root', 'viewer']) {
    writeFileSync(join(home, token), kubeconfigText({ url: server.url, token, context: 'sim' }));
  }
  const { world } = server;
  world.create('/nodes', {
    metadata: { name: 'n1', labels: { 'node-role.kubernetes.io/control-plane': '' } },
    status: {
      conditions: [
        { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
      ],
      addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
      nodeInfo: {
        kubeletVersion: 'v1.33.1',
        osImage: 'Talos',
        kernelVersion: '6.12',
        containerRuntimeVersion: 'containerd://2.1',
      },
    },
  });
  const spec = { nodeName: 'n1', containers: [{ name: 'app', image: 'app:1' }] };
  const status = {
    phase: 'Running',
    podIP: '10.42.0.7',
    podIPs: [{ ip: '10.42.0.7' }],
    containerStatuses: [
      { name: 'app', ready: true, restartCount: 0, image: 'app:1', imageID: '', state: { running: {} } },
    ],
  };
  world.create('/pods', pod('web-1', { spec, status }));
  world.create('/events', {
    metadata: { name: 'web-1.1', namespace: 'default' },
    involvedObject: {
      kind: 'Pod',
      name: 'web-1',
      namespace: 'default',
      uid: world.get('/pods', 'default', 'web-1')?.metadata.uid,
    },
    type: 'Warning',
    reason: 'Unhealthy',
    message: 'Readiness probe failed',
    lastTimestamp: new Date().toISOString(),
  });
  world.create('apps/deployments', deployment('web', { replicas: 2 }));
  world.create('apps/daemonsets', { ...deployment('agent'), kind: 'DaemonSet' });
  world.serveCustom({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: 'widgets.example.com',
      uid: '',
      resourceVersion: '',
      generation: 1,
      creationTimestamp: '2025-01-01T00:00:00Z',
    },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', shortNames: ['wd'] },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          additionalPrinterColumns: [
            { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
          ],
        },
      ],
    },
  });
  world.create('example.com/widgets', {
    metadata: { name: 'w', namespace: 'default' },
    status: { conditions: [{ type: 'Ready', status: 'False' }] },
  });
});

afterAll(async () => {
  await server.close();
  rmSync(home, { recursive: true, force: true });
});

describe.skipIf(!hasKubectl)(title, () => {
  it('lists nodes, pods of all namespaces, and custom objects with their columns', async () => {
    expect((await kubectl('get nodes')).out).toMatch(/^n1 +Ready +control-plane +\S+ +v1\.33\.1$/m);
    expect((await kubectl('get pods -A -o wide')).out).toMatch(
      /^default +web-1 +1\/1 +Running +0 +\S+ +10\.42\.0\.7 +n1 +<none> +<none>$/m,
    );
    expect((await kubectl('get wd')).out).toMatch(/^NAME +READY\nw +False$/m);
  });

  it('describes a pod with its events, and a node with its pods', async () => {
    const pods = await kubectl('describe pod web-1');
    expect(pods.out).toMatch(/Warning +Unhealthy .*Readiness probe failed/);
    const node = await kubectl('describe node n1');
    expect(node.out).toMatch(/Ready +True .*kubelet is posting ready status/);
    expect(node.out).toMatch(/default +web-1/);
  });

  it('says in the words of the server what is missing and what is forbidden', async () => {
    expect((await kubectl('get pod nope')).out).toBe('Error from server (NotFound): pods "nope" not found\n');
    expect((await kubectl('get nodes', { token: 'viewer' })).out).toBe(
      'Error from server (Forbidden): nodes is forbidden: User "vera" cannot list resource "nodes" in API group "" at the cluster scope\n',
    );
    expect((await kubectl('auth can-i delete pods', { token: 'viewer' })).out).toBe('no\n');
    expect((await kubectl('auth can-i delete pods')).out).toBe('yes\n');
  });

  it('scales and restarts a Deployment', async () => {
    expect((await kubectl('scale deploy web --replicas=5')).out).toBe('deployment.apps/web scaled\n');
    expect((await kubectl('rollout restart deploy web')).out).toBe('deployment.apps/web restarted\n');
    const web: Json = server.world.get('apps/deployments', 'default', 'web');
    expect(web.spec.replicas).toBe(5);
    expect(web.spec.template.metadata.annotations).toHaveProperty(['kubectl.kubernetes.io/restartedAt']);
    expect(web.metadata.generation).toBe(3);
  });

  it('deletes a DaemonSet and waits until it is gone', async () => {
    const { code, out } = await kubectl('delete ds agent');
    expect([code, out]).toEqual([0, expect.stringContaining('daemonset.apps "agent" deleted')]);
    expect(server.world.get('apps/daemonsets', 'default', 'agent')).toBeUndefined();
  });

  it('reads and follows logs', async () => {
    server.behaviour.logs.set(logKey('default', 'web-1', 'app'), ['2025-01-01T00:00:00Z first', 'second']);
    expect((await kubectl('logs web-1')).out).toBe('first\nsecond\n');
    expect((await kubectl('logs web-1 --tail=1')).out).toBe('second\n');
  });

  it('applies on the client and on the server, and tells conflicts', async () => {
    const input = JSON.stringify(deployment('applied', { replicas: 1 }));
    expect((await kubectl('apply -f -', { input })).out).toBe('deployment.apps/applied created\n');
    expect((await kubectl('apply -f -', { input })).out).toBe('deployment.apps/applied unchanged\n');
    const other = JSON.stringify(deployment('applied', { replicas: 2 }));
    const refused = await kubectl('apply --server-side --field-manager=ci -f -', { input: other });
    expect(refused.out).toContain('conflict with "kubectl-client-side-apply" using apps/v1');
    const forced = await kubectl('apply --server-side --field-manager=ci --force-conflicts -f -', {
      input: other,
    });
    expect(forced.out).toBe('deployment.apps/applied serverside-applied\n');
  });

  it('creates through the binary form of typed clients, and deletes a namespace', async () => {
    expect((await kubectl('create namespace made')).out).toBe('namespace/made created\n');
    expect((await kubectl('create configmap c -n made --from-literal=key=value')).out).toBe(
      'configmap/c created\n',
    );
    expect(server.world.get('/configmaps', 'made', 'c')?.data).toEqual({ key: 'value' });
    expect((await kubectl('delete namespace made')).code).toBe(0);
    expect(server.world.get('/namespaces', undefined, 'made')).toBeUndefined();
  });

  it('watches', async () => {
    const child = spawn('kubectl', ['get', 'pods', '-w'], {
      env: { PATH: process.env.PATH, HOME: home, KUBECONFIG: join(home, 'root') },
    });
    let out = '';
    child.stdout.on('data', part => {
      out += part;
    });
    await eventually(() => out.includes('web-1'));
    server.world.create('/pods', pod('late'));
    await eventually(() => /^late +0\/1 +Pending/m.test(out));
    child.kill();
  });

  it('reads raw paths', async () => {
    expect((await kubectl('get --raw /readyz?verbose')).out).toMatch(
      /^\[\+\]ping ok\n[\s\S]*readyz check passed\n$/,
    );
  });
});
