import { describe, expect, it } from 'vitest';
import { type AppState, initialState } from '../../src/store/app-state.ts';
import { askedLog, detailOf } from '../../src/store/looking.ts';
import { whyDisabled } from '../../src/store/select/disabled.ts';
import { field } from '../../src/text/field.ts';
import { intentsOf } from '../../src/ui/dispatch.ts';
import { frame } from '../../src/ui/frame.ts';
import { keyTable } from '../../src/ui/key-table.ts';
import { bindings } from '../../src/ui/keys.ts';
import { commands } from '../../src/ui/palette.ts';
import { hints } from '../../src/ui/panes/footer.ts';
import { helpRows } from '../../src/ui/panes/help.ts';
import { plain } from '../../src/ui/row.ts';
import { deskWith } from './desk.ts';
import {
  armed,
  broken,
  calm,
  cniGone,
  mode,
  modelOf,
  NOW,
  repairing,
  running,
  stateWith,
} from './fixtures/story.ts';

const look = { colour: false, ascii: false };
const scene = (state: AppState) => ({ state, now: NOW, time: NOW, present: NOW, turn: 0, look });
const fault = { name: field('cni-gone'), title: field('delete the CNI'), broken: false };
const simulated: AppState = { ...cniGone, mode: { ...mode, badge: 'SIMULATION', faults: [fault] } };

describe('the table of keys', () => {
  it('binds no key twice and calls no two things the same', () => {
    const keys = bindings.flatMap(binding => binding.keys);
    expect(keys.toSorted()).toEqual([...new Set(keys)].toSorted());
    expect(new Set(bindings.map(binding => binding.id)).size).toBe(bindings.length);
  });

  it.each(bindings.map(binding => [binding.id, binding] as const))(
    'reaches %s by each of its keys',
    (_, binding) => {
      for (const key of binding.keys) {
        expect(intentsOf(key, cniGone)).toEqual([binding.intent(key, cniGone)]);
      }
    },
  );

  it('keeps what k9s users press for reading free of changes', () => {
    const changing = bindings.filter(({ group }) => group === 'changing').flatMap(({ keys }) => keys);
    for (const key of ['d', 'y', 'l', 'enter', 'ctrl-k', 'ctrl-d', 'backspace', 'e', 's'])
      expect(changing).not.toContain(key);
  });

  it('writes all of itself into the help and into the README table', () => {
    const help = helpRows(scene(cniGone), 60).map(plain).join('\n');
    for (const { label, help: sentence } of bindings) {
      expect(help).toContain(`  ${label}`);
      expect(help).toContain(sentence.slice(0, 20));
      expect(keyTable()).toContain(`| \`${label}\` | ${sentence} |`);
    }
  });

  it('hints in the footer only at keys that do something now', () => {
    for (const state of [cniGone, calm, repairing, armed, simulated, initialState(mode)]) {
      for (const binding of hints(scene(state))) {
        expect(whyDisabled(state, binding.intent(binding.keys[0] ?? '', state)), binding.id).toBeNull();
      }
    }
    expect(hints(scene(calm)).map(({ id }) => id)).not.toContain('fix');
    expect(hints(scene(repairing)).map(({ id }) => id)).toContain('stop');
    expect(hints(scene(simulated)).map(({ id }) => id)).toContain('break');
  });

  it('hints at nothing that a question or the help takes for itself', () => {
    const covered = { ...cniGone, view: { ...cniGone.view, overlay: { kind: 'help', scroll: 0 } as const } };
    expect(hints(scene(covered)).map(({ id }) => id)).toEqual(['back', 'help', 'quit']);
    const asked = { ...cniGone, dialog: { kind: 'quit', openedAt: NOW } as const };
    expect(hints(scene(asked))).toEqual([]);
  });

  it('offers to lock again what is unlocked', () => {
    expect(deskWith(cniGone).screen()).toContain('u unlock');
    expect(deskWith(armed).screen()).toContain('u lock');
  });

  it('tells the selected fault to its end where the list cuts it', () => {
    const title = field(`The disk of a node is full: ${'so that nothing is written '.repeat(3)}any more.`);
    const faults = [{ ...fault, title }, fault];
    const desk = deskWith({ ...simulated, mode: { ...simulated.mode, faults } }, { columns: 80, rows: 24 });
    desk.keys('b');
    expect(desk.screen()).toContain('any more.');
    desk.keys('j');
    expect(desk.screen()).not.toContain('any more.');
    expect(desk.screen()).toContain('Enter choose');
  });

  it('says which part of the help is seen, and how to see the rest', () => {
    const desk = deskWith(cniGone, { columns: 80, rows: 24 });
    desk.keys('?', 'j', 'j');
    expect(desk.screen()).toMatch(/╭ Keys ─+ 3-\d+ of \d+ · j k ╮/);
  });

  it('mentions every hint in some footer', () => {
    const filtered = { ...repairing, view: { ...repairing.view, filter: 'x' } };
    const detail = {
      ...cniGone,
      view: {
        ...cniGone.view,
        detail: detailOf({ kind: mode.context, namespace: null, name: mode.context }, 'facts', null),
      },
    };
    const about = { kind: field('Pod'), namespace: field('x'), name: field('p') };
    const container = {
      ...cniGone,
      podLog: askedLog(about, { containers: [field('a'), field('b')] }),
      view: { ...cniGone.view, detail: detailOf(about, 'log', null) },
    };
    const past = { ...calm, runs: { ...calm.runs, past: [running, { ...running, id: 'b' }] } };
    const runs = { ...past, view: { ...past.view, tab: 'log' as const } };
    const zoomed = { ...cniGone, view: { ...cniGone.view, zoom: true } };
    const probing = {
      ...cniGone,
      world: { ...cniGone.world, model: cniGone.world.model && { ...cniGone.world.model, fix: null } },
    };
    const then = { ...cniGone, view: { ...cniGone.view, asOf: NOW, tab: 'history', focus: 'side' } as const };
    const replay = { ...then, mode: { ...mode, badge: 'REPLAY' } as const };
    const all = [
      cniGone,
      calm,
      repairing,
      simulated,
      filtered,
      detail,
      container,
      runs,
      zoomed,
      probing,
      then,
      replay,
    ].flatMap(state => hints(scene(state)).map(({ id }) => id));
    for (const binding of bindings) if (binding.hint !== null) expect(all).toContain(binding.id);
  });
});

