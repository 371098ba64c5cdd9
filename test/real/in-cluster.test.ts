import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { top } from '../../src/build/bundle-options.ts';
import { cronjobText } from '../../src/manifests/cronjob.ts';
import { rbacText } from '../../src/manifests/rbac.ts';
import { environment, isRunning, script } from './real-cluster.ts';

const IMAGE = 'registry.invalid/groundup:test';
const BASE = 'localhost/node';

/** The image of `Containerfile`, built and run: what a CronJob of `manifests cronjob` starts every few minutes. */
describe.skipIf(!isRunning() || !hasTools())('the check inside of a real cluster', () => {
  const env = isRunning() ? environment() : {};
  const folder = mkdtempSync(join(tmpdir(), 'groundup-image-'));

  const run = (command: string, args: readonly string[], input = ''): string => {
    const ended = spawnSync(command, args, {
      env: { ...process.env, ...env },
      encoding: 'utf8',
      input,
      cwd: top,
    });
    if (ended.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${ended.stderr}`);
    return ended.stdout.trim();
  };
  const buildah = (...args: readonly string[]): string =>
    run('buildah', [
      '--storage-driver',
      'vfs',
      '--root',
      join(folder, 'store'),
      '--runroot',
      join(folder, 'run'),
      ...args,
    ]);
  const kubectl = (...args: readonly string[]): string => run('kubectl', ['-n', 'kube-system', ...args]);

  /** Registries may be out of reach, so the base holds this Node and the libraries that it names. */
  function makeBase(): void {
    const root = join(folder, 'base');
    const libraries = run('ldd', [process.execPath]).match(/\/\S+/g) ?? [];
    for (const [from, to] of [
      [process.execPath, '/usr/local/bin/node'],
      ...libraries.map(one => [one, one]),
    ] as const) {
      mkdirSync(join(root, dirname(to)), { recursive: true });
      copyFileSync(from, join(root, to));
    }
    const container = buildah('from', 'scratch');
    buildah('copy', container, root, '/');
    buildah('config', '--env', 'PATH=/usr/local/bin', container);
    buildah('commit', container, BASE);
  }

  function manifests(): string {
    const role = rbacText({
      roles: ['observer', 'logs'],
      grantee: { kind: 'ServiceAccount', name: 'groundup', namespace: 'kube-system' },
      fluxNamespace: 'flux-system',
      helmState: false,
      logsIn: ['kube-system', 'flux-system'],
      probes: [],
      probeNamespace: null,
    });
    const job = cronjobText({
      image: IMAGE,
      namespace: 'kube-system',
      account: 'groundup',
      schedule: '0 0 1 1 *',
      nodeLocal: 'control-plane',
    });
    // The API server of this cluster listens on another address than those of its kind.
    const server = /server: (\S+)/.exec(run('kubectl', ['config', 'view', '--minify']))?.[1] ?? '';
    return `${role}\n---\n${job.replaceAll('https://127.0.0.1:6443', server)}`;
  }

  /** One job of the CronJob, to its end: what it printed, and the exit code of its container. */
  function look(name: string): { readonly code: number; readonly out: string } {
    kubectl('create', 'job', '--from=cronjob/groundup-check', name);
    kubectl('wait', `job/${name}`, '--for=jsonpath={.status.conditions[0].type}', '--timeout=60s');
    const code = '{.items[0].status.containerStatuses[0].state.terminated.exitCode}';
    const pods = kubectl('get', 'pod', `--selector=job-name=${name}`, '-o', `jsonpath=${code}`);
    return { code: Number(pods), out: kubectl('logs', `job/${name}`) };
  }

  beforeAll(() => {
    script('fix.sh');
    makeBase();
    const archive = join(folder, 'image.tar');
    buildah(
      'build',
      '--isolation',
      'chroot',
      '--pull=never',
      '--build-arg',
      `NODE=${BASE}`,
      '-f',
      'Containerfile',
      '-t',
      IMAGE,
      '.',
    );
    buildah('push', IMAGE, `docker-archive:${archive}:${IMAGE}`);
    const socket = join(dirname(env.KUBECONFIG ?? ''), 'containerd/sock');
    run('ctr', ['--address', socket, '-n', 'k8s.io', 'images', 'import', archive]);
    run('kubectl', ['apply', '-f', '-'], manifests());
  });
  afterAll(() => {
    run('kubectl', ['delete', '--ignore-not-found', '-f', '-'], manifests());
    script('fix.sh');
    rmSync(folder, { recursive: true, force: true });
  });

  it('ends well while all is well', () => {
    const { code, out } = look('groundup-well');
    expect(out).toMatch(/^in-cluster v[\d.]+: healthy/);
    expect(code).toBe(0);
  });

  it('needs no CoreDNS to tell what is wrong with it', () => {
    script('break.sh', 'coredns-zero');
    const { code, out } = look('groundup-dark');
    expect(out).toContain('ROOT CAUSE  dns: Deployment kube-system/coredns: scaled to zero');
    expect(code).toBe(2);
  });
});

function hasTools(): boolean {
  const missing = ['buildah', 'ctr', 'ldd'].filter(
    tool => spawnSync(tool, ['--version']).error !== undefined,
  );
  if (missing.length > 0) console.log(`not on PATH: ${missing.join(', ')}; the image is not built`);
  return missing.length === 0;
}
