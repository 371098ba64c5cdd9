import { describe, expect, it } from 'vitest';
import { type Capabilities, capabilities } from '../../src/terminal/capabilities.ts';

const DESK = { TERM: 'xterm-256color', LANG: 'en_GB.UTF-8' };

const cases: readonly (readonly [string, Record<string, string>, boolean, Partial<Capabilities>])[] = [
  [
    'a desk terminal',
    DESK,
    true,
    { colour: true, unicode: true, interactive: true, tmux: false, ssh: false },
  ],
  ['a pipe', DESK, false, { colour: false, unicode: true, interactive: false }],
  ['NO_COLOR', { ...DESK, NO_COLOR: '1' }, true, { colour: false, interactive: true }],
  ['an empty NO_COLOR', { ...DESK, NO_COLOR: '' }, true, { colour: true }],
  ['FORCE_COLOR in a pipe', { ...DESK, FORCE_COLOR: '1' }, false, { colour: true, interactive: false }],
  ['FORCE_COLOR over NO_COLOR', { ...DESK, FORCE_COLOR: '', NO_COLOR: '1' }, true, { colour: true }],
  ['FORCE_COLOR=0', { ...DESK, FORCE_COLOR: '0' }, true, { colour: false }],
  [
    'a dumb terminal',
    { ...DESK, TERM: 'dumb' },
    true,
    { dumb: true, colour: false, unicode: false, interactive: false },
  ],
  ['no TERM at all', { LANG: 'C.UTF-8' }, true, { dumb: true, interactive: false }],
  ['a text console', { ...DESK, TERM: 'linux' }, true, { colour: true, unicode: false, interactive: true }],
  ['a terminal without colours', { ...DESK, TERM: 'vt100' }, true, { colour: false, interactive: true }],
  ['its monochrome kin', { ...DESK, TERM: 'xterm-mono' }, true, { colour: false }],
  ['one with', { ...DESK, TERM: 'vt340-color' }, true, { colour: true }],
  ['LANG=C', { ...DESK, LANG: 'C' }, true, { unicode: false }],
  ['no locale', { TERM: 'xterm' }, true, { unicode: false }],
  ['LC_ALL over LANG', { ...DESK, LC_ALL: 'C' }, true, { unicode: false }],
  ['LC_CTYPE over LANG', { TERM: 'xterm', LANG: 'C', LC_CTYPE: 'de_DE.utf8' }, true, { unicode: true }],
  ['an empty LC_ALL', { ...DESK, LC_ALL: '' }, true, { unicode: true }],
  ['CI on a terminal', { ...DESK, CI: 'true' }, true, { interactive: true }],
  ['tmux', { ...DESK, TERM: 'tmux-256color' }, true, { tmux: true }],
  ['tmux by its variable', { ...DESK, TMUX: '/tmp/x,1,0' }, true, { tmux: true }],
  ['a remote shell', { ...DESK, SSH_CONNECTION: '10.0.0.1 5 10.0.0.2 22' }, true, { ssh: true }],
];

describe('capabilities', () => {
  it.each(cases)('reads %s', (_, env, isTTY, expected) => {
    expect(capabilities(env, isTTY, 120, 40)).toMatchObject(expected);
  });

  it.each([
    [120, 40, 120, 40],
    [0, 0, 80, 24],
    [undefined, undefined, 80, 24],
  ])('takes a size of %s by %s as %i by %i', (columns, rows, width, height) => {
    expect(capabilities(DESK, true, columns, rows)).toMatchObject({ columns: width, rows: height });
  });
});
