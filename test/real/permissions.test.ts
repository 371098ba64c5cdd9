import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertsText } from '../../src/manifests/alerts.ts';
import { cronjobText } from '../../src/manifests/cronjob.ts';
import { rbac } from '../manifests/caller-of.ts';
import { type Checked, check, environment, isRunning, script } from './real-cluster.ts';

const NAMESPACE = 'groundup';

describe.skipIf(!isRunning())('permissions on a real cluster', () => {
  const env = isRunning() ? environment() : {};
  const folder = mkdtempSync(join(tmpdir(), 'groundup-permissions-'));
  let observer: Record<string, string> = {};

  const kubectl = (args: readonly string[], input = '') => {
    const { status, stdout, stderr } = spawnSync('kubectl', args, { env, encoding: 'utf8', input });
    return { status, stdout, stderr };
  };
  const apply = (yaml: string, ...more: readonly string[]) => kubectl(['apply', '-f', '-', ...more], yaml);

  beforeAll(() => {
    script('fix.sh');
    const applied = apply(rbac('observer', 'logs'));
    expect(applied.stderr).toBe('');
    observer = { ...env, KUBECONFIG: observerKubeconfig() };
  });
  afterAll(() => {
    kubectl(['delete', '--ignore-not-found', '--wait=false', '-f', '-'], rbac('observer', 'logs'));
    rmSync(folder, { recursive: true, force: true });
  });

  /** The administrator's kubeconfig with the token of the service account in place of its user. */
  function observerKubeconfig(): string {
    const token = kubectl(['-n', NAMESPACE, 'create', 'token', 'groundup', '--duration=1h']).stdout.trim();
    const raw = kubectl(['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json']).stdout;
    const config = JSON.parse(raw);
    config.users[0].user = { token };
    const path = join(folder, 'observer');
    writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
    return path;
  }

  const cronjob = (nodeLocal: 'control-plane' | 'kubeprism') => () =>
    cronjobText({
      image: 'groundup:test',
      namespace: 'kube-system',
      account: 'groundup',
      schedule: '*/5 * * * *',
      nodeLocal,
    });

  it.each<[string, () => string]>([
    ['all roles', () => rbac('observer', 'logs', 'operator', 'prober')],
    ['the check from inside, on control planes', cronjob('control-plane')],
    ['the check from inside, by KubePrism', cronjob('kubeprism')],
  ])('the API server accepts %s', (_name, text) => {
    // Namespaces that a dry run would only pretend to make must be there for what lies in them.
    for (const name of [NAMESPACE, 'groundup-probe']) kubectl(['create', 'namespace', name]);
    const { status, stdout, stderr } = apply(text(), '--dry-run=server');
    expect([status, stderr.replaceAll(/^Warning: .*\n/gm, '')]).toEqual([0, '']);
    expect(stdout).toContain('(server dry run)');
  });

  it('the API server accepts the alert rules where it knows PrometheusRules', () => {
    const known = kubectl(['api-resources', '--api-group=monitoring.coreos.com', '-o', 'name']);
    if (!known.stdout.includes('prometheusrules')) return;
    const { status, stderr } = apply(alertsText({ namespace: 'default', plain: false }), '--dry-run=server');
    expect([status, stderr]).toEqual([0, '']);
  });

  it('the observer judges every layer as the administrator does', () => {
    const told = ({ report }: Checked) =>
      report.layers.map((layer: { id: string; verdict: string }) => `${layer.id} ${layer.verdict}`);
    const mine = check(observer);
    expect(told(mine)).toEqual(told(check(env)));
    for (const layer of mine.report.layers) expect(layer.reason, layer.id).not.toBe('rbac');
  });

  it('the observer may change nothing, and read no Secret', () => {
    const can = (...args: readonly string[]) =>
      spawnSync('kubectl', ['auth', 'can-i', ...args], { env: observer, encoding: 'utf8' }).stdout.trim();
    expect(can('list', 'pods', '-A')).toBe('yes');
    for (const args of [
      ['list', 'secrets', '-A'],
      ['get', 'secrets', '-n', 'kube-system'],
      ['delete', 'pods', '-A'],
      ['patch', 'nodes'],
      ['create', 'pods', '-n', 'default'],
      ['create', 'pods/exec', '-n', 'kube-system'],
      ['update', 'leases', '-n', 'kube-system'],
    ])
      expect(can(...args), args.join(' ')).toBe('no');
  });
});
