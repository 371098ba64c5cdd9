import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Bench } from './action.ts';
import type { CustomSpec } from './custom-action.ts';

const WHOLE = /^\{(\w+)\}$/;
const PART = /\{(\w+)\}/;

/**
 * The arguments with their values, without the program. Only whole elements are replaced: a value never becomes a part of
 * another one, so it cannot change what its neighbour means. There is no shell, so no character means anything.
 */
export function filledArgv(
  { argv, params }: CustomSpec,
  values: ReadonlyMap<string, string>,
  { diagnosis, workshop }: Bench,
): { readonly ok: true; readonly args: readonly Safe[] } | { readonly ok: false; readonly why: Safe } {
  const { repository } = workshop;
  const told: ReadonlyMap<string, string | null> = new Map<string, string | null>([
    ['context', diagnosis.cluster.context],
    ['repository', repository?.root ?? null],
    ['helmfile', repository?.helmfile ?? null],
    ...values,
  ]);
  const args: Safe[] = [];
  for (const element of argv.slice(1)) {
    const name = WHOLE.exec(element)?.[1];
    if (name === undefined) {
      const part = PART.exec(element)?.[1];
      if (part !== undefined && (told.has(part) || params.some(one => one.name === part)))
        return {
          ok: false,
          why: say`its argument '${field(element)}' mixes {${field(part)}} with other text: write it as an argument of its own`,
        };
      args.push(field(element));
      continue;
    }
    const value = told.get(name);
    if (value == null) return { ok: false, why: say`nothing is known for {${field(name)}}` };
    if (value.startsWith('-'))
      return {
        ok: false,
        why: say`{${field(name)}} may not begin with '-': a program would take it for a flag`,
      };
    args.push(field(value));
  }
  return { ok: true, args };
}
