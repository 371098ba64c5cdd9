import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { layerOf } from '../../src/recovery/releases.ts';
import { locateHelmfile } from '../../src/tools/locate-helmfile.ts';
import { hasBareHooks, releasesFromYaml, requiredEnv } from '../../src/tools/read-helmfile.ts';
import { inspectWorkshop } from '../../src/tools/repository.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'groundup-helmfiles-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
}
const locate = (env: Readonly<Record<string, string>> = {}) =>
  locateHelmfile({ cwd: root, env: { ROOT_DIR: root, ...env } });

describe('the layouts of homelab repositories', () => {
  test.each<[string, readonly string[], string | null, string | null]>([
    [
      'a directory of numbered files, the definitions beside the releases',
      ['bootstrap/helmfile.d/00-crds.yaml', 'bootstrap/helmfile.d/01-apps.yaml'],
      'bootstrap/helmfile.d/01-apps.yaml',
      'bootstrap/helmfile.d/00-crds.yaml',
    ],
    [
      'a directory of named files with a common base',
      ['bootstrap/helmfile/apps.yaml', 'bootstrap/helmfile/crds.yaml', 'bootstrap/helmfile/default.yaml'],
      'bootstrap/helmfile/apps.yaml',
      'bootstrap/helmfile/crds.yaml',
    ],
    ['one file', ['bootstrap/helmfile.yaml'], 'bootstrap/helmfile.yaml', null],
    [
      'one file that is a template',
      ['bootstrap/helmfile.yaml.gotmpl'],
      'bootstrap/helmfile.yaml.gotmpl',
      null,
    ],
    [
      'everything below kubernetes/',
      ['kubernetes/bootstrap/helmfile/apps.yaml'],
      'kubernetes/bootstrap/helmfile/apps.yaml',
      null,
    ],
    [
      'an apps folder below kubernetes/bootstrap',
      ['kubernetes/bootstrap/apps/helmfile.yaml'],
      'kubernetes/bootstrap/apps/helmfile.yaml',
      null,
    ],
    ['the old place', ['kubernetes/bootstrap/helmfile.yaml'], 'kubernetes/bootstrap/helmfile.yaml', null],
    [
      'a directory of other names, which is never used as one',
      ['bootstrap/helmfile.d/10-mine.yaml'],
      null,
      null,
    ],
    ['a directory that has the name of a file', ['bootstrap/helmfile.yaml/apps.yaml'], null, null],
    [
      'the old and the new form at once: the new one',
      ['bootstrap/helmfile.yaml', 'bootstrap/helmfile/apps.yaml'],
      'bootstrap/helmfile/apps.yaml',
      null,
    ],
  ])('%s', async (_, files, helmfile, crds) => {
    await write(Object.fromEntries(files.map(name => [name, 'releases: []\n'])));
    expect(await locate()).toMatchObject({ helmfile, crds });
  });

  test('a directory named by the user is not taken for a helmfile', async () => {
    await write({ 'bootstrap/helmfile.d/01-apps.yaml': 'releases: []\n' });
    expect(await locate({ GROUNDUP_HELMFILE: 'bootstrap/helmfile.d' })).toMatchObject({ helmfile: null });
  });
});

