import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Simulation, startSimulation } from '../../src/simulator/start-simulation.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';
import { program } from './program.ts';

const file = (path: string): string => new URL(path, import.meta.url).pathname;

let simulation: Simulation;
beforeEach(async () => {
  simulation = await startSimulation({
    // Slow enough that helm is met at work.
    speed: 5,
    toolsEntry: { command: process.execPath, script: file('../../dist/tools.js') },
  });
}, 30_000);
afterEach(() => simulation.close());

const environment = (): Record<string, string> => ({ HOME: simulation.folder, ...simulation.env });

/** The newest revision of a release, as Helm's record of it says. */
function newest(release: string): string {
  const revisions = simulation.world
    .list('/secrets', 'flux-system')
    .flatMap(({ metadata }) => (metadata.labels?.name === release ? [metadata.labels] : []))
    .toSorted((a, b) => Number(b.version) - Number(a.version));
  return `${revisions[0]?.version} ${revisions[0]?.status}`;
}

async function eventually(what: string, isSo: () => boolean | Promise<boolean>, withinMs = 30_000) {
  const until = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > until) throw new Error(`never: ${what}`);
    await new Promise(done => setTimeout(done, 30));
  }
}

async function runs(...words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [program, 'runs', ...words], { env: environment(), timeout: 30_000 });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  await once(child, 'close');
  return out;
}

/** Closes the terminal while helm works, as a lost connection does; everything in its session is hung up. */
async function hangUpMidHelm(terminal: TestTerminal, before: string): Promise<void> {
  await eventually('helm at work', () => newest('flux-operator').endsWith(' pending-upgrade'));
  terminal.kill('SIGHUP');
  await terminal.ended;
  expect(newest('flux-operator')).not.toBe(before);
}

/** The run went on without anybody, and the release is not left locked. */
async function expectDeployed(before: string): Promise<void> {
  const [revision = ''] = before.split(' ');
  await eventually('deployed', () => newest('flux-operator') === `${Number(revision) + 1} deployed`);
  await eventually('the end on disk', async () =>
    (await runs('show', 'last')).includes('step 1 ended with 0'),
  );
}

describe('a terminal that is hung up while helmfile works', { timeout: 90_000 }, () => {
  test('under groundup recover: the release ends deployed, and the whole log is there', async () => {
    const before = newest('flux-operator');
    const args = [program, 'recover', 'sync-release', 'flux-operator', '--yes'];
    const terminal = openTerminal(process.execPath, args, { env: environment(), cwd: simulation.folder });
    await terminal.until(/Upgrading release=flux-operator/);
    await hangUpMidHelm(terminal, before);
    await expectDeployed(before);
    const log = await runs('logs', 'last');
    expect(log).toContain('Upgrading release=flux-operator');
    expect(log).toContain('UPDATED RELEASES');
  });

  test('under the monitor: the release ends deployed, and the next groundup shows the run', async () => {
    const before = newest('flux-operator');
    const open = () =>
      openTerminal(process.execPath, [program, '--allow-actions'], {
        env: environment(),
        cwd: simulation.folder,
      });
    const first = open();
    await first.until(/all eight layers healthy[\s\S]*[456] components/);
    await eventually('the list of releases', async () => {
      if (/\d remedies/.test(first.screen().join('\n'))) return true;
      // Until the workstation was looked at, there is none.
      await first.press('S');
      return false;
    });
    const marked = () => first.screen().find(row => row.includes('▸ S ')) ?? '';
    await eventually('the release is chosen', async () => {
      const before = marked();
      if (before.includes('Sync release flux-operator')) return true;
      await first.press('Down');
      // One step at a time: the list does not go round.
      await first.until(() => marked() !== before, 2_000).catch(() => undefined);
      return false;
    });
    await first.press('Enter');
    await first.until(/y run it/);
    await eventually('the answer was taken', async () => {
      await first.press('y');
      return /REPAIRING/.test(first.screen().join('\n'));
    });
    await hangUpMidHelm(first, before);
    const next = open();
    await next.until(/(REPAIRING|VERIFYING|REPAIRED)[\s\S]*Upgrading release=flux-operator/, 40_000);
    await expectDeployed(before);
    await next.press('q');
    next.kill('SIGKILL');
    await next.ended;
  });
});
