import { flux } from './flux/flux.ts';
import { helm } from './helm/helm.ts';
import { helmfile } from './helmfile/helmfile.ts';
import { kubectl } from './kubectl/kubectl.ts';
import { task } from './task/task.ts';
import type { Tool } from './tool.ts';

const TOOLS: Readonly<Record<string, Tool>> = { helmfile, helm, flux, kubectl, task };

/** Runs a command line tool of the simulated homelab: the first word says which one. Gives its exit code. */
export async function runTool([name = '', ...args]: readonly string[]): Promise<number> {
  const tool = TOOLS[name];
  if (tool === undefined) {
    process.stderr.write(`usage: ${Object.keys(TOOLS).join('|')} ARGUMENTS\n`);
    return 64;
  }
  return await tool({
    args,
    env: process.env,
    cwd: process.cwd(),
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
  });
}
