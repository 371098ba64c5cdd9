import { execa } from 'execa';
import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';

export interface ToolCall {
  /** Absolute path of the program. */
  readonly path: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
  /** Characters of output that are kept; more than that is a failure. */
  readonly cap?: number;
}

/** `stdout` is raw: whoever reads it decides what it is. */
export type ToolResult =
  | { readonly ok: true; readonly stdout: string }
  | {
      readonly ok: false;
      readonly why: 'not-started' | 'timeout' | 'cancelled' | 'too-large' | 'failed';
      readonly exitCode: number | null;
      /** The last words of standard error, in one line. */
      readonly message: Safe;
    };

const CAP = 4_000_000;
const MESSAGE_CAP = 500;

/**
 * Runs a tool that only reads, to its end or to the deadline; then it and all its children are killed. Not for
 * changes: those must outlive us.
 */
export async function runTool(call: ToolCall): Promise<ToolResult> {
  const result = await execa(call.path, [...call.args], {
    cwd: call.cwd,
    env: { ...call.env },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: call.deadlineMs,
    forceKillAfterDelay: 1_000,
    killDescendants: true,
    maxBuffer: call.cap ?? CAP,
    ...(call.signal === undefined ? {} : { cancelSignal: call.signal }),
  });
  if (!result.failed) return { ok: true, stdout: result.stdout };
  const spoken = (result.stderr ?? '').trim();
  return {
    ok: false,
    why: result.isCanceled
      ? 'cancelled'
      : result.timedOut
        ? 'timeout'
        : result.isMaxBuffer
          ? 'too-large'
          : result.exitCode === undefined && result.signal === undefined
            ? 'not-started'
            : 'failed',
    exitCode: result.exitCode ?? null,
    message: field(spoken === '' ? (result.originalMessage ?? '') : spoken.slice(-MESSAGE_CAP)),
  };
}
