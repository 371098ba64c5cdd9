import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where the scripts of the real cluster are (`up.sh`, `break.sh`, `fix.sh`, `status.sh`); it must be running. */
const folder = resolve(
  process.env.GROUNDUP_REALCLUSTER ?? join(import.meta.dirname, '../../../shared/realcluster'),
);
const state = process.env.GROUNDUP_CLUSTER_DIR ?? join(tmpdir(), 'groundup-cluster');

/** False, with one line, when there is no real cluster to test on. */
export function isRunning(): boolean {
  const there = existsSync(join(folder, 'status.sh')) && existsSync(join(state, 'kubeconfig'));
  if (!there)
    console.log(
      'no real cluster is running: this suite is skipped (build and start one with the scripts named by GROUNDUP_REALCLUSTER)',
    );
  return there;
}

export const repository = folder;

/** The environment that points every tool at the cluster, with runs written to a folder of their own. */
export function environment(): Record<string, string> {
  const { stdout } = spawnSync(join(folder, 'status.sh'), ['env'], { encoding: 'utf8' });
  const lines = stdout.split('\n').flatMap(line => /^export (\w+)=(.*)$/.exec(line)?.slice(1, 3) ?? []);
  const env: Record<string, string> = {
    HOME: process.env.HOME ?? '/',
    XDG_STATE_HOME: mkdtempSync(join(tmpdir(), 'groundup-real-')),
  };
  for (let i = 0; i < lines.length; i += 2) env[lines[i] ?? ''] = (lines[i + 1] ?? '').replaceAll('\\', '');
  return env;
}

export function script(name: 'break.sh' | 'fix.sh', ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(join(folder, name), [...args], { encoding: 'utf8', timeout: 280_000 });
  if (status !== 0) throw new Error(`${name} ${args.join(' ')} ended with ${status}: ${stderr}`);
}

export interface Checked {
  readonly code: number | null;
  // biome-ignore lint/suspicious/noExplicitAny: the report is validated against its schema elsewhere; here single facts are read
  readonly report: any;
}

/** `groundup check -o json` on the real cluster. */
export function check(env: Readonly<Record<string, string>>, ...more: readonly string[]): Checked {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'check', '-o', 'json', ...more], {
    encoding: 'utf8',
    env,
    cwd: folder,
    timeout: 120_000,
  });
  if (stdout === '') throw new Error(`check printed nothing: ${stderr}`);
  return { code: status, report: JSON.parse(stdout) };
}

export const program = resolve(import.meta.dirname, '../../bin/groundup.js');

/** Looks again until it is so; the cluster takes its time. */
export async function checkUntil(
  env: Readonly<Record<string, string>>,
  holds: (checked: Checked) => boolean,
  withinMs: number,
): Promise<Checked> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const checked = check(env);
    if (holds(checked)) return checked;
    if (performance.now() > deadline)
      throw new Error(
        `not within ${withinMs / 1000} s; last: ${JSON.stringify(checked.report.root ?? checked.report.verdict)}`,
      );
  }
}

/** As if the Helm client had died a quarter of an hour ago: a younger lock may belong to one that lives. */
export function ageLock(env: Readonly<Record<string, string>>, release: string): void {
  const old = Math.floor(Date.now() / 1000) - 900;
  const selector = `owner=helm,name=${release},status in (pending-install,pending-upgrade)`;
  const labels = [`modifiedAt=${old}`, `createdAt=${old}`];
  const args = ['label', 'secret', '--overwrite', '--all-namespaces', '-l', selector, ...labels];
  const { status, stderr } = spawnSync('kubectl', args, { env, encoding: 'utf8', timeout: 30_000 });
  if (status !== 0) throw new Error(`the lock of ${release} cannot be made old: ${stderr}`);
}
