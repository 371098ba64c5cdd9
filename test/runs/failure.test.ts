import { expect, test } from 'vitest';
import { failureText } from '../../src/runs/failure.ts';
import type { RunExit } from '../../src/runs/journal.ts';
import type { RunLine } from '../../src/runs/run.ts';
import { field } from '../../src/text/field.ts';

const lines = (...texts: readonly string[]): readonly RunLine[] =>
  texts.map(text => ({
    at: 0,
    from: text.startsWith('!') ? 'stderr' : 'stdout',
    text: field(text.replace('!', '')),
  }));
const exit = (rest: Partial<RunExit> = {}): RunExit => ({
  at: 0,
  step: 0,
  code: 1,
  signal: null,
  reason: 'failed',
  note: null,
  ...rest,
});

test.each<[string, RunExit, readonly RunLine[], string | RegExp]>([
  [
    'by the meaning of a text that is known',
    exit(),
    lines(
      'Upgrading release=cilium',
      '!Error: UPGRADE FAILED: "cilium" has no deployed releases',
      'COMBINED OUTPUT:',
    ),
    'the release has only failed or uninstalled revisions (exit code 1)',
  ],
  [
    'by the last of several known texts, which is where the cause stands',
    exit(),
    lines('!cannot re-use a name that is still in use', '!context deadline exceeded'),
    /^the wait ended before the workload was ready/,
  ],
  [
    'by the line that says error',
    exit(),
    lines('!Error: the moon is full', 'bye'),
    'exit code 1: Error: the moon is full',
  ],
  ['by the last words on standard error', exit({ code: 2 }), lines('!oops', 'bye'), 'exit code 2: oops'],
  ['by the last words', exit({ code: 2 }), lines('bye', '  '), 'exit code 2: bye'],
  ['by its exit code when it said nothing', exit({ code: 7 }), [], 'exit code 7'],
  ['by the signal', exit({ code: null, signal: 'SIGKILL' }), [], 'ended by SIGKILL'],
  [
    'by what groundup has to say',
    exit({ code: null, reason: 'not-started', note: 'helmfile was not found' }),
    [],
    'it did not start: helmfile was not found',
  ],
])('a failure is told %s', (_, how, printed, text) => {
  if (typeof text === 'string') expect(failureText(how, printed)).toBe(text);
  else expect(failureText(how, printed)).toMatch(text);
});
