import { type Safe, say } from '../text/safe.ts';
import { type Examined, topics } from './examined.ts';

export type Health = 'ok' | 'limited' | 'broken';

/** `limited`: something is less than it could be, or could not be looked at. `broken`: something does not work. */
export function healthOf(examined: readonly Examined[]): Health {
  if (examined.some(one => one.state === 'problem')) return 'broken';
  return examined.some(one => one.state !== 'ok') ? 'limited' : 'ok';
}

const signs: Readonly<Record<Examined['state'], Safe>> = {
  ok: say`ok`,
  note: say`note`,
  problem: say`PROBLEM`,
  unknown: say`?`,
};

/** By topic, the cure below what it cures. */
export function doctorText(examined: readonly Examined[]): string {
  const parts = topics.flatMap(topic => {
    const own = examined.filter(one => one.topic === topic);
    if (own.length === 0) return [];
    const lines = own.flatMap(({ state, text, cure }) => [
      `  ${signs[state].padEnd(8)} ${text}`,
      ...(cure === null ? [] : [`           -> ${cure}`]),
    ]);
    return [[topic, ...lines].join('\n')];
  });
  return `${[...parts, summary(examined)].join('\n\n')}\n`;
}

function summary(examined: readonly Examined[]): string {
  const count = (state: Examined['state']): number => examined.filter(one => one.state === state).length;
  const said = [
    [count('problem'), 'problem'],
    [count('note'), 'note'],
    [count('unknown'), 'unanswered question'],
  ] as const;
  const parts = said.filter(([n]) => n > 0).map(([n, word]) => `${n} ${word}${n === 1 ? '' : 's'}`);
  return parts.length === 0 ? 'everything is as it should be' : parts.join(', ');
}

export const doctorSchema = 'groundup.dev/doctor/v1';

/** The same for machines. */
export function doctorJson(examined: readonly Examined[]): string {
  return `${JSON.stringify({ schema: doctorSchema, health: healthOf(examined), examined }, null, 2)}\n`;
}
