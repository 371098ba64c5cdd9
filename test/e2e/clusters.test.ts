import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubeconfigText } from '../../src/simulator/api/kubeconfig.ts';
import { startTestApi, type TestApi } from './api-for-tests.ts';
import { eventually, makeSandbox, run, type Sandbox, show } from './program.ts';

let well: TestApi;
let ill: TestApi;
let sandbox: Sandbox;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  [well, ill] = await Promise.all([startTestApi(), startTestApi()]);
  sandbox = makeSandbox();
  const files = Object.entries({ alpha: well, beta: ill }).map(([context, { url, cluster }]) => {
    const path = join(sandbox.folder, context);
    writeFileSync(path, kubeconfigText({ url, token: 'admin', context, clock: cluster.clock }), {
      mode: 0o600,
    });
    return path;
  });
  env = { KUBECONFIG: files.join(':') };
  await eventually(
    'alpha',
    () => check('--context', 'alpha'),
    ({ code }) => code === 0,
  );
  await eventually(
    'beta',
    () => check('--context', 'beta'),
    ({ code }) => code === 0,
  );
  ill.cluster.faults.find(({ name }) => name === 'coredns-zero')?.apply(ill.cluster);
  await eventually(
    'beta',
    () => check('--context', 'beta'),
    ({ code }) => code === 2,
  );
});
afterAll(async () => {
  await Promise.all([well.close(), ill.close()]);
  sandbox.remove();
});

const check = (...args: readonly string[]) => run(sandbox, ['check', ...args], { env });
const both = ['--context', 'alpha', '--context', 'beta'];
const coredns = ({ cluster }: TestApi) => cluster.world.get('apps/deployments', 'kube-system', 'coredns');
const replicas = (api: TestApi): unknown => coredns(api)?.spec?.replicas;
const generation = (api: TestApi): unknown => coredns(api)?.metadata.generation;

describe('two clusters', () => {
  it('are checked at once: both are told, the exit code is that of the worse', async () => {
    const text = await check(...both);
    expect([text.code, text.out]).toEqual([
      2,
      expect.stringMatching(/^2 clusters: down\n {2}alpha .*: healthy\n {2}beta .*: down - /),
    ]);
    const json = await check(...both, '-o', 'json');
    expect(JSON.parse(json.out)).toMatchObject({
      schema: 'groundup.dev/checks/v1',
      clusters: [{ verdict: 'healthy' }, { verdict: 'down', root: { layer: 'dns' } }],
    });
  });

  it('stand in a strip, are walked with keys, and what is run in one stays there', async () => {
    const before = generation(well);
    const terminal = show(sandbox, both, { columns: 120, rows: 40, env });
    const strip = await terminal.until(/● \[alpha\] healthy +✗ beta down DNS/);
    expect(strip).toContain('all eight layers healthy');
    await terminal.press('}');
    const other = await terminal.until(/ROOT CAUSE[\s\S]*coredns/);
    expect(other).toMatch(/● alpha healthy +✗ \[beta\] down DNS/);
    await terminal.press('c');
    await terminal.until(/alpha +● healthy[\s\S]*beta {2}shown now +✗ down DNS/);
    await terminal.press('Esc');
    await terminal.until(screen => !screen.includes('shown now'));
    await terminal.press('u');
    await terminal.until(/ARMED/);
    // The tools are asked for in every cluster anew; the repair is offered when they have answered.
    await terminal.until(/F {2}repair/);
    await terminal.press('F');
    await terminal.until(/Scale Deployment kube-system\/coredns to 2/);
    // Keys in the first 300 ms of a question are not answers.
    await eventually(
      'the answer',
      async () => {
        if (/REPAIR(ING|ED)/.test(terminal.screen().join('\n'))) return true;
        if (/Scale Deployment/.test(terminal.screen().join('\n'))) await terminal.press('y');
        return false;
      },
      isTaken => isTaken,
    );
    await terminal.press('{');
    const back = await terminal.until(/● \[alpha\] healthy +. beta/);
    expect(back).toContain('read-only');
    expect(back).not.toContain('REPAIRING');
    await eventually(
      'CoreDNS of beta',
      () => replicas(ill),
      wanted => wanted === 2,
      30_000,
    );
    expect(replicas(well)).toBe(2);
    expect(generation(well)).toBe(before);
    await terminal.press('Ctrl-C');
    expect((await terminal.ended).code).toBe(0);
  });
});
