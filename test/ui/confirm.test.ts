import { describe, expect, it } from 'vitest';
import type { AppState } from '../../src/store/app-state.ts';
import { field } from '../../src/text/field.ts';
import { deskWith } from './desk.ts';
import {
  armed,
  broken,
  cniGone,
  harmless,
  mode,
  modelOf,
  plan,
  remedyOf,
  repairing,
  stateWith,
} from './fixtures/story.ts';

const word = [...'cilium'];

describe('before anything is changed', () => {
  it('tells every guard to its end, and each apart from the next', () => {
    const long = field(`Flux owns cilium too: ${'it is suspended there '.repeat(5)}meanwhile`);
    const same = field('the same version as installed, 1.17.4, and so is its chart');
    const guards = [
      { state: 'passed', text: field('every layer below holds') },
      { state: 'warning', text: long },
      { state: 'passed', text: field('no Helm lock') },
      { state: 'passed', text: same },
    ] as const;
    for (let columns = 80; columns <= 130; columns++) {
      const desk = deskWith(
        {
          ...armed,
          dialog: { kind: 'confirm', plan: { ...plan, guards }, blockedBy: null, typed: '', openedAt: 0 },
        },
        { columns, rows: 45 },
      );
      expect(desk.screen()).not.toMatch(/\S✓/);
      expect(desk.screen()).toMatch(/and so is its chart( |│)/);
    }
  });

  it('explains the lock when it is closed', () => {
    const desk = deskWith(cniGone);
    desk.keys('F');
    expect(desk.screen()).toContain('press u to unlock first');
    expect(desk.state().dialog).toBeNull();
  });

  it('unlocks for ten minutes and locks again', () => {
    const desk = deskWith(cniGone);
    desk.keys('u');
    expect(desk.screen()).toContain('ARMED 10:00');
    desk.keys('u');
    expect(desk.screen()).toContain('read-only');
    desk.keys('u');
    desk.wait(600_001);
    desk.keys('F');
    expect(desk.state().dialog).toBeNull();
  });

  it('asks for the name of a protected context', () => {
    const desk = deskWith({ ...cniGone, lock: { ...cniGone.lock, protectedContext: true } });
    desk.keys('u');
    desk.wait(400);
    desk.keys('y', 'enter');
    expect(desk.state().lock.armedUntil).toBeNull();
    desk.keys('backspace', ...'homelab', 'enter');
    expect(desk.state().lock.armedUntil).not.toBeNull();
  });

  it('never unlocks a recording', () => {
    const desk = deskWith({ ...cniGone, mode: { ...mode, badge: 'REPLAY', readOnly: true } });
    desk.keys('u');
    expect(desk.state().lock.armedUntil).toBeNull();
    expect(desk.screen()).toContain('cannot be opened');
  });

  it('refuses a second action while one runs', () => {
    const desk = deskWith(repairing);
    desk.keys('S');
    expect(desk.state().dialog).toBeNull();
    expect(desk.screen()).toContain('an action is running');
  });

  it('probes only when unlocked, since probes run pods', () => {
    const locked = deskWith(cniGone);
    locked.keys('P');
    expect(locked.effects).toEqual([]);
    expect(locked.screen()).toContain('press u to unlock first');
    const desk = deskWith(armed);
    desk.keys('P');
    expect(desk.effects.map(({ kind }) => kind)).toEqual(['probe']);
  });
});

