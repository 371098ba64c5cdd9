import type { Step } from '../../recovery/plan.ts';
import { join, type Safe } from '../../text/safe.ts';

const PLAIN = /^[\w@%+=:,./-]+$/;

/** A step as the line one would type: quoted where a shell needs it, so that it can be copied. */
export function commandLine(step: Step): Safe {
  return argvLine(step.kind === 'api' ? step.command : [step.tool as string as Safe, ...step.args]);
}

export function argvLine(argv: readonly Safe[]): Safe {
  return join(argv.map(quoted), ' ');
}

function quoted(argument: Safe): Safe {
  return PLAIN.test(argument) ? argument : (`'${argument.replaceAll("'", `'\\''`)}'` as Safe);
}
