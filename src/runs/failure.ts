import { match } from '../signatures/match.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import type { RunExit } from './journal.ts';
import type { RunLine } from './run.ts';

/** Causes stand at the end of the output. */
const LOOKED_AT = 200;

/** Why a run failed, in one line: the known meaning of what was printed, else the last line that says error. */
export function failureText(exit: RunExit, lines: readonly RunLine[]): Safe {
  const how = exitText(exit);
  if (exit.note !== null) return say`${how}: ${field(exit.note)}`;
  const last = lines.filter(line => line.from !== 'groundup').slice(-LOOKED_AT);
  for (const line of last.toReversed()) {
    const known = match('client', line.text)[0];
    if (known !== undefined) return say`${field(known.signature.meaning)} (${how})`;
  }
  const spoken =
    last.findLast(line => /\berror\b|✗|failed|fatal/i.test(line.text)) ??
    last.findLast(line => line.from === 'stderr' && line.text.trim() !== '') ??
    last.findLast(line => line.text.trim() !== '');
  return spoken === undefined ? how : say`${how}: ${field(spoken.text.trim())}`;
}

function exitText({ code, signal, reason }: RunExit): Safe {
  if (reason === 'not-started') return say`it did not start`;
  if (reason === 'gate') return say`the next step was not begun`;
  if (signal !== null) return say`ended by ${field(signal)}`;
  if (reason === 'stopped' && code === null) return say`it was stopped`;
  return code === null ? say`it failed` : say`exit code ${code}`;
}
