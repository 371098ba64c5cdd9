import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { type AppState, initialState } from '../../src/store/app-state.ts';
import { receive } from '../../src/store/updates.ts';
import { field } from '../../src/text/field.ts';
import { frame } from '../../src/ui/frame.ts';
import { plain } from '../../src/ui/row.ts';
import { deskWith } from './desk.ts';
import { broken, healthy, mode, modelOf, NOW, remedyOf, root, running } from './fixtures/story.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** Healthy ten hours ago, broken from -4 h to -3 h with a repair at its end, healthy since; it is now NOW. */
const night: AppState = [
  [healthy, -10 * HOUR],
  [broken, -4 * HOUR],
  [healthy, -3 * HOUR],
].reduce(
  (state, [diagnosis, ms]) => {
    const model = modelOf(
      { ...(diagnosis as Diagnosis), at: NOW + (ms as number) },
      diagnosis === broken ? remedyOf() : null,
    );
    return receive(state, { model });
  },
  receive(initialState(mode), {
    pastRuns: [
      { ...running, state: 'succeeded', startedAt: NOW - 3.2 * HOUR, endedAt: NOW - 3 * HOUR, exitCode: 0 },
    ],
  }),
);

const screenOf = (state: AppState, columns: number, rows: number, ascii = false): string =>
  frame(state, { columns, rows, look: { colour: false, ascii }, now: NOW, turn: 0 })
    .rows.map(plain)
    .join('\n');

describe('the time line', () => {
  it('has a row for each layer, a sign for each verdict, the actions, and how often each turned bad', () => {
    const desk = deskWith(night);
    desk.keys('h');
    const screen = desk.screen();
    expect(screen).toMatch(/-24h.*-18h.*-12h.*-6h.*now/);
    expect(screen).toMatch(/│ CNI {5,}─+✗{2,4}─+ ×1/);
    expect(screen).toMatch(/│ Nodes {5,}─+↑{2,4}─+ {2,}/);
    expect(screen).toMatch(/│ Flux {5,}─+\?{2,4}─+/);
    expect(screen).toMatch(/│ actions {5,}◆ /);
  });

  it('is read without colour and in ASCII: no two verdicts share a sign', () => {
    const view = { ...night.view, tab: 'history', focus: 'side' } as const;
    const ascii = screenOf({ ...night, view }, 120, 40, true);
    expect(ascii).toMatch(/CNI +-+x+-+/);
    expect(ascii).toMatch(/Nodes +-+\^+-+/);
    expect(ascii).toMatch(/Flux +-+\?+-+/);
    expect(ascii).toMatch(/actions +\* /);
  });

  it('takes the width there is, and one row for all layers where there is little height', () => {
    const view = { ...night.view, tab: 'history', focus: 'side', zoom: true } as const;
    const cells = (columns: number, rows: number, name: string): number =>
      /[─✗]+/.exec(
        screenOf({ ...night, view }, columns, rows)
          .split('\n')
          .find(row => row.includes(` ${name} `)) ?? '',
      )?.[0].length ?? 0;
    expect(cells(200, 40, 'CNI')).toBeGreaterThan(1.5 * cells(100, 40, 'CNI'));
    expect(screenOf({ ...night, view: { ...view, zoom: false } }, 80, 24)).toMatch(/all +─+✗+─+/);
  });

  it('spans less with z, and all of it again after the least', () => {
    const desk = deskWith(night);
    desk.keys('h', 'z');
    expect(desk.screen()).toMatch(/-6h.*-4\.5h.*-3h.*-1\.5h.*now/);
    desk.keys('z', 'z', 'z');
    expect(desk.screen()).toMatch(/-24h.*-18h/);
  });
});

