import type { ToolName } from '../recovery/plan.ts';
import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';
import { runTool } from './run-tool.ts';

const questions: Readonly<Record<ToolName, readonly string[]>> = {
  helmfile: ['--version'],
  helm: ['version', '--short'],
  flux: ['version', '--client'],
  kubectl: ['version', '--client'],
  task: ['--version'],
};

const DEADLINE_MS = 5_000;

/** The version that a tool says of itself, without a `v`; null when it does not answer in 5 s or says something else. */
export async function toolVersion(
  tool: ToolName,
  path: string,
  env: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Safe | null> {
  const result = await runTool({
    path,
    args: questions[tool],
    cwd: '/',
    env,
    deadlineMs: DEADLINE_MS,
    cap: 100_000,
    ...(signal === undefined ? {} : { signal }),
  });
  return result.ok ? readVersion(result.stdout) : null;
}

/** The first thing in the text that looks like a version: `v3.18.4+gd80839c` gives `3.18.4`. */
export function readVersion(text: string): Safe | null {
  const match = /\bv?(\d{1,6}\.\d{1,6}(?:\.\d{1,6})?(?:-[0-9A-Za-z.-]{1,40})?)/.exec(text);
  return match === null ? null : field(match[1]);
}
