import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';
import { resolveSettings } from '../../src/config/resolve.ts';
import { vocabulary } from './vocabulary.ts';

const problems = (source: string): readonly string[] =>
  parseConfig(source, vocabulary).problems.map(({ text }) => text);
const settings = (source: string, context = 'homelab') =>
  resolveSettings(parseConfig(source, vocabulary), context);
const action = (more: string): string =>
  `defaults:\n  actions:\n    - {id: x, title: X, run: [ssh, host], layer: dns, danger: 1, ${more}}`;

describe('what is wrong with a configuration', () => {
  it.each([
    [
      'an unknown word',
      'theme: lihgt',
      "line 1: theme: cannot be 'lihgt'; it must be one of default, mono, high-contrast, light; did you mean 'light'?",
    ],
    ['an unknown field', '\nthme: light', "line 2: thme: is no field; did you mean 'theme'?"],
    [
      'a field of a context that is misspelt',
      'contexts:\n  "*":\n    helmfle: x',
      "line 3: contexts.'*'.helmfle: is no field; did you mean 'helmfile'?",
    ],
    ['a flag in old YAML', 'clock: yes', "line 1: clock: cannot be 'yes'; it must be true or false"],
    [
      'a map where a word is wanted',
      'theme: {}',
      'line 1: theme: must be one of default, mono, high-contrast, light',
    ],
    [
      'a duration without a unit',
      'defaults: {unlockFor: 10}',
      "line 1: defaults.unlockFor: cannot be '10'; it must be a duration from 1m to 8h, such as 1m",
    ],
    [
      'a probe too often',
      'defaults: {probe: {every: 59s}}',
      "line 1: defaults.probe.every: cannot be '59s'; it must be a duration from 60s to 24h, such as 60s",
    ],
    [
      'commands in pods that are half meant',
      '\ndefaults: {probe: {exec: maybe}}',
      "line 2: defaults.probe.exec: cannot be 'maybe'; it must be true or false",
    ],
    [
      'a path that depends on where it starts',
      'defaults: {repository: src/x}',
      "line 1: defaults.repository: cannot be 'src/x'; it must be a path that begins with '/' or '~/'",
    ],
    [
      'a Service without its namespace',
      'defaults: {criticalServices: [plex]}',
      "line 1: defaults.criticalServices[0]: cannot be 'plex'; it must be a Service as NAMESPACE/NAME",
    ],
    [
      'hours that are none',
      'defaults: {heal: {notBetween: "25:00-06:00"}}',
      "line 1: defaults.heal.notBetween: cannot be '25:00-06:00'; it must be hours such as '22:00-06:00' or 'sat,sun 08:00-18:00'",
    ],
    [
      'a variable that loads code',
      'defaults: {env: {LD_PRELOAD: x}}',
      'line 1: defaults.env.LD_PRELOAD: is never passed to a tool: it changes what a program loads, or which cluster it talks to',
    ],
    [
      'an action that heals and is none',
      'defaults: {heal: {actions: [restart-rolout]}}',
      "line 1: defaults.heal.actions: 'restart-rolout' is no action; did you mean 'restart-rollout'?",
    ],
    [
      'an action without its program',
      'defaults:\n  actions:\n    - {id: x, title: X, layer: dns, danger: 1}',
      "line 3: defaults.actions[0]: lacks 'run'",
    ],
    [
      'an action with a built-in name',
      action('').replace('id: x', 'id: sync-release'),
      "line 3: defaults.actions.sync-release: cannot be called 'sync-release': a built-in action has that name",
    ],
    [
      'a parameter that is never used',
      action('params: [{name: pod}]'),
      "line 3: defaults.actions.x: never uses its parameter 'pod': write {pod} into 'run'",
    ],
    [
      'a word in braces that nobody knows',
      action('').replace('host', '"{hots}"'),
      'line 3: defaults.actions.x: knows no {hots}; it may be {context}, {repository}, {helmfile}',
    ],
    [
      'a program in braces',
      action('').replace('ssh', '"{context}"'),
      'line 3: defaults.actions.x: must begin with a program without braces in its name',
    ],
    [
      'danger confirmed by one key',
      action('confirm: key').replace('danger: 1', 'danger: 3'),
      'line 3: defaults.actions.x: is too dangerous to be confirmed by one key; remove confirm, or write confirm: word',
    ],
    [
      'an address in the clear',
      'notify: {webhook: "http://x.example/secret"}',
      'line 1: notify.webhook: must be an address that begins with https:// and has no user name in it',
    ],
    [
      'a name in an address',
      'notify: {webhook: "https://me:secret@x.example/"}',
      'line 1: notify.webhook: must be an address that begins with https:// and has no user name in it',
    ],
    [
      'a list at the top',
      '- theme',
      'line 1: must be a map of fields: theme, ascii, clock, reducedMotion, plain, keys, protected, notify, retention, defaults, contexts',
    ],
    [
      'an alias',
      'defaults: &a {drill: true}\ncontexts: {x: *a}',
      'line 2: uses an alias (*name); write the value out, or put it under defaults',
    ],
    ['two fields of one name', 'theme: light\ntheme: mono', 'line 2: is not YAML: map keys must be unique'],
    [
      'characters that act on a terminal',
      'defaults: {env: {A: "x\\e[2J"}}',
      expect.stringContaining("defaults.env.A: cannot be 'x^[[2J'; it must be one line of text"),
    ],
  ])('%s', (_, source, sentence) => {
    expect(problems(source)).toEqual([sentence]);
  });

  it('never throws, whatever the file holds', () => {
    for (const source of [
      '',
      '#',
      '---\n---',
      '\0',
      '['.repeat(50_000),
      '{'.repeat(20_000),
      '? [a]\n: b',
      '!!js/function x',
      '"\\',
    ])
      expect(parseConfig(source, vocabulary).problems.length).toBeLessThanOrEqual(50);
  });

  it('is told in the order of the lines, at most fifty at once', () => {
    const many = Array.from({ length: 90 }, (_, i) => `x${i}: 1`).join('\n');
    expect(problems(many)).toHaveLength(50);
    expect(problems('keys: {fix: ctrl-c}\nthme: x').map(text => text.slice(0, 6))).toEqual([
      'line 1',
      'line 2',
    ]);
  });
});

