import { describe, expect, it } from 'vitest';
import type { AppState } from '../../src/store/app-state.ts';
import { act } from '../../src/store/intents.ts';
import type { Taste } from '../../src/store/taste.ts';
import { intentsOf } from '../../src/ui/dispatch.ts';
import { frame } from '../../src/ui/frame.ts';
import { bindings } from '../../src/ui/keys.ts';
import { commands } from '../../src/ui/palette.ts';
import { spinner } from '../../src/ui/panes/spinner.ts';
import { plain } from '../../src/ui/row.ts';
import { looks, type Tone, textProps } from '../../src/ui/theme.ts';
import { calm, cniGone, NOW } from './fixtures/story.ts';

const taste = (change: Partial<Taste>): Taste => ({
  theme: 'default',
  ascii: false,
  still: false,
  keys: {},
  ...change,
});
const withTaste = (state: AppState, change: Partial<Taste>): AppState => ({
  ...state,
  mode: { ...state.mode, taste: taste(change) },
});
const screen = (state: AppState): string =>
  frame(state, { columns: 120, rows: 40, look: { colour: false, ascii: false }, now: NOW, turn: 0 })
    .rows.map(plain)
    .join('\n');
const around = { now: NOW, page: 10, total: 10, start: 0, isReadable: true };

describe('other keys', () => {
  it('take the place of those of the table, everywhere a key is told', () => {
    const state = withTaste(cniGone, { keys: { fix: ['ctrl-r'], help: ['H'], unlock: ['U'] } });
    expect(intentsOf('ctrl-r', state)).toEqual([{ kind: 'fix' }]);
    expect(intentsOf('F', state)).toEqual([]);
    expect(screen(state)).toMatch(/ Ctrl-R +repair/);
    expect(screen(state)).toMatch(/ H help/);
    const refused = act(state, { kind: 'fix' }, around).state.view.message?.text;
    expect(refused).toBe('read-only: press U to unlock first');
    const help = act(state, { kind: 'help' }, around).state;
    expect(screen(help)).toMatch(/Ctrl-R +repair the root cause/);
    expect(commands(state, 'fix')[0]?.label).toBe('Ctrl-R');
  });

  it('stand for the old ones in their order, where these do different things', () => {
    const pane = bindings.find(({ id }) => id === 'pane');
    const state = withTaste(cniGone, { keys: { pane: ['x', 'X'] } });
    expect(intentsOf('x', state)).toEqual([pane?.intent('tab', state)]);
    expect(intentsOf('X', state)).toEqual([pane?.intent('shift-tab', state)]);
  });

  it('leave questions alone: what confirms is always the same', () => {
    const state = withTaste(cniGone, { keys: { fix: ['y'], yaml: ['F'] } });
    const asked: AppState = { ...state, dialog: { kind: 'quit', openedAt: NOW - 1_000 } };
    expect(intentsOf('y', asked)).toEqual([{ kind: 'type', text: 'y' }]);
    expect(intentsOf('enter', asked)).toEqual([{ kind: 'submit' }]);
  });
});

describe('looks', () => {
  const tones: readonly Tone[] = ['plain', 'dim', 'ok', 'warn', 'bad', 'unknown', 'key', 'strong'];
  const props = (theme: Taste['theme']) =>
    tones.map(tone => textProps(tone, { colour: true, ascii: false, theme }));

  it('are the same value while neither terminal nor taste changes', () => {
    const look = looks({ colour: true, unicode: true });
    const mine = taste({ theme: 'light' });
    expect(look(mine)).toBe(look(mine));
    expect(look(taste({ ascii: true }))).toMatchObject({ ascii: true, theme: 'default' });
    expect(look(undefined)).toEqual({ colour: true, ascii: false, theme: 'default', still: false });
    expect(looks({ colour: false, unicode: false })(mine)).toMatchObject({ colour: false, ascii: true });
  });

  it('mono uses no colour, high contrast nothing faint, light nothing that white swallows', () => {
    expect(props('mono').map(({ color }) => color)).toEqual(tones.map(() => undefined));
    expect(props('high-contrast').some(({ dimColor, color }) => dimColor === true || color === 'gray')).toBe(
      false,
    );
    const pale = ['yellow', 'cyan', 'white', 'yellowBright', 'cyanBright', 'whiteBright'];
    expect(props('light').some(({ dimColor, color = '' }) => dimColor === true || pale.includes(color))).toBe(
      false,
    );
  });

  it.each(['default', 'high-contrast', 'light', 'mono'] as const)('%s tells bad from well', theme => {
    const look = { colour: true, ascii: false, theme };
    expect(textProps('bad', look)).not.toEqual(textProps('ok', look));
    expect(textProps('warn', look)).not.toEqual(textProps('ok', look));
  });

  it('nothing turns when the taste is still', () => {
    const look = { colour: false, ascii: false, still: true };
    expect(new Set([0, 1, 2, 3].map(turn => spinner(turn, look))).size).toBe(1);
    expect(spinner(0, { ...look, ascii: true })).toMatch(/^[ -~]$/);
  });

  it('a calm screen needs no key that was taken away', () => {
    expect(screen(withTaste(calm, { keys: { quit: ['Z'] } }))).toMatch(/ Z quit/);
  });
});