describe('the confirmation of danger 3', () => {
  it('starts the plan only after the whole word and Enter', () => {
    const desk = deskWith(armed);
    desk.keys('F');
    desk.wait(400);
    desk.keys('enter', 'y');
    expect(desk.effects).toEqual([]);
    desk.keys('backspace', ...word);
    expect(desk.effects).toEqual([]);
    desk.keys('enter');
    expect(desk.effects).toEqual([{ kind: 'start-run', plan }]);
    expect(desk.state().dialog).toBeNull();
  });

  it('takes no key that was typed before the question was there', () => {
    const desk = deskWith(armed);
    desk.keys('F', ...word, 'enter');
    desk.wait(299);
    desk.keys('enter');
    expect(desk.effects).toEqual([]);
    expect(desk.state().dialog).toMatchObject({ typed: '' });
  });

  it('does not run a word that is wrong or not finished', () => {
    const desk = deskWith(armed);
    desk.keys('F');
    desk.wait(400);
    desk.keys(...'ciliu', 'enter', ...'x', 'enter');
    expect(desk.effects).toEqual([]);
  });

  it('cancels with Esc and leaves with Ctrl-C', () => {
    const desk = deskWith(armed);
    desk.keys('F', 'esc');
    expect(desk.state().dialog).toBeNull();
    desk.keys('F', 'ctrl-c');
    expect(desk.effects).toEqual([{ kind: 'quit' }]);
  });

  it('copies exactly the commands that are shown', () => {
    const desk = deskWith(armed);
    desk.keys('F');
    desk.wait(400);
    desk.keys('ctrl-y');
    const [effect] = desk.effects;
    expect(effect).toMatchObject({ kind: 'copy' });
    const text = effect?.kind === 'copy' ? effect.text : '';
    expect(text.split('\n')[0]).toBe('helmfile --file bootstrap/helmfile.yaml --selector name=cilium sync');
    expect(text.split('\n')).toHaveLength(5);
  });

  it('runs nothing when the lock has closed in the meantime', () => {
    const desk = deskWith(armed);
    desk.keys('F');
    desk.wait(600_000);
    desk.keys(...word, 'enter');
    expect(desk.effects).toEqual([]);
    expect(desk.screen()).toContain('the lock has closed');
  });

  it('runs nothing on a terminal too small to show the commands', () => {
    const desk = deskWith(armed, { columns: 40, rows: 12 });
    desk.keys('F');
    desk.wait(400);
    desk.keys(...word, 'enter');
    expect(desk.effects).toEqual([]);
  });
});

describe('the confirmation of less danger', () => {
  const gentle = (change: Partial<AppState> = {}): AppState => ({
    ...stateWith({ model: modelOf(broken, harmless) }),
    lock: armed.lock,
    ...change,
  });

  it('takes y, and never Enter', () => {
    const desk = deskWith(gentle());
    desk.keys('F');
    desk.wait(400);
    desk.keys('enter', 'enter');
    expect(desk.effects).toEqual([]);
    desk.keys('y');
    expect(desk.effects).toEqual([{ kind: 'start-run', plan: harmless.plan }]);
  });

  it('takes n for no', () => {
    const desk = deskWith(gentle());
    desk.keys('F');
    desk.wait(400);
    desk.keys('n');
    expect(desk.state().dialog).toBeNull();
    expect(desk.effects).toEqual([]);
  });

  it('shows what is to be done by hand even while locked', () => {
    const guide = { ...harmless, blockedBy: field('this is done outside: type it yourself') };
    const desk = deskWith(stateWith({ model: modelOf(broken, guide) }));
    desk.keys('F');
    expect(desk.screen()).toContain('Cannot be run now: this is done outside: type it yourself');
  });

  it('shows a blocked plan with its reason, and does not run it', () => {
    const blocked = { ...harmless, blockedBy: field('the API server does not answer') };
    const desk = deskWith({ ...stateWith({ model: modelOf(broken, blocked) }), lock: armed.lock });
    desk.keys('F');
    desk.wait(400);
    expect(desk.screen()).toContain('Cannot be run now: the API server does not answer');
    desk.keys('y');
    expect(desk.effects).toEqual([]);
  });

  it('does not run a plan with a blocking guard', () => {
    const guarded = remedyOf({
      danger: 1,
      typedWord: null,
      guards: [{ state: 'blocking', text: field('Helm holds the release') }],
    });
    const desk = deskWith({ ...stateWith({ model: modelOf(broken, guarded) }), lock: armed.lock });
    desk.keys('F');
    desk.wait(400);
    desk.keys('y');
    expect(desk.effects).toEqual([]);
    expect(desk.screen()).toContain('✗ Helm holds the release');
  });

  it('calls what people do outside of groundup by hand, not something for later', () => {
    const guide = {
      ...remedyOf({}, null),
      action: 'guide',
      danger: 0 as const,
      blockedBy: field('type it yourself'),
    };
    const model = { ...modelOf(broken), remedies: { ...modelOf(broken).remedies, cni: [guide] } };
    const desk = deskWith({ ...armed, world: { ...armed.world, model } });
    desk.keys('2', 'a');
    expect(desk.screen()).toMatch(/by hand │/);
    expect(desk.screen()).toContain('by hand: type it yourself');
    expect(desk.screen()).not.toContain('not now');
  });

  it('lists all remedies of a layer and offers the chosen one', () => {
    const desk = deskWith(armed);
    desk.keys('a');
    expect(desk.screen()).toContain('Remedies for CNI');
    desk.keys('j', 'enter');
    expect(desk.state().dialog).toMatchObject({ kind: 'confirm', plan: { action: 'reconcile' } });
  });
});
