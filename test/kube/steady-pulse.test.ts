import { expect, test } from 'vitest';
import { failure } from '../../src/kube/failure.ts';
import type { Pulse } from '../../src/kube/liveness.ts';
import { steadyPulses } from '../../src/kube/steady-pulse.ts';
import { say } from '../../src/text/safe.ts';

const up: Pulse = { reached: true, readyz: null, refusal: null };
const down: Pulse = { reached: false, failure: failure('refused', say`Connection refused.`) };

/** One look every two seconds; gives what is made of each: + or -. */
function seen(looks: string, everyMs = 2_000): string {
  let at = 0;
  const steady = steadyPulses(() => at, 5_000);
  return [...looks]
    .map(look => {
      at += everyMs;
      return steady(look === '+' ? up : down).reached ? '+' : '-';
    })
    .join('');
}

test.each([
  ['a server that is there', '++++', '++++'],
  ['one that is lost once is back with its first answer', '++--+++', '++--+++'],
  ['one that was never there is here with its first answer', '---++', '---++'],
  ['one that is lost again within a minute must answer for five seconds', '+-+-+++++', '+-+----++'],
  ['one that comes and goes stays away', '+-+--+--+--+--++', '+-+-------------'],
  ['each loss begins the wait anew', '+-+-++-++++', '+-+-------+'],
])('%s', (_, looks, made) => {
  expect(seen(looks)).toBe(made);
});

test('losses that are more than a minute apart are no flapping', () => {
  expect(seen('+-+-+', 40_000)).toBe('+-+-+');
});

test('it is said that it comes and goes, how often, and how it was lost last', () => {
  let at = 0;
  const steady = steadyPulses(() => at++, 5_000);
  const [last] = [up, down, up, down, up].map(steady).slice(-1);
  expect(last).toMatchObject({
    failure: {
      reason: 'refused',
      message: 'The API server comes and goes: it was lost 2 times within a minute. Connection refused.',
    },
  });
});
