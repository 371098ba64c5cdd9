import { describe, expect, it } from 'vitest';
import { nearest, readArguments, readDuration, UsageError } from '../../src/cli/arguments.ts';
import { checkFlags, commands } from '../../src/cli/commands.ts';
import { help } from '../../src/cli/help.ts';

describe('reading a command line', () => {
  it.each([
    [
      'an unknown flag names the near one',
      ['--contxt', 'a'],
      'unknown flag --contxt; did you mean --context?',
    ],
    ['an unknown flag far from all is just unknown', ['--zzzzzz'], 'unknown flag --zzzzzz'],
    ['a word that no command takes is refused', ['surplus'], "unexpected argument 'surplus'"],
    [
      'a choice outside of its list is told the list',
      ['-o', 'xml'],
      "--output cannot be 'xml'; it is one of text, json",
    ],
    ['a flag without its value is refused', ['--context'], 'argument missing'],
  ])('%s', (_title, argv, message) => {
    expect(() => readArguments(argv, checkFlags)).toThrow(UsageError);
    expect(() => readArguments(argv, checkFlags)).toThrow(message);
  });

  it('repeats what may be repeated', () => {
    expect(readArguments(['--layer', 'cni', '--layer=dns', '-o', 'json'], checkFlags).values).toEqual({
      layer: ['cni', 'dns'],
      output: 'json',
    });
  });
});

describe('durations', () => {
  it.each([
    ['30s', 30_000],
    ['5m', 300_000],
    ['250ms', 250],
    ['1.5h', 5_400_000],
    ['7', 7_000],
  ])('reads %s', (text, ms) => expect(readDuration('timeout', text)).toBe(ms));

  it.each(['', 'soon', '-5s', '5 parsecs'])('refuses %j with an example', text => {
    expect(() => readDuration('timeout', text)).toThrow('write a duration such as 30s or 5m');
  });
});

describe('help', () => {
  it.each(Object.keys(commands) as (keyof typeof commands)[])(
    'of %s tells every flag and an example',
    name => {
      const text = help(name);
      for (const flag of Object.keys(commands[name].flags)) expect(text).toContain(`--${flag}`);
      for (const example of commands[name].examples) expect(text).toContain(example);
    },
  );

  it('finds the near command for a typo', () => expect(nearest('chek', Object.keys(commands))).toBe('check'));
});
