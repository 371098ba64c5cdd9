import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { wantedNode } from '../../src/cli/doctor.ts';
import type { Component } from '../../src/diagnosis/diagnosis.ts';
import {
  examineCluster,
  examineKubeconfig,
  examinePermissions,
  type KubeconfigFacts,
} from '../../src/doctor/access.ts';
import type { Examined } from '../../src/doctor/examined.ts';
import { doctorJson, doctorText, healthOf } from '../../src/doctor/print.ts';
import { examineRepository } from '../../src/doctor/repository.ts';
import { examineTerminal } from '../../src/doctor/terminal.ts';
import { examineWorkstation, isAtLeast, type WorkstationFacts } from '../../src/doctor/workstation.ts';
import { field } from '../../src/text/field.ts';
import { say } from '../../src/text/safe.ts';
import { component, release, workshop } from '../recovery/bench.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const DAY = 86_400_000;
const wrong = (all: readonly Examined[]) =>
  all
    .filter(one => one.state !== 'ok')
    .map(one => `${one.state}: ${one.text}${one.cure === null ? '' : ` -> ${one.cure}`}`);

describe('the workstation', () => {
  const tool = { path: '/usr/bin/tool', version: say`1.2.3` };
  const sound: WorkstationFacts = {
    node: { version: '24.21.0', wanted: '22.18' },
    tools: { helmfile: tool, helm: tool, flux: tool, kubectl: tool, task: tool },
    skipped: [],
    sessionEnds: null,
    drills: [],
    state: { folder: '/home/ops/state', mode: 0o700, writable: true, freeBytes: 10e9 },
  };

  test('that has everything is told without a complaint', () => {
    expect(wrong(examineWorkstation(sound))).toEqual([]);
  });

  test.each<[string, Partial<WorkstationFacts>, RegExp]>([
    ['an old Node', { node: { version: '20.9.1', wanted: '22.18' } }, /^problem: Node 20.9.1 is older than/],
    [
      'a missing tool',
      { tools: { ...sound.tools, flux: undefined as never } },
      /^note: flux is not on the PATH/,
    ],
    [
      'a mute tool',
      { tools: { ...sound.tools, helm: { ...tool, version: null } } },
      /does not tell its version/,
    ],
    ['an unsafe PATH', { skipped: [{ dir: '/tmp', why: 'world-writable' }] }, /-> chmod o-w \/tmp$/],
    ['KillUserProcesses', { sessionEnds: say`this machine ends all processes` }, /^note: this machine ends/],
    ['a folder of others', { state: { ...sound.state, writable: false } }, /^problem: .*cannot be written/],
    ['a folder for all', { state: { ...sound.state, mode: 0o755 } }, /-> chmod 700 \/home\/ops\/state$/],
    [
      'a drill that was killed',
      { drills: [say`dns-gone on lab`] },
      /^problem: the drill dns-gone on lab was not undone -> groundup drill --undo/,
    ],
    ['a full disk', { state: { ...sound.state, freeBytes: 5_000_000 } }, /has only 5 MiB left/],
  ])('%s is told with its cure', (_name, change, text) => {
    expect(wrong(examineWorkstation({ ...sound, ...change }))).toEqual([expect.stringMatching(text)]);
  });

  test('needs the Node that the package asks for', () => {
    const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(engines.node).toBe(`>=${wantedNode}`);
    expect([
      isAtLeast('22.18.0', '22.18'),
      isAtLeast('22.9.0', '22.18'),
      isAtLeast('23.0.0', '22.18'),
    ]).toEqual([true, false, true]);
  });
});

describe('the kubeconfig', () => {
  const sound: KubeconfigFacts = {
    context: say`homelab`,
    server: say`https://10.0.0.10:6443`,
    insecure: false,
    files: [{ path: say`/home/ops/.kube/config`, mode: 0o600 }],
    way: 'certificate',
    certificateExpires: NOW + 90 * DAY,
    tokenExpires: null,
    plugin: null,
  };
  const plugin = { command: say`kubelogin`, hint: say``, found: true };

  test.each<[string, Partial<KubeconfigFacts>, readonly RegExp[]]>([
    ['sound', {}, []],
    [
      'readable by others',
      { files: [{ path: say`/c`, mode: 0o644 }] },
      [/^note: .*\(mode 644\) -> chmod 600 \/c$/],
    ],
    ['insecure', { insecure: true }, [/^note: .*not checked/]],
    ['expiring', { certificateExpires: NOW + 3 * DAY }, [/^note: the client certificate expires in 3 days/]],
    ['expired', { certificateExpires: NOW - DAY }, [/^problem: the client certificate has expired/]],
    ['with a token for an hour', { tokenExpires: NOW + 1_800_000 }, [/^note: the token expires in 1 hours/]],
    ['with a plugin', { plugin }, []],
    [
      'with a plugin that is not there',
      { plugin: { ...plugin, found: false } },
      [/^problem: .*kubelogin, which is not/],
    ],
  ])('%s', (_name, change, texts) => {
    expect(wrong(examineKubeconfig({ ...sound, ...change }, NOW))).toEqual(
      texts.map(text => expect.stringMatching(text)),
    );
  });
});

