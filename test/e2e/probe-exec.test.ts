import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './api-for-tests.ts';
import { type Ended, makeSandbox, run } from './program.ts';

describe('check --probe-exec', () => {
  const sandbox = makeSandbox();
  const config = join(sandbox.folder, 'config.yaml');
  let api: TestApi;
  let commands: string[] = [];
  beforeAll(async () => {
    api = await startTestApi();
    const { behaviour } = api.cluster;
    const own = behaviour.exec;
    behaviour.exec = (namespace, pod, container, command) => {
      commands.push(`${namespace} ${container} ${command[0]}`);
      return own(namespace, pod, container, command);
    };
  });
  afterAll(async () => {
    await api.close();
    sandbox.remove();
  });
  const check = (text: string, ...flags: readonly string[]): Promise<Ended> => {
    commands = [];
    writeFileSync(config, text);
    return run(sandbox, ['check', ...flags], {
      env: { KUBECONFIG: api.kubeconfig(sandbox, 'admin'), GROUNDUP_CONFIG: config },
    });
  };
  const inPods = ['flux-system manager sh', ...Array(3).fill('kube-system cilium-agent cilium-dbg')];

  it.each([
    ['by --probe alone', '', ['--probe'], []],
    ['by the flag, which means --probe too', '', ['--probe-exec'], inPods],
    ['by the configuration', 'defaults: {probe: {exec: true}}\n', ['--probe'], inPods],
    ['by the flag where the context is protected', 'defaults: {protected: true}\n', ['--probe-exec'], inPods],
    [
      'by the configuration where the context is read-only',
      'defaults: {readOnly: true, probe: {exec: true}}\n',
      ['--probe'],
      [],
    ],
  ])('runs in pods, %s', async (_how, text, flags, expected) => {
    const { code, out, err } = await check(text, ...flags);
    expect(commands.sort()).toEqual(expected);
    expect(out).toMatch(/CNI +healthy .* probed /);
    expect([code, err]).toEqual([0, '']);
  });

  it('is refused where the configuration says readOnly', async () => {
    const { code, out, err } = await check('defaults: {readOnly: true}\n', '--probe-exec');
    const sentence = "the configuration makes 'homelab' read-only: --probe-exec runs commands in pods there";
    expect([code, out, err]).toEqual([64, '', `groundup: ${sentence}. See: groundup --help\n`]);
    expect(commands).toEqual([]);
  });

  it('says what could not be asked, and fails for no such reason', async () => {
    const { exec } = api.cluster.behaviour;
    api.cluster.behaviour.exec = () => undefined;
    const { code, err } = await check('', '--probe-exec');
    api.cluster.behaviour.exec = exec;
    expect(err.trimEnd().split('\n').sort()).toEqual([
      expect.stringMatching(/^groundup: probe P3: flux-system\/\S+ could not be asked: it has no shell$/),
      'groundup: probe P4: 3 Cilium agents could not be asked: neither cilium-dbg nor cilium is there',
    ]);
    expect(code).toBe(0);
  });
});
