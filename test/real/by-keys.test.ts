import { spawnSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';
import { ageLock, checkUntil, environment, isRunning, program, repository, script } from './real-cluster.ts';

/** How long a repair may take; the slowest installs four Flux releases. */
const RUN_MS = 420_000;

describe.skipIf(!isRunning())('by keys on a real cluster', () => {
  const env = isRunning() ? environment() : {};
  const opened: TestTerminal[] = [];
  const monitor = (): TestTerminal => {
    const terminal = openTerminal(process.execPath, [program], { env, cwd: repository });
    opened.push(terminal);
    return terminal;
  };
  beforeAll(() => script('fix.sh'));
  afterEach(({ task }) => {
    for (const terminal of opened.splice(0)) terminal.kill('SIGTERM');
    // What one leaves broken must not count against the next.
    if (task.result?.state === 'fail') script('fix.sh');
  });
  afterAll(() => script('fix.sh'));

  const isGreen = () => checkUntil(env, ({ report }) => report.verdict === 'healthy', 200_000);

  it.each([
    ['coredns-zero', 'dns'],
    ['coredns-crash', 'dns'],
    ['kubedns-svc-gone', 'service-discovery'],
    ['cilium-gone', 'cni'],
    ['flux-gone', 'flux'],
    ['helm-pending', 'apps'],
  ])('%s is repaired with u, F and an answer, and its log is kept', async (fault, layer) => {
    await isGreen();
    script('break.sh', fault);
    if (fault === 'helm-pending') ageLock(env, 'spegel');
    await checkUntil(env, ({ report }) => report.root?.layer === layer, 120_000);
    const terminal = monitor();
    await terminal.until(/ROOT CAUSE/);
    await terminal.press('u');
    await terminal.until(/ARMED/);
    await repairByKeys(terminal);
    await isGreen();
    expect(await quit(terminal)).toBe(0);
    const log = groundup(env, 'runs', 'logs', 'last');
    expect(log).toContain('$ ');
    expect(log.split('\n').length).toBeGreaterThan(2);
  });

  it('A syncs everything in order, gated, and ends green', async () => {
    await isGreen();
    const terminal = monitor();
    await terminal.until(/all eight layers healthy/);
    await terminal.press('u');
    await terminal.until(/ARMED/);
    await ask(terminal, 'A');
    await answer(terminal);
    await terminal.until(/REPAIRED|FAILED|OUTCOME UNKNOWN/, RUN_MS);
    expect(terminal.screen().join('\n')).toMatch(/REPAIRED/);
    await isGreen();
    const log = groundup(env, 'runs', 'logs', 'last');
    for (const release of ['cilium', 'coredns', 'cert-manager', 'flux-instance'])
      expect(log).toContain(release);
  });

  it('a terminal that hangs up in the middle of helmfile leaves the release deployed, and the next groundup has it at once', async () => {
    await isGreen();
    script('break.sh', 'cilium-gone');
    await checkUntil(env, ({ report }) => report.root?.layer === 'cni', 120_000);
    const first = monitor();
    await first.until(/ROOT CAUSE.*cilium/);
    await first.press('u');
    await first.until(/ARMED/);
    await ask(first, 'F');
    await answer(first);
    await first.until(/Upgrading release=cilium/, 60_000);
    first.hangUp();
    const begun = performance.now();
    const second = monitor();
    await second.until(/REPAIRING|VERIFYING|REPAIRED/, 10_000);
    const attachedMs = Math.round(performance.now() - begun);
    await second.until(/REPAIRED/, RUN_MS);
    await isGreen();
    expect(releaseStates(env, 'cilium').at(-1)).toBe('deployed');
    const log = groundup(env, 'runs', 'logs', 'last');
    expect(log).toContain('Upgrading release=cilium');
    expect(log).toMatch(/UPDATED RELEASES/);
    console.log(`re-attached ${attachedMs} ms after its start`);
    expect(attachedMs).toBeLessThan(5_000);
  });
});

/** Repairs with F; a remedy that fails is followed by the next one. */
async function repairByKeys(terminal: TestTerminal): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    await ask(terminal, 'F');
    await answer(terminal);
    const screen = await terminal.until(/REPAIRED|FAILED|OUTCOME UNKNOWN/, RUN_MS);
    if (/REPAIRED/.test(screen)) return;
    await terminal.press('w');
    await terminal.until(/ROOT CAUSE/);
  }
  throw new Error(`not repaired:\n${terminal.screen().join('\n')}`);
}

/** q goes back as often as something is open, and quits at the top. Gives the exit code. */
async function quit(terminal: TestTerminal): Promise<number | null> {
  let code: number | null | undefined;
  void terminal.ended.then(end => {
    code = end.code;
  });
  await vi.waitUntil(
    async () => {
      if (code === undefined) await terminal.press('q').catch(() => undefined);
      return code !== undefined;
    },
    { timeout: 20_000, interval: 500 },
  );
  return code ?? null;
}

const asked = /Type {2}(\S+) {2}to run it|y run it|Cannot be run now/;

/** Presses a key until its question is there: what is pressed while the screen is behind counts for nothing. */
async function ask(terminal: TestTerminal, key: string): Promise<void> {
  for (let tries = 0; tries < 10 && !asked.test(terminal.screen().join('\n')); tries++) {
    await terminal.press(key);
    await terminal.until(asked, 3_000).catch(() => undefined);
  }
}

/** Answers the question as it asks: y, or the word it wants typed. */
async function answer(terminal: TestTerminal): Promise<void> {
  const found = asked.exec(await terminal.until(asked, 30_000));
  if (found?.[0].startsWith('Cannot')) throw new Error(terminal.screen().join('\n'));
  const word = found?.[1];
  if (word === undefined) {
    // A question takes no answer in its first moments, in which nobody can have read it.
    for (let tries = 0; tries < 5 && /y run it/.test(terminal.screen().join('\n')); tries++) {
      await terminal.press('y');
      await terminal.until(screen => !/y run it/.test(screen), 2_000).catch(() => undefined);
    }
    return;
  }
  const typed = new RegExp(`to run it: +${word.replaceAll(/[^\w-]/g, '.')}`);
  for (let tries = 0; tries < 5 && !typed.test(terminal.screen().join('\n')); tries++) {
    await terminal.press(...word);
    const isThere = await terminal.until(typed, 2_000).catch(() => null);
    if (isThere === null) await terminal.press(...[...word].map(() => 'Backspace'));
  }
  for (let tries = 0; tries < 5 && /to run it/.test(terminal.screen().join('\n')); tries++) {
    await terminal.press('Enter');
    await terminal.until(screen => !/to run it/.test(screen), 3_000).catch(() => undefined);
  }
}

function groundup(env: Readonly<Record<string, string>>, ...args: readonly string[]): string {
  const { stdout } = spawnSync(process.execPath, [program, ...args], {
    env,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return stdout;
}

/** The states of a release, oldest revision first. */
function releaseStates(env: Readonly<Record<string, string>>, release: string): readonly string[] {
  const columns = 'custom-columns=V:.metadata.labels.version,S:.metadata.labels.status';
  const args = ['-n', 'kube-system', 'get', 'secret', '-l', `owner=helm,name=${release}`, '-o', columns];
  const { stdout } = spawnSync('kubectl', [...args, '--no-headers'], {
    env,
    encoding: 'utf8',
    timeout: 30_000,
  });
  return stdout
    .trim()
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, status]) => status ?? '');
}
