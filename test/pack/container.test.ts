import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { top } from '../../src/build/bundle-options.ts';
import { makeSandbox, runCommand, startServe } from '../e2e/program.ts';

/** There is not everywhere something that builds images; what the recipe copies and starts can be judged without. */
it('what the container recipe copies runs as it says, in a home that does not exist', async () => {
  const recipe = readFileSync(join(top, 'Containerfile'), 'utf8');
  const words = (name: string): string[] =>
    JSON.parse(new RegExp(`^${name} (.*)$`, 'm').exec(recipe)?.[1] ?? '[]');
  const folder = mkdtempSync(join(tmpdir(), 'groundup-container-'));
  for (const [, sources = '', target = ''] of recipe.matchAll(/^COPY (.+) (\S+)$/gm)) {
    for (const source of sources.split(' '))
      cpSync(join(top, source), join(folder, target === './' ? source : target), { recursive: true });
  }
  const [command = '', ...args] = words('ENTRYPOINT').map(word => word.replace('/opt/groundup', folder));
  expect(command).toBe('node');
  const sandbox = makeSandbox();
  const served = await startServe(sandbox);
  const env = { HOME: '/nonexistent', KUBECONFIG: served.env.KUBECONFIG ?? '' };
  const ended = await runCommand(sandbox, process.execPath, [...args, ...words('CMD')], {
    env,
    withinMs: 60_000,
  });
  await served.stop();
  sandbox.remove();
  rmSync(folder, { recursive: true });
  expect(ended.out + ended.err).toMatch(/^demo v1\.33\.1: healthy/);
  expect(ended.code).toBe(0);
});
