import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { helmfileEnvironment, toolEnvironment } from '../../src/tools/environment.ts';
import { findTool, safePath } from '../../src/tools/find.ts';
import { locateHelmfile } from '../../src/tools/locate-helmfile.ts';
import { releasesFromList, releasesFromYaml } from '../../src/tools/read-helmfile.ts';
import { inspectWorkshop } from '../../src/tools/repository.ts';
import { runTool } from '../../src/tools/run-tool.ts';
import { readVersion } from '../../src/tools/version.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'groundup-tools-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

async function write(name: string, text: string, mode = 0o644): Promise<string> {
  const path = join(base, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}
const script = (name: string, body: string) => write(name, `#!/bin/sh\n${body}\n`, 0o755);

describe('PATH', () => {
  test('loses what a stranger could fill: relative and world-writable directories', async () => {
    await mkdir(join(base, 'open'));
    await chmod(join(base, 'open'), 0o777);
    await mkdir(join(base, 'mine'));
    const path = await safePath(`${join(base, 'open')}:.:bin::${join(base, 'mine')}:/nonexistent`);
    expect(path.dirs).toEqual([join(base, 'mine'), '/nonexistent']);
    expect(path.skipped).toEqual([
      { dir: join(base, 'open'), why: 'world-writable' },
      { dir: '.', why: 'relative' },
      { dir: 'bin', why: 'relative' },
    ]);
  });

  test('gives the first executable file that others cannot change', async () => {
    await mkdir(join(base, 'a/helm'), { recursive: true });
    await write('b/helm', 'not executable');
    await script('c/helm', 'true');
    await chmod(join(base, 'c/helm'), 0o757);
    const wanted = await script('d/helm', 'true');
    const path = await safePath(['a', 'b', 'c', 'd'].map(name => join(base, name)).join(':'));
    expect(await findTool('helm', path)).toBe(wanted);
    expect(await findTool('flux', path)).toBeNull();
  });
});

describe('the environment of tools', () => {
  const env = toolEnvironment(
    {
      HOME: '/home/ops',
      LC_ALL: 'C',
      HTTPS_PROXY: 'http://proxy:3128',
      KUBECONFIG: '/somewhere/else',
      NODE_OPTIONS: '--require evil',
      LD_PRELOAD: 'evil.so',
      SOPS_AGE_KEY: 'AGE-SECRET-KEY-1X',
      SOPS_AGE_KEY_FILE: '/home/ops/age.key',
      HELM_DEBUG: '1',
      HELM_NAMESPACE: 'other',
      CLUSTER_NAME: 'homelab',
      RANDOM_TOKEN: 'x',
      PATH: '/evil:.',
    },
    { path: ['/usr/bin'], also: ['CLUSTER_NAME', 'LD_PRELOAD'] },
  );

  test('holds what is allowed and what was asked for, nothing else', () => {
    expect(env).toEqual({
      HOME: '/home/ops',
      LC_ALL: 'C',
      HTTPS_PROXY: 'http://proxy:3128',
      SOPS_AGE_KEY_FILE: '/home/ops/age.key',
      CLUSTER_NAME: 'homelab',
      PATH: '/usr/bin',
      TERM: 'dumb',
      NO_COLOR: '1',
    });
  });

  test('points at the frozen kubeconfig when there is one', () => {
    expect(
      toolEnvironment({ KUBECONFIG: '/elsewhere' }, { path: [], also: ['KUBECONFIG'] }),
    ).not.toHaveProperty('KUBECONFIG');
    expect(toolEnvironment({}, { path: [], kubeconfig: '/run/kubeconfig' }).KUBECONFIG).toBe(
      '/run/kubeconfig',
    );
    expect(helmfileEnvironment('/repo').ROOT_DIR).toBe('/repo');
  });
});

describe('a short call', () => {
  const call = (path: string, rest = {}) =>
    runTool({ path, args: [], cwd: '/', env: { PATH: '/usr/bin:/bin' }, deadlineMs: 5_000, ...rest });

  test('gives what was printed', async () => {
    expect(await call(await script('tool', 'echo "$@"'), { args: ['a b', ';', '$(x)'] })).toEqual({
      ok: true,
      stdout: 'a b ; $(x)',
    });
  });

  test('gives exit code and last words of a failure, sanitised', async () => {
    const path = await script('tool', "printf 'boom \\033[31mred\\n' >&2; exit 3");
    expect(await call(path)).toEqual({ ok: false, why: 'failed', exitCode: 3, message: 'boom ^[[31mred' });
  });

  test('ends a hanging tool with its children at the deadline', async () => {
    const path = await script('tool', 'sleep 30 & sleep 30');
    const before = Date.now();
    expect(await call(path, { deadlineMs: 200 })).toMatchObject({ ok: false, why: 'timeout' });
    expect(Date.now() - before).toBeLessThan(4_000);
  });

  test('ends when it is cancelled', async () => {
    const path = await script('tool', 'sleep 30');
    expect(await call(path, { signal: AbortSignal.timeout(100) })).toMatchObject({
      ok: false,
      why: 'cancelled',
    });
  });

  test('refuses a flood and a missing program', async () => {
    expect(await call(await script('tool', 'yes'), { cap: 10_000 })).toMatchObject({
      ok: false,
      why: 'too-large',
    });
    expect(await call('/nonexistent/tool')).toMatchObject({ ok: false, why: 'not-started', exitCode: null });
  });
});

test.each([
  ['helmfile version 1.1.3', '1.1.3'],
  ['v3.18.4+gd80839c', '3.18.4'],
  ['flux: v2.6.1\n', '2.6.1'],
  ['Client Version: v1.33.1\nKustomize Version: v5.6.0', '1.33.1'],
  ['Task version: v3.40.1 (h1:abc)', '3.40.1'],
  ['4.0.0-rc.1', '4.0.0-rc.1'],
  ['what?', null],
])('the version in %j is %s', (text, version) => {
  expect(readVersion(text)).toBe(version);
});

describe('the helmfile is found', () => {
  const locate = (cwd: string, env = {}, configured?: { root?: string; helmfile?: string }) =>
    locateHelmfile({ cwd: join(base, cwd), env, ...(configured === undefined ? {} : { configured }) });

  test('from below, at the top of the Git repository, in the newest of the usual places', async () => {
    await write('repo/.git/HEAD', '');
    await write('repo/bootstrap/helmfile.yaml', '');
    await write('repo/bootstrap/helmfile.d/01-apps.yaml', '');
    await write('repo/Taskfile.yaml', '');
    await mkdir(join(base, 'repo/apps/media'), { recursive: true });
    expect(await locate('repo/apps/media')).toMatchObject({
      root: join(base, 'repo'),
      helmfile: 'bootstrap/helmfile.d/01-apps.yaml',
      taskfile: 'Taskfile.yaml',
    });
  });

  test('where ROOT_DIR says, even from elsewhere; and the configuration says it before', async () => {
    await write('one/bootstrap/helmfile.yaml', '');
    await write('two/kubernetes/bootstrap/apps/helmfile.yaml', '');
    const env = { ROOT_DIR: join(base, 'one') };
    expect(await locate('', env)).toMatchObject({
      root: join(base, 'one'),
      helmfile: 'bootstrap/helmfile.yaml',
    });
    expect(await locate('', env, { root: join(base, 'two') })).toMatchObject({
      helmfile: 'kubernetes/bootstrap/apps/helmfile.yaml',
    });
  });

  test('by its own name', async () => {
    await write('repo/.git/HEAD', '');
    const file = await write('repo/cluster/odd.yaml', '');
    expect(await locate('', { GROUNDUP_HELMFILE: file })).toMatchObject({
      root: join(base, 'repo'),
      helmfile: 'cluster/odd.yaml',
      taskfile: null,
    });
    expect(await locate('', { GROUNDUP_HELMFILE: join(base, 'gone.yaml') })).toMatchObject({
      helmfile: null,
    });
  });

  test('not, where there is none', async () => {
    await mkdir(join(base, 'empty'));
    expect(await locate('empty')).toBeNull();
    expect(await locate('', { ROOT_DIR: join(base, 'empty') })).toMatchObject({ helmfile: null });
  });
});

describe('releases', () => {
  test('come from what helmfile lists, without those that are not to be installed', () => {
    const listed = [
      {
        name: 'cilium',
        namespace: 'kube-system',
        enabled: true,
        installed: true,
        chart: 'cilium/cilium',
        version: '1.17.4',
      },
      { name: 'off', namespace: 'x', enabled: false, installed: true, chart: 'x/off', version: '' },
      { name: 'gone', namespace: 'x', enabled: true, installed: false, chart: 'x/gone', version: '1' },
      { nonsense: true },
      null,
    ];
    expect(releasesFromList(JSON.stringify(listed))).toEqual([
      { name: 'cilium', namespace: 'kube-system', chart: 'cilium/cilium', version: '1.17.4' },
    ]);
    expect(releasesFromList('{"a":1}')).toBeNull();
    expect(releasesFromList('<html>')).toBeNull();
  });

  test('come from the plain file as far as it can be read without templates', () => {
    const text = `
repositories: [{name: cilium, url: https://charts.test}]
---
releases:
  - name: cilium
    namespace: kube-system
    chart: cilium/cilium
    version: 1.17.4
    values: ['{{ requiredEnv "ROOT_DIR" }}/values.yaml']
  - name: coredns
    namespace: kube-system
    chart: '{{ .Values.chart }}'
    version: '{{ .Values.version }}'
`;
    expect(releasesFromYaml(text)).toEqual([
      { name: 'cilium', namespace: 'kube-system', chart: 'cilium/cilium', version: '1.17.4' },
      { name: 'coredns', namespace: 'kube-system', chart: 'coredns', version: null },
    ]);
    expect(releasesFromYaml('{{ range .Values.x }}\n- {{ . }}')).toBeNull();
    expect(releasesFromYaml('')).toBeNull();
  });
});

describe('the workshop', () => {
  const helmfile = `
bases:
  - ../common.yaml.gotmpl
releases:
  - name: cilium
    namespace: kube-system
    chart: cilium/cilium
    values: ['{{ requiredEnv "ROOT_DIR" }}/v.yaml']
`;
  const inspect = (env: Record<string, string> = {}) =>
    inspectWorkshop({ cwd: join(base, 'repo'), env: { PATH: `${join(base, 'bin')}:/usr/bin:/bin`, ...env } });

  beforeEach(async () => {
    await write('repo/.git/HEAD', '');
    await write('repo/bootstrap/helmfile.yaml', helmfile);
    await write('repo/common.yaml.gotmpl', 'x: {{ requiredEnv "CLUSTER_NAME" }}');
  });

  test('asks helmfile, in the repository and with its environment', async () => {
    const list = `[{"name":"from-'$CLUSTER_NAME'","namespace":"'$(basename "$PWD")'","enabled":true,"installed":true,"chart":"a/b","version":"1.0.0"}]`;
    const body = `case "$1" in --version) echo helmfile version 1.1.3;; *) [ "$*" = "--file bootstrap/helmfile.yaml list --skip-charts --output json" ] && [ -n "$ROOT_DIR" ] && echo '${list}';; esac`;
    const path = await script('bin/helmfile', body);
    expect(await inspect({ CLUSTER_NAME: 'homelab' })).toMatchObject({
      tools: { helmfile: { path, version: '1.1.3' } },
      repository: {
        root: join(base, 'repo'),
        helmfile: 'bootstrap/helmfile.yaml',
        missingEnv: [],
        requiredEnv: ['ROOT_DIR', 'CLUSTER_NAME'],
        env: { ROOT_DIR: join(base, 'repo') },
        releases: [{ name: 'from-homelab', namespace: 'repo', chart: 'a/b', version: '1.0.0' }],
      },
    });
  });

  test('reads the file itself when helmfile fails, and says what the helmfile misses', async () => {
    await script('bin/helmfile', 'echo nonsense; exit 1');
    expect(await inspect()).toMatchObject({
      tools: { helmfile: { version: null } },
      repository: { missingEnv: ['CLUSTER_NAME'], releases: [{ name: 'cilium', version: null }] },
    });
  });

  test('without tools and repository says so', async () => {
    const empty = await inspectWorkshop({ cwd: base, env: { PATH: '' } });
    expect(empty).toEqual({ tools: {}, repository: null });
  });
});
