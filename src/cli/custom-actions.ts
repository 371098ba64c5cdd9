import { basename, dirname, isAbsolute } from 'node:path';
import type { Action } from '../recovery/action.ts';
import { type CustomSpec, customAction } from '../recovery/custom-action.ts';
import { findTool, type SafePath } from '../tools/find.ts';

/** The actions of the configuration, each with the file of its program; what is not found is said when it is offered. */
export function findCustomActions(specs: readonly CustomSpec[], path: SafePath): Promise<readonly Action[]> {
  return Promise.all(
    specs.map(async spec => {
      const [program = ''] = spec.argv;
      const file = isAbsolute(program)
        ? await findTool(basename(program), { dirs: [dirname(program)], skipped: [] })
        : /^[\w.+-]+$/.test(program)
          ? await findTool(program, path)
          : null;
      return customAction(spec, file);
    }),
  );
}