describe('the cluster', () => {
  const sound = {
    reached: true,
    failure: null,
    version: say`v1.33.1`,
    serverCertificateExpires: NOW + 90 * DAY,
    clockSkew: 0,
  };
  test.each([
    ['answers', {}, []],
    ['is away', { reached: false, failure: say`10.0.0.10 refuses connections.` }, [/^problem: .*refuses/]],
    [
      'will be locked',
      { serverCertificateExpires: NOW + 8 * DAY },
      [/^note: .*API server expires in 8 days/],
    ],
    ['has another time', { clockSkew: -95_000 }, [/^note: the clocks .* are 95 s apart/]],
  ])('%s', (_name, change, texts) => {
    expect(wrong(examineCluster({ ...sound, ...change }, NOW))).toEqual(
      texts.map(text => expect.stringMatching(text)),
    );
  });

  test('permissions: what is refused is a problem only where nothing works without it', () => {
    const base = { asked: 4, unsure: 0, cure: say`ask for it` };
    const denied = [say`list nodes`, say`list pods`, say`watch pods`, say`list events`];
    expect(
      wrong(
        examinePermissions([
          { ...base, use: say`watch`, denied, needed: true },
          { ...base, use: say`probe`, denied: denied.slice(0, 1), needed: false },
          { ...base, use: say`read logs`, denied: [], unsure: 2, needed: false },
          { ...base, use: say`act`, denied: [], needed: false },
        ]),
      ),
    ).toEqual([
      'problem: watch: you may not list nodes, list pods, watch pods, and 1 more -> ask for it',
      'note: probe: you may not list nodes -> ask for it',
      'unknown: read logs: 2 of 4 questions were not answered',
    ]);
  });
});

describe('the repository', () => {
  const releases = [release('cilium', 'kube-system', 'cilium/cilium', '1.17.4')];
  const found = { ...workshop.repository, taskfile: say`Taskfile.yaml`, releases };
  const cilium = (installed: string | null, status?: 'deployed' | 'failed'): Component => ({
    ...component('cilium', 'kube-system', installed),
    wanted: field('1.17.4'),
    release: status === undefined ? null : { status, revision: 7, changedAt: null },
  });
  const tasks = ['bootstrap:apps'];

  test.each<[string, Parameters<typeof examineRepository>[0], readonly string[]]>([
    ['as wanted', { repository: found, tasks, components: [cilium('1.17.4', 'deployed')] }, []],
    ['none', { repository: null, tasks: null, components: null }, ['note: there is no repository']],
    [
      'without a helmfile',
      { repository: { ...found, helmfile: null, releases: null }, tasks, components: [] },
      ['note: it has no helmfile'],
    ],
    [
      'missing environment',
      {
        repository: { ...found, missingEnv: [say`CLUSTER_NAME`] },
        tasks,
        components: [cilium('1.17.4', 'deployed')],
      },
      ['problem: bootstrap/helmfile.yaml requires the variable CLUSTER_NAME'],
    ],
    [
      'a missing task',
      { repository: found, tasks: ['default'], components: [cilium('1.17.4', 'deployed')] },
      ['note: Taskfile.yaml has no task bootstrap:apps'],
    ],
    [
      'a task behind a template',
      { repository: found, tasks: ['bootstrap:*'], components: [cilium('1.17.4', 'deployed')] },
      [],
    ],
    [
      'a missing release',
      { repository: found, tasks, components: [cilium(null)] },
      [
        'problem: release kube-system/cilium is wanted and not installed -> groundup recover sync-release cilium',
      ],
    ],
    [
      'a failed release',
      { repository: found, tasks, components: [cilium('1.17.4', 'failed')] },
      ['problem: release kube-system/cilium is failed'],
    ],
    [
      'another version',
      { repository: found, tasks, components: [cilium('1.16.0', 'deployed')] },
      ['note: release kube-system/cilium: the helmfile wants 1.17.4, installed is 1.16.0'],
    ],
    [
      'a cluster that cannot be asked',
      { repository: found, tasks, components: null },
      ['unknown: whether its releases are installed'],
    ],
  ])('%s', (_name, facts, texts) => {
    expect(wrong(examineRepository(facts))).toEqual(texts.map(text => expect.stringContaining(text)));
  });
});

describe('the terminal', () => {
  const sound = {
    isTerminal: true,
    term: 'xterm-256color',
    dumb: false,
    colour: true,
    unicode: true,
    columns: 120,
    rows: 40,
  };
  test.each([
    ['is fine', {}, []],
    ['is none', { isTerminal: false }, []],
    ['is dumb', { dumb: true, term: 'dumb' }, [/^problem: TERM is 'dumb'/]],
    ['is small', { columns: 60 }, [/^note: 60x40 is small/]],
    ['has no colours', { colour: false }, [/^note: no colours/]],
    ['has no UTF-8', { unicode: false }, [/LANG/]],
  ])('%s', (_name, change, texts) => {
    expect(wrong(examineTerminal({ ...sound, ...change }))).toEqual(
      texts.map(text => expect.stringMatching(text)),
    );
  });
});

test('the report puts the cure below its problem, and machines get the same', () => {
  const examined: readonly Examined[] = [
    { topic: 'cluster', state: 'problem', text: say`it is away`, cure: say`look at it` },
    { topic: 'workstation', state: 'ok', text: say`Node 24`, cure: null },
  ];
  expect(doctorText(examined)).toBe(
    'workstation\n  ok       Node 24\n\ncluster\n  PROBLEM  it is away\n           -> look at it\n\n1 problem\n',
  );
  expect(JSON.parse(doctorJson(examined))).toEqual({
    schema: 'groundup.dev/doctor/v1',
    health: 'broken',
    examined,
  });
  expect([
    healthOf([]),
    healthOf(examined.slice(1)),
    healthOf([{ ...(examined[1] as Examined), state: 'note' }]),
  ]).toEqual(['ok', 'ok', 'limited']);
});
