import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { manifests } from '../../src/cli/manifests.ts';
import { loadKubeconfig } from '../../src/kube/kubeconfig.ts';
import { type AlertRule, alertsText, clusterRules, groundupRules } from '../../src/manifests/alerts.ts';
import { cronjobText } from '../../src/manifests/cronjob.ts';
import { systemdText, unitNames } from '../../src/manifests/systemd.ts';
import { objectsIn, rbac, rulesIn } from './caller-of.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'groundup-manifests-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const has = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;

describe('roles', () => {
  test('bind what they define, and nothing is defined twice', () => {
    const objects = objectsIn(rbac('observer', 'logs', 'operator', 'prober')) as readonly {
      kind: string;
      metadata: { name: string; namespace?: string };
      roleRef?: { kind: string; name: string };
    }[];
    const key = (kind: string, name: string, namespace = '') => `${kind} ${namespace}/${name}`;
    const defined = objects.map(({ kind, metadata }) => key(kind, metadata.name, metadata.namespace));
    expect(new Set(defined).size).toBe(defined.length);
    for (const { roleRef, metadata } of objects)
      if (roleRef !== undefined)
        expect(defined).toContain(
          key(roleRef.kind, roleRef.name, roleRef.kind === 'ClusterRole' ? '' : metadata.namespace),
        );
  });

  test('of observer and logs never write, and no role reaches Secrets', () => {
    const text = rbac('observer', 'logs');
    expect(text).not.toMatch(/^\s+- (create|update|patch|delete|deletecollection|escalate|bind)$/m);
    expect(rbac('observer', 'logs', 'operator', 'prober')).not.toMatch(/^\s+- (secrets|"?\*"?)$/m);
  });
});

describe('commands in pods', () => {
  /** Namespaces in which the printed roles let them be run, with the verbs. */
  async function execIn(...flags: readonly string[]): Promise<readonly string[]> {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await manifests(['rbac', 'observer', 'logs', 'operator', 'prober', ...flags]);
    const text = String(write.mock.lastCall?.[0]);
    write.mockRestore();
    expect(text).toContain('whoever holds it can act as any pod of that namespace');
    return rulesIn(text)
      .filter(rule => rule.resources?.includes('pods/exec'))
      .map(rule => `${rule.namespaces?.join()}: ${rule.verbs?.join(' ')}`)
      .sort();
  }

  test.each([
    ['nobody, unless asked for', [], []],
    ['who probes, where Flux and the CNI live', ['--probe-exec'], ['flux-system', 'kube-system']],
    [
      'who probes, where they were told to live',
      ['--probe-exec', '--flux-namespace', 'gitops', '--cni-namespace', 'net'],
      ['gitops', 'net'],
    ],
    [
      'who probes, once where both live together',
      ['--probe-exec', '--flux-namespace', 'kube-system'],
      ['kube-system'],
    ],
  ])('are for %s', async (_whom, flags, namespaces) => {
    expect(await execIn(...flags)).toEqual(namespaces.map(name => `${name}: get create`));
  });
});

describe('the check from inside', () => {
  const ask = {
    image: 'registry.test/groundup:1',
    namespace: 'kube-system',
    account: 'groundup',
    schedule: '*/5 * * * *',
  } as const;

  test.each([
    ['control-plane', 'https://127.0.0.1:6443'],
    ['kubeprism', 'https://127.0.0.1:7445'],
  ] as const)('by %s needs nothing that it watches', (nodeLocal, server) => {
    const [config, job] = parseAllDocuments(cronjobText({ ...ask, nodeLocal })).map(one =>
      'toJS' in one ? one.toJS() : null,
    );
    const pod = job.spec.jobTemplate.spec.template.spec;
    expect(pod).toMatchObject({
      hostNetwork: true,
      dnsPolicy: 'Default',
      tolerations: [{ operator: 'Exists' }],
      restartPolicy: 'Never',
    });
    expect('affinity' in pod).toBe(nodeLocal === 'control-plane');

    const path = join(folder(), 'kubeconfig');
    writeFileSync(path, config.data.kubeconfig, { mode: 0o600 });
    const resolved = loadKubeconfig({ path, env: {} });
    expect(resolved).toMatchObject({
      ok: true,
      value: {
        cluster: { server, tlsServerName: 'kubernetes.default.svc' },
        user: { tokenFile: '/var/run/secrets/kubernetes.io/serviceaccount/token' },
      },
    });
  });
});