describe('the screen as it was', () => {
  it('is gone to cell by cell, with tower, banner and chain, and is left with Esc', () => {
    const desk = deskWith(night);
    desk.keys('h');
    for (let i = 0; i < 40 && !desk.screen().includes('ROOT CAUSE'); i++) desk.keys('left');
    const screen = desk.screen();
    expect(screen).toMatch(/ as it was (\d\d-\d\d )?\d\d:\d\d:\d\d, [34]h ago /);
    expect(screen).toMatch(/ROOT CAUSE {2}CNI · DaemonSet kube-system\/cilium does not exist/);
    expect(screen).toMatch(/offered then {3}helmfile/);
    expect(screen).toMatch(/2 CNI ─+ ✗ down/);
    desk.keys('w');
    expect(desk.screen()).toContain('[Why]');
    expect(desk.screen()).toContain('5  Why is there no agent socket?');
    desk.keys('h', 'right', 'right', 'right', 'right');
    expect(desk.screen()).toContain('all eight layers healthy');
    expect(desk.screen()).toContain('as it was');
    desk.keys('esc');
    expect(desk.screen()).not.toMatch(/as it was \d/);
    expect(desk.screen()).toContain('[History]');
    expect(desk.state().view.asOf).toBeNull();
  });

  it('is gone to change by change, by the list, and minute by minute', () => {
    const desk = deskWith(night);
    desk.keys('h', '[');
    expect(desk.state().view.asOf).toBe(NOW - 3 * HOUR);
    desk.keys('[');
    expect(desk.state().view.asOf).toBe(NOW - 4 * HOUR);
    desk.keys('<');
    expect(desk.state().view.asOf).toBe(NOW - 4 * HOUR - MINUTE);
    expect(desk.screen()).toContain('all eight layers healthy');
    desk.keys('>', ']');
    expect(desk.state().view.asOf).toBe(NOW - 3 * HOUR);
    for (let i = 0; i < 9; i++) desk.keys('j');
    expect(desk.state().view.asOf).toBe(NOW - 4 * HOUR);
    desk.keys('[', '[');
    expect(desk.state().view.asOf).toBe(NOW - 10 * HOUR);
    desk.keys('[');
    expect(desk.screen()).toContain('nothing older is remembered');
    desk.keys(']', ']', ']');
    expect(desk.state().view.asOf).toBeNull();
  });

  it('changes nothing in the cluster, and says so', () => {
    const desk = deskWith({ ...night, lock: { ...night.lock, armedUntil: NOW + HOUR } });
    desk.keys('h', '[', '[');
    for (const key of ['F', 'a', 'u', 'S', 'P', 'r', 'd', '.']) {
      desk.keys(key);
      expect(desk.screen(), key).toContain('this is the past: Esc returns to now');
    }
    desk.keys('w', 'enter');
    expect(desk.screen()).toContain('Esc returns to now');
    expect(desk.effects).toEqual([]);
    expect(desk.screen()).not.toContain('ARMED');
    desk.keys('esc');
    expect(desk.screen()).toContain('ARMED');
  });

  it('stays while the cluster goes on, and lets go when a run begins', () => {
    const desk = deskWith(night);
    desk.keys('h', '[', '[');
    desk.store.setState(state => receive(state, { model: modelOf({ ...healthy, at: NOW }) }), true);
    expect(desk.state().view.asOf).toBe(NOW - 4 * HOUR);
    desk.store.setState(state => receive(state, { run: { ...running, id: 'new' } }), true);
    expect(desk.state().view).toMatchObject({ asOf: null, tab: 'log' });
  });

  it('has no objects and no warnings to show, and says that they are not remembered', () => {
    const desk = deskWith(night);
    desk.keys('h', '[', '[', 'o');
    expect(desk.screen()).toContain('objects are not remembered');
    desk.keys('e');
    expect(desk.screen()).toContain('warnings are not remembered');
  });

  it.each([
    [80, 24],
    [60, 14],
    [40, 12],
    [30, 8],
  ])('is marked as the past at %ix%i', (columns, rows) => {
    const past = { ...night, view: { ...night.view, asOf: NOW - 4 * HOUR } };
    const time = `${new Date(NOW - 4 * HOUR).toTimeString().slice(0, 5)}:05`;
    expect(screenOf(past, columns, rows)).toContain(time);
  });

  it('says that nobody looked where nobody did', () => {
    const gaps = [{ from: NOW - 2 * HOUR, to: NOW - HOUR }];
    const world = { ...night.world, memory: { ...night.world.memory, gaps } };
    const past = { ...night, world, view: { ...night.view, asOf: NOW - 1.5 * HOUR } };
    expect(screenOf(past, 120, 40)).toContain('nobody looked at this moment');
  });
});

describe('a recording', () => {
  const replay: AppState = {
    ...night,
    mode: { ...mode, badge: 'REPLAY', readOnly: true },
    view: { ...night.view, tab: 'history', focus: 'side', asOf: NOW - 10 * HOUR },
  };

  it('is played and halted with Space, is always in the past, and quits at once', () => {
    const desk = deskWith(replay);
    expect(desk.screen()).toMatch(/halted {2,}REPLAY {2}read-only/);
    desk.keys(' ');
    expect(desk.state().view.playing).toBe(true);
    expect(desk.screen()).toContain('playing');
    desk.keys(' ', ']');
    expect(desk.screen()).toContain('ROOT CAUSE');
    desk.keys('esc');
    expect(desk.state().view.asOf).toBe(NOW - 4 * HOUR);
    desk.keys('F');
    expect(desk.screen()).toContain('this is a recording');
    desk.keys('q');
    expect(desk.effects).toEqual([{ kind: 'quit' }]);
  });
});

describe('why it is believed', () => {
  const said = { ...root, rule: 'cni.presence', inputs: [field('daemonsets: live, 2 objects')] };
  const state = receive(initialState(mode), { model: modelOf({ ...broken, root: said }) });

  it('is one line below the chain until it is unfolded', () => {
    const desk = deskWith(state);
    desk.keys('w');
    expect(desk.screen()).toContain('why do I believe this: rule cni.presence');
    expect(desk.screen()).not.toContain('daemonsets: live');
    for (let i = 0; i < 6; i++) desk.keys('j');
    expect(desk.screen()).toMatch(/▸ why do I believe this.* Enter unfolds/);
    desk.keys('enter');
    expect(desk.screen()).toContain('daemonsets: live, 2 objects');
    desk.keys('enter');
    expect(desk.screen()).not.toContain('daemonsets: live');
  });
});

describe('the components', () => {
  it('are filtered as other lists are', () => {
    const desk = deskWith(night);
    desk.keys('v', '/', 's', 'p', 'e');
    expect(desk.screen()).toContain('● spegel');
    expect(desk.screen()).not.toContain('● coredns');
    desk.keys('x');
    expect(desk.screen()).toContain('no component matches the filter');
    desk.keys('esc');
    expect(desk.screen()).toContain('● coredns');
  });
});
