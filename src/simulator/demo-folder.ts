import { chmod, lstat, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeRepository } from './repository/write-repository.ts';

/** How the simulated tools are run: `command script TOOL arguments`. */
export interface ToolsEntry {
  readonly command: string;
  readonly script: string;
}

export interface DemoFolder {
  readonly folder: string;
  readonly kubeconfig: string;
  readonly bin: string;
  readonly repository: string;
  readonly state: string;
  /** Removes everything. A tool that still runs may write at the same moment, so it is tried again. */
  remove(): Promise<void>;
}

const PREFIX = 'groundup-demo-';
const TOOLS = ['helmfile', 'helm', 'flux', 'kubectl', 'task'];
const PRIVATE_DIR = 0o700;
const PRIVATE_FILE = 0o600;

/** Makes the private folder of one simulation: kubeconfig, tools, repository and a place for state. */
export async function makeDemoFolder(options: {
  readonly kubeconfig: string;
  readonly toolsEntry: ToolsEntry;
  readonly speed: number;
  readonly helm?: 3 | 4;
}): Promise<DemoFolder> {
  await sweep();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const paths = {
    kubeconfig: join(folder, 'kubeconfig'),
    bin: join(folder, 'bin'),
    repository: join(folder, 'repository'),
    state: join(folder, 'state'),
  };
  await chmod(folder, PRIVATE_DIR);
  await writeFile(paths.kubeconfig, options.kubeconfig, { mode: PRIVATE_FILE });
  for (const made of [paths.bin, paths.state]) await mkdir(made, { mode: PRIVATE_DIR });
  for (const tool of TOOLS) {
    await writeFile(
      join(paths.bin, tool),
      wrapper(tool, options.toolsEntry, options.speed, options.helm ?? 3),
      {
        mode: PRIVATE_DIR,
      },
    );
  }
  await writeRepository(paths.repository);
  return {
    folder,
    ...paths,
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
  };
}

/** The speed stands in the wrapper too: programs that run tools need not pass our variables on. */
function wrapper(tool: string, { command, script }: ToolsEntry, speed: number, helm: 3 | 4): string {
  const speedLine = `GROUNDUP_SIM_SPEED="\${GROUNDUP_SIM_SPEED:-${speed}}"`;
  const helmLine = helm === 3 ? '' : 'GROUNDUP_SIM_HELM=4\nexport GROUNDUP_SIM_HELM\n';
  return `#!/bin/sh\n${speedLine}\nexport GROUNDUP_SIM_SPEED\n${helmLine}exec ${quoted(command)} ${quoted(script)} ${tool} "$@"\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Removes what simulations left behind that were killed: their process is gone. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, pid] = /^groundup-demo-(\d+)-\w+$/.exec(name) ?? [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const folder = join(tmpdir(), name);
    const found = await lstat(folder).catch(() => null);
    if (found?.isDirectory() && found.uid === process.getuid?.()) {
      await rm(folder, { recursive: true, force: true }).catch(() => {});
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
