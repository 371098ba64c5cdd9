import { isSea } from 'node:sea';

/** The word that turns the single executable into the tool named after it. */
export const TOOL_WORD = '__tool';

/** How a tool starts another one: this same program, which in a single executable has no script to name. */
export function ownCommand(): { readonly command: string; readonly args: readonly string[] } {
  const args = isSea() ? [TOOL_WORD] : [...process.execArgv, process.argv[1] ?? ''];
  return { command: process.execPath, args };
}
