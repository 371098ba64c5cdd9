import { flux } from './flux/flux.ts';
import { helm } from './helm/helm.ts';
import { helmfile } from './helmfile/helmfile.ts';
import { kubectl } from './kubectl/kubectl.ts';
import { task } from './task/task.ts';
import type { Tool } from './tool.ts';

/** The command line tools of a homelab, for the simulated cluster: the first argument says which one this is. */
const TOOLS: Readonly<Record<string, Tool>> = { helmfile, helm, flux, kubectl, task };

const [name = '', ...args] = process.argv.slice(2);
const tool = TOOLS[name];
if (tool) {
  process.exitCode = await tool({
    args,
    env: process.env,
    cwd: process.cwd(),
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
  });
} else {
  process.stderr.write(`usage: ${Object.keys(TOOLS).join('|')} ARGUMENTS\n`);
  process.exitCode = 64;
}
