import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ageLock, checkUntil, environment, isRunning, program, repository, script } from './real-cluster.ts';

describe.skipIf(!isRunning())('recover --yes on a real cluster', () => {
  const env = isRunning() ? environment() : {};
  beforeAll(() => script('fix.sh'));
  afterAll(() => script('fix.sh'));

  it.each([
    ['coredns-zero', 'dns'],
    ['coredns-crash', 'dns'],
    ['kubedns-svc-gone', 'service-discovery'],
    ['cilium-gone', 'cni'],
    ['flux-gone', 'flux'],
    ['helm-pending', 'apps'],
  ])('repairs %s', async (fault, layer) => {
    await checkUntil(env, ({ report }) => report.verdict === 'healthy', 200_000);
    script('break.sh', fault);
    if (fault === 'helm-pending') ageLock(env, 'spegel');
    await checkUntil(env, ({ report }) => report.root?.layer === layer, 120_000);
    const told: string[] = [];
    // The operator of this cluster reacts to nothing: what asks it fails, and the next call takes the next remedy.
    for (let attempt = 0; attempt < 3; attempt++) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'recover', '--yes'], {
        env,
        cwd: repository,
        encoding: 'utf8',
        timeout: 420_000,
      });
      told.push(`exit ${status}\n${stdout}${stderr}`);
      if (status !== 4) break;
    }
    // The exit code tells of the whole cluster half a minute later, which may still be on its way up.
    expect(told.at(-1), told.join('\n---\n')).toMatch(/^exit [012]\n(.*\n)*OUTCOME {3}succeeded/);
    await checkUntil(env, ({ report }) => report.verdict === 'healthy', 200_000);
  });
});
