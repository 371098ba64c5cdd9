import { afterEach, describe, expect, it } from 'vitest';
import { initialState } from '../../src/store/app-state.ts';
import { receive } from '../../src/store/updates.ts';
import { armed, broken, calm, cniGone, mode, modelOf, NOW, remedyOf } from './fixtures/story.ts';
import { closeAll, openApp } from './harness.tsx';

afterEach(closeAll);

const wide = { columns: 120, rows: 40 };

describe('the app on a terminal', () => {
  it('paints a whole frame before the cluster has answered', async () => {
    const app = openApp(initialState(mode), wide);
    await app.settle();
    expect(app.lines()).toHaveLength(40);
    expect(app.frame()).toContain('connecting to https://10.0.0.10:6443');
    expect(app.frame()).toContain('? unknown');
  });

  it('draws nothing when nothing that is shown has changed', async () => {
    const app = openApp(calm, wide);
    await app.settle();
    const before = app.writes();
    app.store.setState(state => ({ ...state, world: { ...state.world, heardAt: NOW } }));
    await app.settle();
    expect(app.writes()).toBe(before);
  });

  it('shows news of the world without a key', async () => {
    const app = openApp(calm, wide);
    await app.settle();
    app.store.setState(state => receive(state, { model: modelOf(broken, remedyOf()) }));
    await app.settle();
    expect(app.frame()).toContain('✗ ROOT CAUSE  CNI · DaemonSet kube-system/cilium does not exist');
  });

  it('takes held keys that come in one read one by one', async () => {
    const app = openApp(cniGone, wide);
    await app.settle();
    await app.type('0');
    await app.type('jjj');
    expect(app.store.getState().view.layer).toBe('pod-network');
  });

  it('knows arrows, Tab, Enter and Esc', async () => {
    const app = openApp(cniGone, wide);
    await app.settle();
    await app.type('\x1b[B');
    expect(app.store.getState().view.layer).toBe('pod-network');
    await app.type('\t');
    expect(app.store.getState().view.focus).toBe('side');
    await app.type('\x1b');
    await app.until(() => app.store.getState().view.focus === 'tower');
    await app.type('\r');
    expect(app.store.getState().view.expanded).toBe(true);
  });

  it('swallows a bracketed paste, whatever is in it', async () => {
    const app = openApp(armed, wide);
    await app.settle();
    await app.type('\x1b[200~F\rcilium\ry\x1b[201~');
    expect(app.store.getState().dialog).toBeNull();
    expect(app.effects).toEqual([]);
  });

  it('starts nothing from raw text that arrives in one read', async () => {
    const app = openApp(armed, wide);
    await app.settle();
    await app.type('Fcilium\r');
    expect(app.store.getState().dialog?.kind).toBe('confirm');
    expect(app.effects).toEqual([]);
  });

  it('follows the terminal through sizes and never draws more rows than it has', async () => {
    const app = openApp(cniGone, wide);
    await app.settle();
    for (const [columns, rows] of [
      [80, 24],
      [40, 12],
      [20, 5],
      [100, 30],
      [250, 80],
    ] as const) {
      await app.resize(columns, rows);
      expect(app.lines().length, `${columns}x${rows}`).toBeLessThanOrEqual(rows);
    }
  });

  it('leaves at once with Ctrl-C', async () => {
    const app = openApp(cniGone, wide);
    await app.settle();
    await app.type('\x03');
    expect(app.effects).toEqual([{ kind: 'quit' }]);
  });
});
