import { supervise } from '../../src/cli/supervise.ts';

/** The program's hidden command by itself, so that runs need no build: performs the plan of one run directory. */
process.exitCode = await supervise(process.argv.slice(-1));
