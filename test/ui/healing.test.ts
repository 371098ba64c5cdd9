import { describe, expect, it } from 'vitest';
import type { AppState, Healing } from '../../src/store/app-state.ts';
import { say } from '../../src/text/safe.ts';
import { deskWith } from './desk.ts';
import { calm, cniGone, harmless, modelOf, NOW, running, stateWith } from './fixtures/story.ts';

const watching: Healing = { state: 'watching', why: null, remedy: null, until: null };
const withHealing = (healing: Healing, state: AppState = cniGone): AppState => ({ ...state, healing });
const counting = withHealing({ ...watching, state: 'countdown', remedy: harmless, until: NOW + 27_000 });

describe('a screen that heals by itself', () => {
  it('counts down before it acts, with the command and the key that stops it', () => {
    const desk = deskWith(counting);
    expect(desk.screen()).toMatch(/HEALS ITSELF in 27 s {2}.*H stops it/);
    expect(desk.screen()).toContain('$ ');
    desk.wait(7_000);
    desk.store.setState(state => ({ ...state }));
    expect(desk.screen()).toContain('HEALS ITSELF in 20 s');
  });

  it('stops with one key, even while it is locked, and begins again with the same one', () => {
    const desk = deskWith(counting);
    desk.keys('H');
    expect(desk.effects).toEqual([{ kind: 'heal', on: false }]);
    expect(desk.screen()).toContain('self-healing is stopped until H turns it on again');
    desk.store.setState({ healing: { ...watching, state: 'stopped', why: say`stopped by a key` } });
    desk.keys('Esc');
    expect(desk.screen()).toMatch(/healing stopped +read-only/);
    desk.keys('H');
    expect(desk.effects.at(-1)).toEqual({ kind: 'heal', on: true });
  });

  it('says that it may act, and what it leaves to people', () => {
    expect(deskWith(withHealing(watching, calm)).screen()).toMatch(/heals itself +read-only/);
    const left = withHealing({ ...watching, state: 'human', why: say`2 repairs within an hour` });
    expect(deskWith(left).screen()).toContain('left to you: 2 repairs within an hour');
    const later = withHealing({ ...watching, why: say`a Helm operation is under way` });
    expect(deskWith(later).screen()).toContain('heals later: a Helm operation is under way');
  });

  it('has no such key and no such words when nothing is opted in', () => {
    const desk = deskWith(cniGone);
    desk.keys('H');
    expect(desk.effects).toEqual([]);
    expect(desk.screen()).toContain('self-healing is off: no action is opted in');
    expect(desk.screen()).not.toContain('heals itself');
  });

  it('marks in the history what it did', () => {
    const done = {
      ...running,
      state: 'succeeded' as const,
      endedAt: NOW,
      plan: { ...running.plan, healing: { root: say`dns/scaled-to-zero` } },
    };
    const desk = deskWith({ ...calm, runs: { ...calm.runs, past: [done] } });
    desk.keys('h');
    expect(desk.screen()).toMatch(/by itself: Sync release cilium/);
  });

  it('tells in the history what it left to people', () => {
    const note = { at: NOW - 60_000, text: say`self-healing left it to people: 2 repairs within an hour` };
    const desk = deskWith({ ...calm, healNotes: [note] });
    desk.keys('h');
    expect(desk.screen()).toContain('self-healing left it to people: 2 repairs within an hour');
  });
});

describe('who else changes the cluster', () => {
  const held = { by: say`alice@jump-1`, action: say`Sync release cilium`, since: NOW - 180_000 };
  it('stands in the header in place of the address, as long as they do', () => {
    const news = { model: modelOf(calm.world.model?.diagnosis ?? fail()), held };
    const desk = deskWith(stateWith(news));
    expect(desk.screen()).toMatch(/alice@jump-1 recovers since 3m.*: Sync release cilium/);
    expect(deskWith(stateWith({ ...news, held: null })).screen()).not.toContain('alice');
  });
});

function fail(): never {
  throw new Error('the story has no diagnosis');
}