describe('keys on the screen', () => {
  it('selects layers, moves and stops at the ends', () => {
    const desk = deskWith(cniGone);
    desk.keys('7', 'j', 'j');
    expect(desk.state().view.layer).toBe('apps');
    desk.keys('0', 'k');
    expect(desk.state().view.layer).toBe('api');
    desk.keys('G');
    expect(desk.state().view.layer).toBe('apps');
  });

  it('opens each tab and goes from one to the next with the arrows', () => {
    const desk = deskWith(cniGone);
    for (const [key, name] of [
      ['l', 'Log'],
      ['e', 'Events'],
      ['o', 'Objects'],
      ['h', 'History'],
      ['v', 'Components'],
      ['w', 'Why'],
    ]) {
      desk.keys(key ?? '');
      expect(desk.screen()).toContain(`[${name}]`);
    }
    desk.keys('left', 'left');
    expect(desk.screen()).toContain('[History]');
  });

  it('does not scroll beyond the end, so that going back takes as many keys', () => {
    const desk = deskWith(cniGone, { columns: 100, rows: 24 });
    desk.keys('w', ...Array.from({ length: 60 }, () => 'j'));
    const bottom = desk.state().view.scroll.why;
    expect(bottom).toBeGreaterThan(0);
    expect(bottom).toBeLessThan(40);
    desk.keys('k');
    expect(desk.state().view.scroll.why).toBe(bottom - 1);
  });

  it('pauses the log when scrolled up and follows again at the end', () => {
    const lines = Array.from({ length: 200 }, (_, i) => ({
      at: i * 1000,
      from: 'stdout' as const,
      text: field(`line ${i}`),
    }));
    const current = repairing.runs.current && { ...repairing.runs.current, lines };
    const desk = deskWith({ ...repairing, runs: { ...repairing.runs, current } });
    desk.keys('l');
    expect(desk.screen()).toContain('line 199');
    desk.keys('k', 'k');
    expect(desk.screen()).not.toContain('line 199');
    expect(desk.screen()).toContain('2 more below');
    desk.keys('G');
    expect(desk.screen()).toContain('line 199');
    desk.keys('/', '1', '5', '0', 'enter', 'N');
    expect(desk.screen()).toMatch(/│ 2:30 {3}line 150/);
  });

  it('filters objects and warnings, and Esc takes the filter away first', () => {
    const desk = deskWith(cniGone);
    desk.keys('1', 'o');
    expect(desk.screen()).toContain('k8s-3');
    desk.keys('/', 'k', '8', 's', '-', '2', 'enter');
    expect(desk.screen()).toMatch(/Node +k8s-2/);
    expect(desk.screen()).not.toMatch(/Node +k8s-3/);
    desk.keys('esc');
    expect(desk.screen()).toMatch(/Node +k8s-3/);
    expect(desk.state().view.focus).toBe('side');
  });

  it('shows the selected object with Enter and closes it with Esc', () => {
    const desk = deskWith(cniGone);
    desk.keys('1', 'o', 'j', 'enter');
    expect(desk.screen()).toContain('Node k8s-2');
    expect(desk.screen()).toContain('Ready=False KubeletNotReady');
    desk.keys('esc');
    expect(desk.screen()).toContain('[Objects]');
  });

  it('zooms the pane that has the focus', () => {
    const desk = deskWith(cniGone);
    desk.keys('w', '+');
    expect(desk.screen()).not.toContain('0 API server');
    desk.keys('_');
    expect(desk.screen()).toContain('0 API server');
  });

  it('runs what is typed into the palette, completed with Tab', () => {
    const desk = deskWith(cniGone);
    desk.keys(':', 'h', 'i');
    expect(desk.screen()).toContain('▸ history');
    desk.keys('tab', 'enter');
    expect(desk.screen()).toContain('[History]');
    desk.keys(':', 'd', 'n', 's', 'enter');
    expect(desk.state().view.layer).toBe('dns');
  });

  it('does not say that nothing is known while the tools of the machine are still looked at', () => {
    const model = modelOf(broken);
    const looking = deskWith(stateWith({ model }));
    looking.keys('F');
    expect(looking.screen()).toContain('the tools and the repository of this machine are still looked at');
    expect(looking.screen()).not.toContain('no remedy is known');
    const known = deskWith(stateWith({ model: { ...model, forKey: () => [] } }));
    known.keys('F');
    expect(known.screen()).toContain('no remedy is known for this cause: Why and Events say more');
  });

  it('knows every command by a name and says which do nothing now', () => {
    const all = commands(calm, '');
    expect(all.length).toBeGreaterThan(30);
    expect(all.find(({ name }) => name === 'fix')?.disabled).toBe('nothing is broken: nothing to repair');
    expect(commands(calm, 'no such thing')).toEqual([]);
  });

  it('ignores keys that would change what the help covers', () => {
    const desk = deskWith(armed);
    desk.keys('?', 'F', '3', 'S');
    expect(desk.state().dialog).toBeNull();
    expect(desk.state().view.layer).toBeNull();
    expect(desk.screen()).toContain('Looking');
    desk.keys('q');
    expect(desk.screen()).not.toContain('Looking');
    expect(desk.effects).toEqual([]);
  });

  it('says why a key does nothing', () => {
    const desk = deskWith(calm);
    desk.keys('F');
    expect(desk.screen()).toContain('nothing is broken: nothing to repair');
    desk.keys('X');
    expect(desk.screen()).toContain('nothing is running');
    desk.keys('b');
    expect(desk.screen()).toContain('breaking things is for the simulation only');
  });

  it('breaks and mends the simulated cluster', () => {
    const desk = deskWith(simulated);
    desk.keys('b');
    expect(desk.screen()).toMatch(/▸ {3}delete the CNI/);
    desk.keys('enter');
    expect(desk.effects).toEqual([{ kind: 'break', fault, undo: false }]);
  });

  it('asks before it quits while an action runs, and quits at once otherwise', () => {
    const quiet = deskWith(calm);
    quiet.keys('q');
    expect(quiet.effects).toEqual([{ kind: 'quit' }]);
    const busy = deskWith(repairing);
    busy.keys('q');
    expect(busy.screen()).toContain('It goes on without this screen');
    busy.wait(400);
    busy.keys('n');
    expect(busy.effects).toEqual([]);
    busy.keys('q');
    busy.wait(400);
    busy.keys('y');
    expect(busy.effects).toEqual([{ kind: 'quit' }]);
  });

  it('hands effects of the screen on', () => {
    const desk = deskWith(repairing);
    desk.keys('r', 'ctrl-l', 'ctrl-z', 'ctrl-s', 'y', 'X');
    expect(desk.effects.map(({ kind }) => kind)).toEqual([
      'refresh',
      'repaint',
      'suspend',
      'save-log',
      'copy',
      'stop-run',
    ]);
  });

  it('lets a key acknowledge the end of a run', () => {
    const current = repairing.runs.current && {
      ...repairing.runs.current,
      state: 'succeeded' as const,
      endedAt: NOW,
    };
    const desk = deskWith({ ...repairing, runs: { ...repairing.runs, current } });
    expect(desk.screen()).toContain('● REPAIRED');
    desk.keys('w');
    expect(desk.screen()).not.toContain('● REPAIRED');
  });

  it('draws the same frame object for the same screen', () => {
    const at = { columns: 120, rows: 40, look, now: NOW, turn: 0 };
    expect(frame(cniGone, at)).toEqual(frame(cniGone, at));
  });
});
