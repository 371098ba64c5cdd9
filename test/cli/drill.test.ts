import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everything, except } from '../../src/simulator/api/access.ts';
import { openTerminal } from '../support/terminal.ts';
import { type Ops, openOps, program } from './ops.ts';
import { openTlsFront } from './tls-front.ts';

const reader = except(everything('reader'), [
  { verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'], groups: ['*'], resources: ['*'] },
]);
const noPatching = except(everything('narrow'), [
  { verbs: ['patch'], groups: ['apps'], resources: ['deployments/scale'] },
]);
let ops: Ops;
beforeAll(async () => {
  ops = await openOps({
    tokens: new Map([
      ['narrow', noPatching],
      ['reader', reader],
    ]),
  });
  allow('{ contexts: { demo: { drill: true }, secured: { drill: true } } }\n');
  await ops.run('wait', '--stable', '1s', '--timeout', '120s');
}, 60_000);
afterAll(() => ops.close());

function allow(text: string): void {
  const folder = join(ops.simulation.folder, '.config/groundup');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.yaml'), text, { mode: 0o600 });
}

/** The kubeconfig of the simulation, with a proxy that nobody runs. */
function throughProxy(): string {
  const made = JSON.parse(readFileSync(ops.kubeconfig('reader', 'demo'), 'utf8'));
  made.clusters[0].cluster['proxy-url'] = 'http://127.0.0.1:9';
  const path = join(ops.simulation.folder, 'proxied');
  writeFileSync(path, JSON.stringify(made), { mode: 0o600 });
  return path;
}

const get = (kind: string, namespace: string, name: string) =>
  ops.simulation.world.get(kind, namespace, name);
const replicas = (namespace: string, name: string) => get('apps/deployments', namespace, name)?.spec.replicas;
const recordsOf = (release: string) =>
  ops.simulation.world
    .list('/secrets', 'flux-system')
    .filter(({ metadata }) => metadata.labels?.name === release)
    .map(({ metadata }) => [metadata.name, metadata.labels?.status]);
const agents = () =>
  ops.simulation.world
    .list('/pods', 'kube-system')
    .filter(({ metadata }) => metadata.labels?.['k8s-app'] === 'cilium')
    .toSorted((a, b) => (a.spec.nodeName < b.spec.nodeName ? -1 : 1));
const remembered = () => {
  const folder = join(ops.simulation.env.XDG_STATE_HOME, 'groundup/drills');
  return (existsSync(folder) ? readdirSync(folder) : []).map(name => join(folder, name));
};
const healthy = () => ops.run('wait', '--stable', '500ms', '--timeout', '120s');

/** The drill in a terminal, confirmed with the name of the context. */
async function confirmed(name: string) {
  const terminal = openTerminal(process.execPath, [program, 'drill', name], {
    env: ops.environment(),
    cwd: ops.simulation.folder,
  });
  await terminal.until(/Type demo to break it:/, 30_000);
  await terminal.press('demo', 'Enter');
  await terminal.until(/YOURS/, 60_000);
  return terminal;
}

describe('groundup drill', { timeout: 180_000 }, () => {
  test('names its drills', async () => {
    const { code, out } = await ops.run('drill', '--list');
    expect(out.split('\n').map(line => line.split(' ')[0])).toEqual([
      'api-blackhole',
      'cordon-all',
      'dns-gone',
      'dns-service-gone',
      'flux-gone',
      'sops-key',
      'helm-lock',
      'flux-cut-off',
      'flux-instance-gone',
      'agent-gone',
      'cni-gone',
      '',
    ]);
    expect(code).toBe(0);
  });

  test.each<[string, RegExp, () => unknown]>([
    [
      'dns-gone',
      /named right {2}after .*\n +dns: Deployment kube-system\/coredns/,
      () => replicas('kube-system', 'coredns'),
    ],
    [
      'dns-service-gone',
      /service-discovery: .*kube-dns/,
      () => get('/services', 'kube-system', 'kube-dns')?.spec.clusterIP,
    ],
    [
      'cni-gone',
      /cni: DaemonSet kube-system\/cilium/,
      () => get('apps/daemonsets', 'kube-system', 'cilium')?.spec,
    ],
    [
      'flux-gone',
      /flux: /,
      () =>
        ['flux-operator', 'source-controller', 'helm-controller'].map(name => replicas('flux-system', name)),
    ],
    [
      'sops-key',
      /apps: Kustomization flux-system\/cert-manager/,
      () => get('kustomize.toolkit.fluxcd.io/kustomizations', 'flux-system', 'cert-manager')?.spec.decryption,
    ],
    ['helm-lock', /flux: .*flux-operator/, () => recordsOf('flux-operator')],
    [
      'flux-cut-off',
      /pod-network: NetworkPolicy flux-system\/groundup-drill/,
      () => ops.simulation.world.list('networking.k8s.io/networkpolicies', 'flux-system').length,
    ],
    [
      'flux-instance-gone',
      /flux: FluxInstance flux-system\/flux/,
      () => [
        get('fluxcd.controlplane.io/fluxinstances', 'flux-system', 'flux')?.spec,
        ops.simulation.world.list('helm.toolkit.fluxcd.io/helmreleases').length,
      ],
    ],
    [
      'agent-gone',
      /cni: .*cilium/,
      () => [
        ops.simulation.world.list('/resourcequotas', 'kube-system').length,
        agents().map(pod => pod.spec.nodeName),
      ],
    ],
    [
      'cordon-all',
      /named right {2}after/,
      () => ops.simulation.world.list('/nodes').map(node => node.spec.unschedulable),
    ],
  ])('%s is seen, named right, and taken back exactly', async (name, named, state) => {
    await healthy();
    const before = state();
    const { code, out } = await ops.run('drill', name, '--yes', '--context', 'demo');
    expect(out).toMatch(/breaks {4}\$ kubectl --context demo /);
    expect(out).toMatch(/BREAK /);
    expect(out).toMatch(/detected {5}after [\d.]+ s/);
    expect(out).toMatch(named);
    expect(out).toMatch(/recovered {4}after [\d.]+ s, by the undo/);
    expect(state()).toEqual(before);
    expect(remembered()).toEqual([]);
    expect(code).toBe(0);
  });

  test('api-blackhole needs no permission to change anything, and the cluster notices nothing', async () => {
    await healthy();
    const before = JSON.stringify(ops.simulation.world.list('/nodes').map(({ spec }) => spec));
    const kubeconfig = ops.kubeconfig('reader', 'demo');
    const words = ['--yes', '--repair', '--context', 'demo', '--kubeconfig', kubeconfig];
    const { code, out } = await ops.run('drill', 'api-blackhole', ...words);
    expect(out).toMatch(/BREAK {5}nothing comes through to the API server/);
    expect(out).toMatch(/NAMED {5}after [\d.]+ s: api: .* in time/);
    expect(out).toContain(
      'SEEN      API down, Nodes unknown, CNI unknown, Pods unknown, DNS unknown, SvcDisc unknown, Flux unknown, Apps unknown',
    );
    expect(out).toMatch(/detected {5}after [\d.]+ s\n {2}named right {2}after [\d.]+ s\n/);
    expect(out).toMatch(/recovered {4}after [\d.]+ s, by the undo/);
    expect(out).not.toContain('REPAIR ');
    expect(JSON.stringify(ops.simulation.world.list('/nodes').map(({ spec }) => spec))).toBe(before);
    expect(remembered()).toEqual([]);
    expect(code).toBe(0);
  });

  test('api-blackhole is played over TLS with a client certificate and an exec plugin', async () => {
    await healthy();
    await using front = await openTlsFront(ops, 'reader');
    const { code, out } = await ops.run(
      'drill',
      'api-blackhole',
      '--yes',
      '--context',
      'secured',
      '--kubeconfig',
      front.kubeconfig,
    );
    expect(out).toMatch(/recovered {4}after [\d.]+ s, by the undo/);
    expect(code).toBe(0);
    expect(front.subjects()).toEqual(['jane']);
  });

  test('api-blackhole says why it is not played through a proxy', async () => {
    const { code, out } = await ops.run(
      'drill',
      'api-blackhole',
      '--yes',
      '--context',
      'demo',
      '--kubeconfig',
      throughProxy(),
    );
    expect(out).toBe(
      'NOT BEGUN this cluster is reached through a proxy, and only a straight way to the API server can be cut\n',
    );
    expect(code).toBe(4);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('api-blackhole ends on %s with its score', async signal => {
    await healthy();
    const child = ops.start('drill', 'api-blackhole', '--yes', '--context', 'demo');
    await expect.poll(child.out, { timeout: 90_000 }).toContain('BREAK ');
    child.kill(signal);
    expect(await child.ended).toBe(1);
    expect(child.out()).toMatch(/UNDO {6}the way to the API server is open again/);
    expect(child.out()).toMatch(/SCORE {5}api-blackhole\n[\s\S]*named right {2}no\n/);
  });

  test('api-blackhole asks for the name of the context, and leaves nothing to repair', async () => {
    await healthy();
    const terminal = openTerminal(process.execPath, [program, 'drill', 'api-blackhole'], {
      env: ops.environment(),
      cwd: ops.simulation.folder,
    });
    await terminal.until(/Type demo to break it:/, 30_000);
    await terminal.press('demo', 'Enter');
    await terminal.until(/SCORE[\s\S]*by the undo/, 60_000);
    expect((await terminal.ended).code).toBe(0);
  });

  test('can be repaired by the best remedy; then there is nothing to undo', async () => {
    await healthy();
    const { code, out } = await ops.run('drill', 'dns-gone', '--yes', '--context', 'demo', '--repair');
    expect(out).toContain('REPAIR    Scale Deployment kube-system/coredns to 2');
    expect(out).toContain('OUTCOME   succeeded');
    expect(out).toMatch(/recovered {4}after [\d.]+ s, by the repair/);
    expect(out).toContain('scale Deployment kube-system/coredns back to 2: not needed any more');
    expect(code).toBe(0);
  });

  test('that was killed is remembered, for its owner only, and undone by --undo', async () => {
    await healthy();
    const before = get('/services', 'kube-system', 'kube-dns');
    const terminal = await confirmed('dns-service-gone');
    terminal.kill('SIGKILL');
    await terminal.ended;
    expect(get('/services', 'kube-system', 'kube-dns')).toBeUndefined();
    const [file = ''] = remembered();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      drill: 'dns-service-gone',
      context: 'demo',
    });

    const again = await ops.run('drill', 'dns-gone', '--yes', '--context', 'demo');
    expect(again.out).toMatch(/NOT BEGUN the drill dns-service-gone was not undone/);
    expect(again.code).toBe(4);

    const undone = await ops.run('drill', '--undo');
    expect(undone.out).toContain('dns-service-gone is undone');
    expect(undone.code).toBe(0);
    expect(get('/services', 'kube-system', 'kube-dns')?.spec).toEqual(before?.spec);
    expect(get('/services', 'kube-system', 'kube-dns')?.metadata.labels).toEqual(before?.metadata.labels);
    expect((await ops.run('drill', '--undo')).out).toBe('no drill waits to be undone\n');
  });

  test.each([['Ctrl-C'], ['Enter']])('%s takes it back', async key => {
    await healthy();
    const terminal = await confirmed('dns-gone');
    expect(replicas('kube-system', 'coredns')).toBe(0);
    await terminal.press(key);
    await terminal.until(/SCORE/, 60_000);
    expect((await terminal.ended).code).toBe(0);
    expect(replicas('kube-system', 'coredns')).toBe(2);
    expect(remembered()).toEqual([]);
  });

  test('ends by itself when somebody repaired it, and leaves their repair as it is', async () => {
    await healthy();
    const terminal = await confirmed('dns-gone');
    ops.simulation.world.update('apps/deployments', 'kube-system', 'coredns', draft => {
      draft.spec.replicas = 3;
    });
    await terminal.until(/SCORE[\s\S]*recovered +after.*by the repair/, 60_000);
    expect((await terminal.ended).code).toBe(0);
    expect(replicas('kube-system', 'coredns')).toBe(3);
    ops.fault('coredns-zero').break();
    ops.fault('coredns-zero').undo();
  });

  test('is taken back on a signal', async () => {
    await healthy();
    const child = ops.start('drill', 'cordon-all', '--yes', '--context', 'demo', '--repair');
    await expect.poll(child.out, { timeout: 90_000 }).toContain('BREAK     cordon');
    child.kill('SIGTERM');
    await child.ended;
    expect(child.out()).toContain('UNDO ');
    expect(ops.simulation.world.list('/nodes').some(node => node.spec.unschedulable === true)).toBe(false);
    expect(remembered()).toEqual([]);
  });

  test('does not begin on an ill cluster, nor where it could not be taken back', async () => {
    await healthy();
    const kubeconfig = ops.kubeconfig('narrow', 'demo');
    const narrow = await ops.run(
      'drill',
      'dns-gone',
      '--yes',
      '--context',
      'demo',
      '--kubeconfig',
      kubeconfig,
    );
    expect(narrow.out).toContain(
      'NOT BEGUN you may not patch deployments.apps/scale in the namespace kube-system',
    );
    expect([narrow.code, replicas('kube-system', 'coredns')]).toEqual([4, 2]);

    ops.fault('coredns-zero').break();
    const ill = await ops.run('drill', 'cni-gone', '--yes', '--context', 'demo');
    expect(ill.out).toMatch(/NOT BEGUN the cluster is (down|degraded).*a drill begins on a healthy one/);
    expect(ill.code).toBe(4);
    expect(get('apps/daemonsets', 'kube-system', 'cilium')).toBeDefined();
    ops.fault('coredns-zero').undo();
  });

  test('is only for contexts that the configuration names, and never for protected ones', async () => {
    const other = ops.kubeconfig('narrow', 'homelab');
    const prod = ops.kubeconfig('narrow', 'prod-1');
    const refused = await ops.run(
      'drill',
      'dns-gone',
      '--yes',
      '--context',
      'homelab',
      '--kubeconfig',
      other,
    );
    expect(refused.out).toContain("the configuration does not allow drills on 'homelab'");
    expect(refused.code).toBe(64);
    allow('{ contexts: { demo: { drill: true }, prod-1: { drill: true } } }\n');
    const guarded = await ops.run('drill', 'dns-gone', '--yes', '--context', 'prod-1', '--kubeconfig', prod);
    expect(guarded.out).toContain("'prod-1' is protected: no drill is ever played there");
    expect(guarded.code).toBe(64);
  });

  test.each([
    [['drill'], 'say which drill'],
    [['drill', 'dns-gonne'], "there is no drill 'dns-gonne' (did you mean dns-gone?)"],
    [['drill', 'dns-gone', '--yes'], 'with --yes, name the context with --context'],
    [['drill', 'dns-gone'], 'without a terminal nobody can confirm'],
  ])('%j is bad input', async (args, text) => {
    const { code, out } = await ops.run(...args);
    expect(out).toContain(text);
    expect(code).toBe(64);
  });

  test('on the demo needs nothing and leaves nothing', async () => {
    const { code, out } = await ops.run('drill', '--demo', 'dns-gone');
    expect(out).toContain('SCORE     dns-gone');
    expect(code).toBe(0);
  });
});
