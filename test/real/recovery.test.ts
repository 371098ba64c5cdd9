import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';
import { checkUntil, environment, isRunning, program, repository, script } from './real-cluster.ts';

describe.skipIf(!isRunning())('on a real cluster', () => {
  const env = isRunning() ? environment() : {};
  let terminal: TestTerminal | undefined;

  beforeAll(() => script('fix.sh'));
  afterAll(() => {
    terminal?.kill('SIGTERM');
    script('fix.sh');
  });

  it('says that a healthy one is healthy', async () => {
    const { code, report } = await checkUntil(env, ({ report: seen }) => seen.verdict === 'healthy', 120_000);
    expect(code).toBe(0);
    expect(report.root).toBeNull();
  });

  it('names the missing CNI, repairs it by keys with the real helmfile, and turns green only after the watch saw it', async () => {
    script('break.sh', 'cilium-gone');
    const { code, report } = await checkUntil(
      env,
      ({ report: seen }) => seen.root?.layer === 'cni' && seen.layers[1].verdict === 'blocked',
      60_000,
    );
    expect(code).toBe(2);
    expect(report.root).toMatchObject({
      problem: 'missing',
      object: { kind: 'DaemonSet', namespace: 'kube-system', name: 'cilium' },
    });

    terminal = openTerminal(process.execPath, [program], { env, cwd: repository });
    await terminal.until(/ROOT CAUSE.*DaemonSet kube-system\/cilium/);
    await terminal.until(/helmfile --file \S+ .*name=cilium sync/);
    await terminal.press('u', 'F');
    await terminal.until(/Type {2}cilium/);
    await new Promise(done => setTimeout(done, 400));
    await terminal.press(...'cilium', 'Enter');
    await terminal.until(/Upgrading release=cilium/, 30_000);
    await terminal.until(/VERIFYING|REPAIRED/, 120_000);
    await terminal.until(/REPAIRED/, 120_000);
    await checkUntil(env, ({ report: seen }) => seen.verdict === 'healthy', 180_000);
    await terminal.press('q');
    expect((await terminal.ended).code).toBe(0);
  });

  it('names CoreDNS scaled to zero as the root, not the Service above it', async () => {
    script('break.sh', 'coredns-zero');
    const { report } = await checkUntil(env, ({ report: seen }) => seen.root?.layer === 'dns', 60_000);
    expect(report.root).toMatchObject({
      problem: 'scaled-to-zero',
      object: { kind: 'Deployment', namespace: 'kube-system', name: 'coredns' },
    });
  });
});