describe('releases of real helmfiles', () => {
  const named = (text: string) =>
    releasesFromYaml(text)?.map(one => `${one.namespace}/${one.name} ${one.chart} ${layerOf(one) ?? '-'}`) ??
    null;

  test('take namespace and chart from the templates that they inherit', () => {
    expect(
      named(`---
bases: [default.yaml]
---
templates:
  system: &system
    namespace: kube-system
    chart: oci://charts.test/mirror/{{ .Release.Name }}
  plain:
    namespace: flux-system
defaultInherit: plain
releases:
  - name: cilium
    inherit: [{ template: system }]
  - name: flux-instance
    chart: oci://charts.test/charts/flux-instance
  - <<: *system
    name: coredns
`),
    ).toEqual([
      'kube-system/cilium oci://charts.test/mirror/cilium cni',
      'flux-system/flux-instance oci://charts.test/charts/flux-instance flux',
      'kube-system/coredns oci://charts.test/mirror/coredns dns',
    ]);
  });

  test('are told apart by their chart, whatever they and their namespaces are called', () => {
    expect(
      named(`releases:
  - { name: network, namespace: networking, chart: cilium/cilium }
  - { name: cluster-dns, namespace: kube-system, chart: 'oci://charts.test/coredns/charts/coredns:1.42.1' }
  - { name: cilium, namespace: tools, chart: bjw-s/app-template }
  - { name: cert-manager, namespace: network, chart: jetstack/cert-manager }
  - { name: gitops, namespace: gitops, chart: ./charts/flux2 }
`),
    ).toEqual([
      'networking/network cilium/cilium cni',
      'kube-system/cluster-dns oci://charts.test/coredns/charts/coredns:1.42.1 dns',
      'tools/cilium bjw-s/app-template -',
      'network/cert-manager jetstack/cert-manager -',
      'gitops/gitops ./charts/flux2 flux',
    ]);
  });

  test('with values that only helmfile can compute keep what can be read', () => {
    expect(
      releasesFromYaml(`releases:
  - name: cilium
    namespace: kube-system
    chart: '{{ tpl (readFile "release.yaml.gotmpl") . }}'
    version: '{{ .Values.version }}'
`),
    ).toEqual([{ name: 'cilium', namespace: 'kube-system', chart: 'cilium', version: null }]);
  });

  test('cannot be read from a file that is no YAML before its templates are filled in', () => {
    expect(named('releases:\n{{ range .Values.apps }}\n  - name: {{ . }}\n{{ end }}\n')).toBeNull();
  });
});

describe('hooks', () => {
  test.each<[boolean, string]>([
    [true, 'hooks: [{ events: [postsync], command: kubectl, args: [wait, --for=create, crd/x] }]'],
    [
      true,
      'hooks:\n      - events: ["postsync"]\n        command: bash\n        args: ["-c", "until kubectl get crd x; do sleep 5; done"]',
    ],
    [
      false,
      'hooks:\n      - events: ["presync"]\n        command: kubectl\n        args: ["--context", "homelab", "get", "ns"]',
    ],
    [false, 'hooks:\n      - events: ["prepare"]\n        command: sops\n        args: ["--version"]'],
    [false, 'wait: true'],
  ])('without a context: %s', (bare, text) => {
    expect(hasBareHooks(`releases:\n  - name: cilium\n    ${text}\n`)).toBe(bare);
  });
});

describe('required variables', () => {
  test('are found in the helmfile, in its bases and in its value files, each once', async () => {
    await write({
      'bootstrap/helmfile.yaml': `bases:
  - ../shared/environments.yaml
releases:
  - name: cilium
    values: ['{{ requiredEnv "ROOT_DIR" }}/cilium.yaml']
  - name: coredns
    values: [./values/coredns.yaml.gotmpl, "./values/more.yaml"]
`,
      'shared/environments.yaml': `environments: { default: { values: [{ name: {{ requiredEnv "CLUSTER_NAME" }} }] } }\n`,
      'bootstrap/values/coredns.yaml.gotmpl': `ip: {{ requiredEnv "DNS_IP" }}\nroot: {{ requiredEnv "ROOT_DIR" }}\n`,
    });
    expect(await requiredEnv(root, 'bootstrap/helmfile.yaml')).toEqual([
      'ROOT_DIR',
      'CLUSTER_NAME',
      'DNS_IP',
    ]);
  });

  test('that are not set are named, and the rest of the workshop is told', async () => {
    await write({
      'bootstrap/helmfile.d/00-crds.yaml': 'releases: []\n',
      'bootstrap/helmfile.d/01-apps.yaml': `releases:
  - name: flux-instance
    namespace: flux-system
    chart: oci://charts.test/flux-instance
    values: ['{{ requiredEnv "CLUSTER_NAME" }}.yaml']
    hooks: [{ events: [postsync], command: kubectl, args: [apply] }]
`,
    });
    const { repository } = await inspectWorkshop({ cwd: root, env: { PATH: '', ROOT_DIR: root } });
    expect(repository).toMatchObject({
      helmfile: 'bootstrap/helmfile.d/01-apps.yaml',
      crds: 'bootstrap/helmfile.d/00-crds.yaml',
      hooks: true,
      missingEnv: ['CLUSTER_NAME'],
      releases: [{ name: 'flux-instance', namespace: 'flux-system' }],
    });
  });
});
