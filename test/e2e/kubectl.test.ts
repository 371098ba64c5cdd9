import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Ended,
  eventually,
  makeSandbox,
  runCommand,
  type Sandbox,
  type Served,
  startServe,
} from './program.ts';

const real = ['/usr/local/bin', '/usr/bin', '/bin', ...(process.env.PATH ?? '').split(':')]
  .map(folder => `${folder}/kubectl`)
  .find(path => spawnSync(path, ['version', '--client']).status === 0);

describe.skipIf(real === undefined)(
  real === undefined ? 'real kubectl (skipped: there is none on PATH)' : 'real kubectl on a served demo',
  () => {
    let sandbox: Sandbox;
    let served: Served;
    beforeAll(async () => {
      sandbox = makeSandbox();
      served = await startServe(sandbox, ['--speed', '20']);
    });
    afterAll(async () => {
      expect(await served.stop('SIGINT')).toBe(0);
      expect(sandbox.left()).toEqual([]);
      sandbox.remove();
    });
    const kubectl = (words: string): Promise<Ended> =>
      runCommand(sandbox, real ?? '', words.split(' '), { env: { KUBECONFIG: served.env.KUBECONFIG ?? '' } });
    const said = async (words: string): Promise<string> => {
      const { code, out, err } = await kubectl(words);
      expect(code, `${words}\n${out}${err}`).toBe(0);
      return out;
    };

    it('lists nodes and the pods of all namespaces', async () => {
      const nodes = await said('get nodes -o wide');
      expect(nodes.match(/^k8s-\d +Ready +\S+ +\d+d +v1\.33\.1 +10\./gm)).toHaveLength(3);
      const pods = await said('get pods -A');
      expect(pods).toMatch(/^NAMESPACE +NAME +READY +STATUS +RESTARTS +AGE$/m);
      expect(pods.match(/^kube-system +cilium-\w{5} +1\/1 +Running/gm)).toHaveLength(3);
      expect(pods).not.toMatch(/<invalid>|<unknown>/);
    });

    it('describes a node, a Deployment and a custom object', async () => {
      expect(await said('describe node k8s-1')).toMatch(/Ready +True .*KubeletReady/);
      expect(await said('describe deploy coredns -n kube-system')).toMatch(
        /Replicas: +2 desired.*2 available/,
      );
      expect(await said('describe kustomization flux-system -n flux-system')).toMatch(
        /Reason: +\w+Succeeded/,
      );
    });

    it('reads logs and the checks of the server', async () => {
      expect(await said('logs -n kube-system deploy/coredns')).toContain('CoreDNS-1.');
      expect(await said('get --raw /readyz?verbose')).toMatch(/^\[\+\]ping ok\n[\s\S]*readyz check passed/);
    });

    it('scales a Deployment and sees it follow', async () => {
      await said('scale deploy coredns -n kube-system --replicas=1');
      await eventually(
        'one replica',
        () => said('get deploy coredns -n kube-system --no-headers'),
        line => /^coredns +1\/1 +1 +1 /.test(line),
      );
      await said('scale deploy coredns -n kube-system --replicas=2');
      expect(await said('rollout status deploy coredns -n kube-system --timeout=20s')).toContain(
        'successfully rolled out',
      );
    });

    it('restarts a rollout: every pod is a new one', async () => {
      const names = (): Promise<string> => said('get pods -n kube-system -l k8s-app=kube-dns -o name');
      const before = (await names()).trim().split('\n');
      expect(await said('rollout restart deploy coredns -n kube-system')).toContain('restarted');
      await said('rollout status deploy coredns -n kube-system --timeout=20s');
      const after = await eventually('new pods', names, now => before.every(name => !now.includes(name)));
      expect(after.trim().split('\n')).toHaveLength(2);
    });

    it('deletes the CNI: its pods go, and the nodes lose their network', async () => {
      expect(await said('delete ds cilium -n kube-system')).toContain('daemonset.apps "cilium" deleted');
      const gone = await kubectl('get ds cilium -n kube-system');
      expect([gone.code, gone.err]).toEqual([1, expect.stringContaining('"cilium" not found')]);
      await eventually(
        'no agent is left',
        () => said('get pods -n kube-system -l k8s-app=cilium --no-headers --ignore-not-found'),
        pods => pods.trim() === '',
      );
    });
  },
);
