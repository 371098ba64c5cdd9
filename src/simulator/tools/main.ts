import { runTool } from './run-tool.ts';

/** The simulated tools as a program of their own: a `kubectl` should not load what only a monitor needs. */
process.exitCode = await runTool(process.argv.slice(2));
