import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../recovery/plan.ts';
import { whoAmI } from './audit.ts';
import { openAppend, privateDir, writeDurable } from './files.ts';
import { files, record, runsDir } from './journal.ts';

/** How this same program is started again: absolute paths, since the supervisor has a working directory of its own. */
export interface Launcher {
  readonly command: string;
  readonly args: readonly string[];
}

/** Writes down everything the supervisor needs. Gives the run's directory; throws when it cannot be written. */
export async function prepareRun(
  stateDir: string,
  run: { readonly id: string; readonly plan: Plan; readonly kubeconfig: string; readonly at: number },
): Promise<string> {
  const dir = join(runsDir(stateDir), run.id);
  await privateDir(runsDir(stateDir));
  await mkdir(dir, { mode: 0o700 });
  await mkdir(join(dir, files.tmp), { mode: 0o700 });
  await writeDurable(join(dir, files.kubeconfig), run.kubeconfig);
  await writeDurable(join(dir, files.plan), JSON.stringify(run.plan));
  await record(dir, { event: 'planned', at: run.at, by: whoAmI() });
  return dir;
}

/**
 * Starts the supervisor in a session of its own, which no closing terminal reaches. Resolves when the process is there;
 * rejects when it could not be started.
 */
export async function launchSupervisor(
  dir: string,
  launcher: Launcher,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  await using output = await openAppend(join(dir, 'supervisor.log'));
  const child = spawn(launcher.command, [...launcher.args, '__supervise', dir], {
    cwd: dir,
    detached: true,
    env: environment,
    stdio: ['ignore', output.fd, output.fd],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.unref();
}