describe('keys', () => {
  it.each([
    [
      'a command that is none',
      '{fx: x}',
      "line 1: keys.fx: is no command of the monitor; did you mean 'fix'?",
    ],
    [
      'a key that confirmations are built on',
      '{fix: enter}',
      'line 1: keys.fix: cannot use enter, which confirms and opens',
    ],
    ['the key that always quits', '{fix: ctrl-c}', 'line 1: keys.fix: cannot use ctrl-c, which always quits'],
    [
      'a command that keeps its keys',
      '{leave: x}',
      'line 1: keys.leave: cannot have other keys: safety hangs on them',
    ],
    [
      'a key that no terminal sends',
      '{fix: ctrl-F1}',
      expect.stringContaining("keys.fix: knows no key 'ctrl-F1'"),
    ],
    [
      'the key of another command',
      '{fix: j}',
      "line 1: keys.fix: cannot have 'j', the key of 'down'; give that one another key, or choose another here",
    ],
    [
      'one key for two',
      '{fix: x, why: x}',
      "line 1: keys.why: cannot have 'x', the key of 'fix'; give that one another key, or choose another here",
    ],
    ['no key', '{fix: []}', 'line 1: keys.fix: needs at least one key'],
  ])('%s is refused', (_, keys, sentence) => {
    expect(problems(`keys: ${keys}`)).toEqual([sentence]);
  });

  it('may change places, and a list or Space is taken', () => {
    const { keys, problems: wrong } = parseConfig('keys: {fix: w, why: [F, space]}', vocabulary);
    expect(wrong).toEqual([]);
    expect(keys).toEqual({ fix: ['w'], why: ['F', ' '] });
  });

  it('of a refused request stay with their command, so that a third one cannot take them', () => {
    const { keys } = parseConfig('keys: {fix: j, why: F}', vocabulary);
    expect(keys).toEqual({});
  });
});