describe('alert rules', () => {
  /** What others export; the rest must be ours. */
  const known = [
    'kube_daemonset_status_number_unavailable',
    'kube_daemonset_status_desired_number_scheduled',
    'kube_node_info',
    'kube_deployment_status_replicas_available',
    'kube_lease_renew_time',
    'kube_secret_labels',
    'coredns_dns_responses_total',
    'flux_resource_info',
    'flux_instance_info',
    'apiserver_client_certificate_expiration_seconds_bucket',
  ];
  const metricsOf = ({ expr }: AlertRule) =>
    expr.replaceAll(/\{[^}]*\}/g, '').match(/\b[a-z]+(?:_[a-z0-9]+)+\b/g) ?? [];

  test('of groundup name metrics that it writes', () => {
    const source = readFileSync(new URL('../../src/report/prometheus.ts', import.meta.url), 'utf8');
    for (const rule of groundupRules)
      for (const metric of metricsOf(rule)) expect(source, rule.alert).toContain(`# TYPE ${metric} gauge`);
  });

  test('of the cluster name metrics that are well known', () => {
    const functions = ['histogram_quantile', 'group_left', 'label_replace'];
    for (const rule of clusterRules)
      for (const metric of metricsOf(rule).filter(one => !functions.includes(one)))
        expect(known, rule.alert).toContain(metric);
  });

  test('have names, sentences and times in the form of Prometheus', () => {
    const all = [...groundupRules, ...clusterRules];
    expect(new Set(all.map(rule => rule.alert)).size).toBe(all.length);
    for (const rule of all) {
      expect(rule.for).toMatch(/^\d+[smh]$/);
      expect((rule.expr.match(/[({[]/g) ?? []).length).toBe((rule.expr.match(/[)}\]]/g) ?? []).length);
      expect(rule.annotations.summary.length).toBeGreaterThan(10);
    }
  });

  test('stand in a PrometheusRule, or bare', () => {
    const object = (plain: boolean) => {
      const [first] = parseAllDocuments(alertsText({ namespace: 'monitoring', plain }));
      return first !== undefined && 'toJS' in first ? first.toJS() : null;
    };
    expect(object(false)).toMatchObject({
      kind: 'PrometheusRule',
      metadata: { namespace: 'monitoring' },
      spec: object(true),
    });
  });

  test.skipIf(!has('promtool'))('are accepted by promtool', () => {
    const file = join(folder(), 'rules.yaml');
    writeFileSync(file, alertsText({ namespace: 'monitoring', plain: true }));
    const { status, stderr } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });
});

describe('systemd units', () => {
  const ask = {
    program: ['/usr/bin/node', '/opt/my tools/50%/groundup.js'],
    context: 'home lab',
    textfile: '/var/lib/node exporter',
    every: '5min',
    heal: ['scale-coredns'],
  };

  test('run the program itself, with words as systemd splits them', () => {
    expect(systemdText(ask, 'groundup-check.service')).toContain(
      'ExecStart=/usr/bin/node "/opt/my tools/50%%/groundup.js" check --context "home lab" --notify --timeout 30s -o prometheus --output-file "/var/lib/node exporter/groundup.prom"',
    );
  });

  test('heal only by the actions that are named', () => {
    expect(systemdText(ask, 'groundup-heal.service')).toContain(
      ' heal --context "home lab" --action scale-coredns --once\n',
    );
    expect(systemdText({ ...ask, heal: [] }, null)).not.toContain('groundup-heal');
  });

  test.skipIf(!has('systemd-analyze'))('are accepted by systemd', () => {
    const made = folder();
    for (const name of unitNames)
      writeFileSync(join(made, name), systemdText({ ...ask, program: [process.execPath] }, name));
    const { stderr } = spawnSync(
      'systemd-analyze',
      ['--user', '--man=no', 'verify', ...unitNames.map(name => join(made, name))],
      {
        encoding: 'utf8',
        env: { PATH: ['/usr/bin', '/bin'].join(delimiter), XDG_RUNTIME_DIR: made, HOME: made },
        timeout: 15_000,
      },
    );
    expect(stderr.split('\n').filter(line => line.includes('groundup'))).toEqual([]);
  });
});

describe('actions of the configuration', () => {
  test('may heal by a timer where they are known, unless they are dangerous', async () => {
    const config = join(folder(), 'config.yaml');
    const own = (id: string, danger: number) =>
      `{id: ${id}, title: ${id}, run: [/bin/true], layer: dns, danger: ${danger}}`;
    writeFileSync(config, `contexts: {lab: {actions: [${own('mine', 1)}, ${own('wild', 3)}]}}\n`, {
      mode: 0o600,
    });
    vi.stubEnv('GROUNDUP_CONFIG', config);
    onTestFinished(() => void vi.unstubAllEnvs());
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    onTestFinished(() => write.mockRestore());
    await manifests(['systemd', '--context', 'lab', '--heal', 'mine', 'groundup-heal.service']);
    expect(String(write.mock.lastCall?.[0])).toContain('heal --context lab --action mine --once');
    await expect(manifests(['systemd', '--context', 'lab', '--heal', 'wild'])).rejects.toThrow('danger 3');
    await expect(manifests(['systemd', '--heal', 'mine'])).rejects.toThrow("unknown action 'mine'");
  });

  test('need what only their author knows: the role says so', () => {
    expect(rbac('operator')).toContain('Actions of a configuration run commands of their own');
  });
});

describe('bad input', () => {
  test.each([
    [[], 'say which: rbac, cronjob, alerts, systemd'],
    [['rbc'], "unknown 'rbc'; it is one of"],
    [['rbac', 'root'], "unknown role 'root'; it is one of observer, logs, operator, prober"],
    [['rbac', '--user', 'a', '--group', 'b'], 'exclude each other'],
    [['rbac', '-n', 'Not_A_Name'], "--namespace cannot be 'Not_A_Name'"],
    [['rbac', '--cni-namespace', '*'], "--cni-namespace cannot be '*'"],
    [['cronjob'], 'say which container image holds groundup'],
    [['cronjob', '--image', 'a', '--schedule', 'often'], "--schedule cannot be 'often'"],
    [['alerts', 'more'], "unexpected argument 'more'"],
    [['systemd', 'x.service'], "unknown unit 'x.service'"],
    [['systemd', 'groundup-heal.timer'], 'say which actions may heal'],
    [['systemd', '--heal', 'everything'], "unknown action 'everything'"],
    [['systemd', '--every', 'now\nExecStart=/bin/sh'], 'write a span of systemd'],
  ])('%j gets one sentence', async (argv, text) => {
    await expect(manifests(argv)).rejects.toThrow(text);
  });
});
