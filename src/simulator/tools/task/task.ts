import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import type { Json } from '../../world.ts';
import { type Flags, readFlags } from '../flags.ts';
import { type Call, type Tool, ToolFailure } from '../tool.ts';

const FLAGS = 'version list,l dir=,d taskfile=,t exit-code,x silent,s yes,y verbose,v help,h';
const NO_TASK = 200;
const TASK_FAILED = 201;

/** task for the Taskfile of the simulated homelab: one command a task, with preconditions. */
export const task: Tool = async call => {
  try {
    return await run(call);
  } catch (error) {
    if (!(error instanceof ToolFailure)) throw error;
    call.err(`${error.message}\n`);
    return error.exitCode;
  }
};

async function run(call: Call): Promise<number> {
  const flags = readFlags(call.args, FLAGS);
  if (flags.has('version')) {
    call.out('3.44.0\n');
    return 0;
  }
  const folder = resolve(call.cwd, flags.value('dir') ?? '.');
  const { tasks } = readTaskfile(folder, flags);
  if (flags.has('list')) {
    call.out(listText(tasks));
    return 0;
  }
  for (const name of flags.words.length > 0 ? flags.words : ['default']) {
    if (!tasks[name]) {
      call.out(listText(tasks));
      throw new ToolFailure(`task: Task "${name}" does not exist`, NO_TASK);
    }
    const code = await perform({ ...call, cwd: folder }, name, tasks[name]);
    if (code === 0) continue;
    call.err(`task: Failed to run task "${name}": exit status ${code}\n`);
    return flags.has('exit-code') ? code : TASK_FAILED;
  }
  return 0;
}

const NAMES = ['Taskfile.yml', 'taskfile.yml', 'Taskfile.yaml', 'taskfile.yaml'];

function readTaskfile(folder: string, flags: Flags): { readonly tasks: Json } {
  if (!existsSync(folder)) throw new ToolFailure(`stat ${folder}: no such file or directory`);
  const named = flags.value('taskfile');
  const path = named ? resolve(named) : NAMES.map(name => resolve(folder, name)).find(existsSync);
  if (!path || !existsSync(path)) throw new ToolFailure(`task: No Taskfile found at "${folder}"`, 100);
  return { tasks: parse(readFileSync(path, 'utf8'))?.tasks ?? {} };
}

/** Tasks without a description are not listed; those with a prefix come last. */
function listText(tasks: Json): string {
  const rows = Object.entries<Json>(tasks)
    .filter(([, one]) => one?.desc)
    .sort(
      ([one], [other]) => Number(one.includes(':')) - Number(other.includes(':')) || (one < other ? -1 : 1),
    );
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, one]) => `* ${`${name}:`.padEnd(width + 1)}       ${one.desc}\n`);
  return `task: Available tasks for this project:\n${lines.join('')}`;
}

async function perform(call: Call, name: string, one: Json): Promise<number> {
  for (const { sh, msg } of one.preconditions ?? []) {
    if ((await shell(call, sh, 'ignore')) !== 0) {
      call.err(`task: ${msg ?? `\`${sh}\` failed`}\n`);
      throw new ToolFailure('task: precondition not met');
    }
  }
  if (!one.silent) call.err(`task: [${name}] ${one.cmd}\n`);
  return shell(call, `exec ${one.cmd}`, 'inherit');
}

/** Runs a line of the Taskfile; signals reach it too, and its end is ours. */
function shell(call: Call, line: string, output: 'ignore' | 'inherit'): Promise<number> {
  return new Promise((done, reject) => {
    const child = spawn('/bin/sh', ['-c', line], {
      cwd: call.cwd,
      env: call.env,
      stdio: ['ignore', output, output],
    });
    const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, pass);
    child.on('error', reject);
    child.on('close', code => {
      for (const signal of signals) process.off(signal, pass);
      done(code ?? 1);
    });
  });
}