describe('what holds for a context', () => {
  it('comes from defaults, then fitting patterns in their order, then the exact name', () => {
    const source = `
defaults: {unlockFor: 2m, env: {A: "1", B: "1"}, drill: true}
contexts:
  homelab: {unlockFor: 3m}
  "home*": {unlockFor: 4m, env: {B: "2"}}
  "*lab": {drill: false}
  other: {unlockFor: 9m}`;
    expect(settings(source).context).toMatchObject({
      armForMs: 180_000,
      env: { A: '1', B: '2' },
      drill: false,
    });
  });

  it('protects *prod* in any case unless told otherwise', () => {
    expect(settings('', 'eu-PROD-1').context.protected).toBe(true);
    expect(settings('', 'homelab').context.protected).toBe(false);
    expect(settings('protected: ["*lab"]', 'homelab').context.protected).toBe(true);
    expect(settings('contexts: {prod: {protected: false}}', 'prod').context.protected).toBe(false);
  });

  it.each([
    ['a file that cannot be read', 'contexts: ['],
    ['contexts that are no map', 'contexts: [a]'],
    ['a guard with a wrong value', 'contexts: {homelab: {protected: ys}}'],
    ['a guard that is misspelt', 'contexts: {homelab: {protcted: yes}}'],
  ])('is protected after %s', (_, source) => {
    expect(settings(source).context.protected).toBe(true);
  });

  it('is the default where the file is wrong, and what is right counts', () => {
    const { context, screen } = settings('theme: nope\nascii: true\ndefaults: {unlockFor: 1, drill: true}');
    expect(screen).toMatchObject({ theme: 'default', ascii: true });
    expect(context).toMatchObject({ armForMs: 600_000, drill: true });
  });

  it.each([
    ['not by default', '', false],
    ['not where the field is wrong', 'defaults: {probe: {exec: maybe}}', false],
    ['where it is said', 'contexts: {home*: {probe: {exec: true}}}', true],
    [
      'unless an exact name says otherwise',
      'contexts: {home*: {probe: {exec: true}}, homelab: {probe: {exec: false}}}',
      false,
    ],
  ])('runs probes by commands in pods %s', (_when, source, exec) => {
    expect(settings(source).context.probe.exec).toBe(exec);
  });

  it('asks for a typed word from danger 3 on', () => {
    const [one] = settings(action('').replace('danger: 1', 'danger: 3')).context.actions;
    expect(one).toMatchObject({ id: 'x', confirm: 'word', timeoutMs: 300_000, argv: ['ssh', 'host'] });
  });

  it('never lets by itself run a built-in action that is left to people', () => {
    const source = 'defaults: {heal: {actions: [bootstrap, sync-release]}}';
    expect(problems(source)).toEqual([
      "line 1: defaults.heal.actions: 'bootstrap' never runs by itself: whether it is right is for people to decide; of the built-in actions only restart-rollout, sync-release may",
    ]);
    expect(settings(source).context.heal.actions).toEqual(['sync-release']);
  });

  it('never lets by itself run what can cause an outage', () => {
    const source = action('')
      .replace('danger: 1', 'danger: 3')
      .replace('defaults:', 'defaults:\n  heal: {actions: [x, sync-release]}');
    expect(problems(source)).toEqual([
      "line 2: defaults.heal.actions: 'x' has danger 3: only what cannot cause an outage may run by itself",
    ]);
    expect(settings(source).context.heal.actions).toEqual(['sync-release']);
  });
});
