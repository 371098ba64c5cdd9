import { type ChildProcess, spawn } from 'node:child_process';
import { field } from '../text/field.ts';
import { redact } from '../text/redact.ts';
import { type Safe, say } from '../text/safe.ts';
import { type Failure, failure } from './failure.ts';
import type { ExecEntry } from './kubeconfig-entries.ts';
import { isRecord } from './kubeconfig-file.ts';

export interface ExecCredential {
  readonly ok: true;
  readonly token?: string;
  readonly certificate?: string;
  readonly key?: string;
  /** Local epoch ms; absent: valid until refused. */
  readonly expires?: number;
}

export interface ExecAsk {
  readonly exec: ExecEntry;
  readonly env: NodeJS.ProcessEnv;
  /** What the plugin is told about the cluster, when the kubeconfig wants that. */
  readonly clusterInfo: Readonly<Record<string, unknown>>;
  readonly timeLimitMs: number;
  readonly signal: AbortSignal;
}

const LARGEST_OUTPUT = 1024 * 1024;

/**
 * Runs an exec plugin once. It gets no terminal (a session of its own, stdin closed), because a prompt would fight
 * with the screen; it is killed with its children when it is late or floods.
 */
export async function runExecPlugin(ask: ExecAsk): Promise<ExecCredential | Failure> {
  const { exec } = ask;
  const name = field(exec.command);
  if (exec.interactiveMode === 'Always')
    return trouble(say`The credential plugin ${name} needs a terminal. Log in with kubectl first.`);
  const run = await execute(ask);
  const said = sayLast(run.stderr);
  if (run.spawnError !== null) {
    const hint = exec.installHint === '' ? say`` : say` ${field(exec.installHint.slice(0, 500))}`;
    return trouble(
      say`The credential plugin ${name} cannot be started (${run.spawnError}). Install it or put it on PATH.${hint}`,
    );
  }
  if (run.ended === 'late')
    return trouble(
      say`The credential plugin ${name} did not finish within ${Math.round(ask.timeLimitMs / 1000)} s.${said} Log in with kubectl first.`,
    );
  if (run.ended === 'flood') return trouble(say`The credential plugin ${name} printed more than 1 MiB.`);
  if (run.ended === 'cancelled') return trouble(say`The credential plugin ${name} was stopped.`);
  if (run.code !== 0)
    return trouble(
      say`The credential plugin ${name} failed (exit ${run.code ?? field('by a signal')}).${said} Log in again.`,
    );
  return readCredential(run.stdout, name);
}

function trouble(message: Safe): Failure {
  return failure('credentials', message);
}

interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly spawnError: Safe | null;
  readonly ended: 'itself' | 'late' | 'flood' | 'cancelled';
}

function execute({ exec, env, clusterInfo, timeLimitMs, signal }: ExecAsk): Promise<Run> {
  const info = {
    apiVersion: exec.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(exec.provideClusterInfo ? { cluster: clusterInfo } : {}) },
  };
  const extra = Object.fromEntries(exec.env.map(({ name, value }) => [name, value]));
  return new Promise(resolve => {
    let child: ChildProcess;
    try {
      child = spawn(exec.command, exec.args, {
        env: { ...env, ...extra, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
    } catch (error) {
      resolve({ stdout: '', stderr: '', code: null, spawnError: errorText(error), ended: 'itself' });
      return;
    }
    let ended: Run['ended'] = 'itself';
    let spawnError: Safe | null = null;
    const stop = (why: Run['ended']): void => {
      if (ended !== 'itself') return;
      ended = why;
      killGroup(child);
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    const cancel = (): void => stop('cancelled');
    const timer = setTimeout(() => stop('late'), timeLimitMs);
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) cancel();
    const stdout = collect(child.stdout, () => stop('flood'));
    const stderr = collect(child.stderr, () => stop('flood'));
    child.on('error', error => {
      spawnError = errorText(error);
    });
    child.on('close', code => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      resolve({ stdout: stdout(), stderr: stderr(), code, spawnError, ended });
    });
  });
}

function collect(stream: ChildProcess['stdout'], flood: () => void): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > LARGEST_OUTPUT) flood();
    else chunks.push(chunk);
  });
  stream?.on('error', () => undefined);
  return () => Buffer.concat(chunks).toString('utf8');
}

/** The plugin leads a process group of its own, so that a helper it started dies with it. */
function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

function errorText(error: unknown): Safe {
  return field(error instanceof Error && 'code' in error ? String(error.code) : String(error));
}

/** The last two lines that the plugin wrote to stderr, fit for printing. */
function sayLast(stderr: string): Safe {
  const lines = redact(stderr.slice(-4096))
    .split(/[\r\n]+/)
    .filter(line => line.trim() !== '');
  return lines.length === 0 ? say`` : say` It says: ${field(lines.slice(-2).join(' ').slice(0, 500))}`;
}

function readCredential(stdout: string, name: Safe): ExecCredential | Failure {
  let json: unknown;
  try {
    json = JSON.parse(stdout);
  } catch {
    return trouble(say`The credential plugin ${name} printed something that is not JSON.`);
  }
  const status = isRecord(json) && isRecord(json.status) ? json.status : undefined;
  const token = textOf(status?.token);
  const certificate = textOf(status?.clientCertificateData);
  const key = textOf(status?.clientKeyData);
  if (status === undefined || (token === undefined && (certificate === undefined || key === undefined)))
    return trouble(say`The credential plugin ${name} printed no token and no client certificate.`);
  const expires = Date.parse(textOf(status.expirationTimestamp) ?? '');
  return {
    ok: true,
    ...(token === undefined ? {} : { token }),
    ...(certificate === undefined || key === undefined ? {} : { certificate, key }),
    ...(Number.isNaN(expires) ? {} : { expires }),
  };
}

function textOf(raw: unknown): string | undefined {
  return typeof raw === 'string' && raw !== '' ? raw : undefined;
}
