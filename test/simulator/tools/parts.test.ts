import { describe, expect, it } from 'vitest';
import { durationMs, readFlags } from '../../../src/simulator/tools/flags.ts';
import { difference } from '../../../src/simulator/tools/helm/difference.ts';
import { groupsOf } from '../../../src/simulator/tools/helmfile/order.ts';
import type { Release, State } from '../../../src/simulator/tools/helmfile/state.ts';
import { readTarget } from '../../../src/simulator/tools/kubeconfig.ts';

describe('flags', () => {
  it('reads values after a space or an equals sign, switches and short forms', () => {
    const flags = readFlags(
      ['-n', 'a', 'list', '--output=json', '-l', 'x=1', '-lx=2', '--all', '--', '--odd'],
      'namespace=,n output= selector=,l all',
    );
    expect(flags.words).toEqual(['list', '--odd']);
    expect(flags.value('namespace')).toBe('a');
    expect(flags.value('output')).toBe('json');
    expect(flags.values('selector')).toEqual(['x=1', 'x=2']);
    expect(flags.has('all')).toBe(true);
  });

  it.each([
    [['--nope'], 'unknown flag: --nope'],
    [['-z'], "unknown shorthand flag: 'z' in -z"],
    [['--output'], 'flag needs an argument: --output'],
  ])('refuses %j', (args, words) => {
    expect(() => readFlags(args, 'output=')).toThrow(words);
  });

  it.each([
    ['5m', 300_000],
    ['1m30s', 90_000],
    ['300', 300_000],
    ['5x', undefined],
  ])('reads the duration %s', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });
});

describe('what helm sends', () => {
  it.each([
    [
      'nothing when the live object has it all',
      { a: 1, b: { c: [{ n: 1, d: 2 }] }, x: 1 },
      { a: 1, b: { c: [{ n: 1 }] } },
      undefined,
    ],
    [
      'only the field that differs',
      { a: 1, b: { c: 1, d: 1 } },
      { a: 1, b: { c: 2, d: 1 } },
      { b: { c: 2 } },
    ],
    ['a list that differs as a whole', { a: [1, 2] }, { a: [1, 3] }, { a: [1, 3] }],
    ['a removal only of what is there', { a: { b: 1 } }, { a: { b: null, c: null } }, { a: { b: null } }],
  ])('is %s', (_, live, wanted, patch) => {
    expect(difference(live, wanted)).toEqual(patch);
  });
});

describe('the order of a helmfile', () => {
  const release = (name: string, ...needs: string[]): Release => ({
    name,
    namespace: 'n',
    chart: name,
    version: '',
    enabled: true,
    needs,
    values: [],
    atomic: false,
  });
  const state = (releases: readonly Release[]): State => ({
    shown: './h.yaml',
    folder: '/',
    wait: true,
    timeout: 1,
    repositories: [],
    releases,
  });

  it('puts releases side by side that wait for the same one', () => {
    const all = [release('c', 'n/a'), release('b', 'a'), release('a'), release('d', 'b', 'c')];
    expect(groupsOf(state(all), all).map(group => group.map(one => one.name))).toEqual([
      ['a'],
      ['c', 'b'],
      ['d'],
    ]);
  });

  it('does not wait for what was not selected', () => {
    const all = [release('a'), release('b', 'a')];
    expect(groupsOf(state(all), all.slice(1)).map(group => group.map(one => one.name))).toEqual([['b']]);
  });

  it('refuses a need that is in no release', () => {
    const all = [release('a', 'n/z')];
    expect(() => groupsOf(state(all), all)).toThrow(
      'release(s) "n/a" depend(s) on an undefined release "n/z"',
    );
  });
});

describe('the target of a tool', () => {
  it('is nothing without a kubeconfig', () => {
    expect(readTarget({}, {}).server).toBeNull();
    expect(() => readTarget({}, { context: 'demo' })).toThrow('context "demo" does not exist');
  });
});
