import { spawn } from 'node:child_process';
import { ownCommand } from '../own-command.ts';
import type { Call } from '../tool.ts';

/** How a helm that helmfile ran has ended. */
export interface Ended {
  readonly path: string;
  readonly args: readonly string[];
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order in which they came. */
  readonly combined: string;
}

/** Helm processes of one helmfile: an interrupt reaches all that run. */
export interface Helms {
  run(args: readonly string[]): Promise<Ended>;
  /** Passes a signal on to whatever runs. */
  interrupt(): void;
}

/** Runs helm as a process of its own, so that it outlives a helmfile that is killed, as the real one does. */
export function createHelms({ env, cwd }: Pick<Call, 'env' | 'cwd'>): Helms {
  const running = new Set<ReturnType<typeof spawn>>();
  return {
    interrupt: () => {
      for (const child of running) child.kill('SIGINT');
    },
    run: args =>
      new Promise((resolve, reject) => {
        const own = ownCommand();
        const child = spawn(own.command, [...own.args, 'helm', ...args], {
          env,
          cwd,
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        running.add(child);
        const said = { stdout: '', stderr: '', combined: '' };
        const hear = (stream: 'stdout' | 'stderr') => (text: string) => {
          said[stream] += text;
          said.combined += text;
        };
        child.stdout.setEncoding('utf8').on('data', hear('stdout'));
        child.stderr.setEncoding('utf8').on('data', hear('stderr'));
        child.on('error', reject);
        child.on('close', code => {
          running.delete(child);
          resolve({ path: helmPath(env), args, code: code ?? -1, ...said });
        });
      }),
  };
}

/** Where a shell would find helm: what helmfile prints as PATH. */
function helmPath(env: Call['env']): string {
  return `${(env.PATH ?? '').split(':')[0] ?? ''}/helm`;
}

/** The blocks in which helmfile reports a child that failed. */
export function failureBlocks({ path, args, code, stderr, combined }: Ended): string {
  const words = ['helm', ...args];
  const status = code < 0 ? 'signal: killed' : `exit status ${code}`;
  const block = (title: string, text: string): string => `${title}:\n${indent(text)}`;
  return [
    `command "${path}" exited with non-zero status:`,
    block('PATH', path),
    block('ARGS', words.map((word, index) => `${index}: ${word} (${word.length} bytes)`).join('\n')),
    block('ERROR', status),
    `EXIT STATUS\n  ${code}`,
    block('STDERR', stderr),
    block('COMBINED OUTPUT', combined),
  ].join('\n\n');
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map(line => `  ${line}`)
    .join('\n');
}
