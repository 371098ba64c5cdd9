import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import type { Run } from '../../src/runs/run.ts';
import type { AppState } from '../../src/store/app-state.ts';
import { askedReading, type PodLog } from '../../src/store/looking.ts';
import { receive } from '../../src/store/updates.ts';
import { field } from '../../src/text/field.ts';
import { deskWith } from './desk.ts';
import { broken, calm, cniGone, healthy, modelOf, NOW, ref, root, running } from './fixtures/story.ts';

const kubeDns = ref('Service', 'kube-system', 'kube-dns');
const linked: Diagnosis = {
  ...broken,
  root: { ...root, whys: root.whys.map((link, i) => (i === 1 ? { ...link, object: kubeDns } : link)) },
};
const withLinks: AppState = receive(cniGone, { model: { ...modelOf(linked) } });
const cilium = ref('DaemonSet', 'kube-system', 'cilium');

/** Puts into the store what the API server answered. */
function publish(desk: ReturnType<typeof deskWith>, change: (state: AppState) => AppState): void {
  desk.store.setState(change(desk.state()), true);
  desk.keys('?', '?');
}

describe('from a sentence to its object', () => {
  it('opens the object of the selected link of the chain', () => {
    const desk = deskWith(withLinks);
    desk.keys('w', 'j');
    expect(desk.screen()).toContain('2▸ Why do lookups time out?');
    desk.keys('enter');
    expect(desk.screen()).toContain('Service kube-system/kube-dns');
    expect(desk.effects).toEqual([{ kind: 'read-object', ref: kubeDns }]);
    desk.keys('esc');
    expect(desk.screen()).toContain('2▸ Why do lookups time out?');
  });

  it('opens the object of a finding below the chain', () => {
    const desk = deskWith(withLinks);
    desk.keys('w', ...Array.from({ length: 6 }, () => 'j'));
    expect(desk.screen()).toContain('✗▸DaemonSet cilium: missing');
    desk.keys('d');
    expect(desk.effects).toEqual([{ kind: 'read-object', ref: cilium }]);
  });

  it('jumps to the object to be repaired with one key, from anywhere, and says when there is none', () => {
    const desk = deskWith(withLinks);
    desk.keys('h', '.');
    expect(desk.screen()).toMatch(/DaemonSet kube-system\/cilium +missing/);
    expect(desk.screen()).toContain('Who removed it?');
    publish(desk, state => ({
      ...state,
      reading: { ...askedReading(cilium, NOW), state: 'failed', message: field('It is gone.') },
    }));
    expect(desk.screen()).toContain('It is gone.');
    const quiet = deskWith(calm);
    quiet.keys('.');
    expect(quiet.screen()).toContain('nothing is broken: there is no root cause');
  });

  it('keeps the selection on the same question when the chain grows under it', () => {
    const desk = deskWith(withLinks);
    desk.keys('w', 'j');
    const [first, ...others] = linked.root?.whys ?? [];
    if (first === undefined) throw new Error('the fixture has a chain');
    const longer = {
      ...linked,
      root: { ...root, whys: [first, { ...first, question: field('And why that?') }, ...others] },
    };
    publish(desk, state => receive(state, { model: modelOf(longer) }));
    expect(desk.screen()).toContain('3▸ Why do lookups time out?');
  });
});

describe('an object in full', () => {
  const read = (desk: ReturnType<typeof deskWith>): void =>
    publish(desk, state => ({
      ...state,
      reading: {
        ...askedReading(ref('Deployment', 'kube-system', 'cilium-operator'), NOW),
        state: 'read',
        yaml: [
          'kind: Deployment',
          'spec:',
          `  long: ${'x'.repeat(90)} TAIL`,
          ...Array.from({ length: 80 }, (_, i) => `  n${i}: 1`),
        ].map(text => field(text)),
        pods: [],
      },
    }));

  it('shows the YAML that was read, scrolls, searches and moves sideways in it', () => {
    const desk = deskWith(cniGone);
    desk.keys('2', 'o', 'j', 'y');
    expect(desk.effects).toEqual([
      { kind: 'read-object', ref: ref('Deployment', 'kube-system', 'cilium-operator') },
    ]);
    expect(desk.screen()).toContain('asking the API server for the whole object');
    expect(desk.screen()).toContain('what the watch keeps of it:');
    read(desk);
    expect(desk.screen()).toContain('kind: Deployment');
    expect(desk.screen()).not.toContain('TAIL');
    desk.keys('right', 'right', 'right', 'right', 'right');
    expect(desk.screen()).toContain('TAIL');
    desk.keys('W');
    expect(desk.screen()).toContain('TAIL');
    expect(desk.screen()).toContain('kind: Deployment');
    desk.keys('/', 'n', '7', '9', 'enter');
    expect(desk.screen()).toContain('n79: 1');
    desk.keys('&');
    expect(desk.screen()).toContain('1 matching lines');
    desk.keys('esc', 'y');
    expect(desk.screen()).toContain('L logs');
  });

  it('goes along its links with Tab, opens one with Enter, and comes back with Esc', () => {
    const desk = deskWith(cniGone);
    desk.keys('2', 'o', 'j', 'enter');
    const pod = {
      metadata: { name: field('cilium-operator-7'), namespace: field('kube-system') },
      status: { phase: field('Running') },
    };
    const about = ref('Deployment', 'kube-system', 'cilium-operator');
    publish(desk, state => ({
      ...state,
      reading: { ...askedReading(about, NOW), state: 'read', pods: [pod] },
    }));
    desk.keys('tab', 'enter');
    expect(desk.screen()).toContain('Pod kube-system/cilium-operator-7');
    desk.keys('esc');
    expect(desk.screen()).toContain('Deployment kube-system/cilium-operator');
    expect(desk.effects.map(effect => ('ref' in effect ? effect.ref.name : effect.kind))).toEqual([
      'cilium-operator',
      'cilium-operator-7',
      'cilium-operator',
    ]);
  });
});

describe('the log of a container', () => {
  const about = ref('Deployment', 'kube-system', 'cilium-operator');
  const pod = ref('Pod', 'kube-system', 'cilium-operator-7');
  const entry = (i: number) => ({ at: NOW + i * 1000, text: field(`line ${i}`) });
  const log =
    (change: Partial<PodLog> = {}) =>
    (state: AppState): AppState => ({
      ...state,
      podLog: {
        about,
        pod,
        container: field('operator'),
        containers: [field('operator'), field('proxy')],
        previous: false,
        state: 'open',
        message: null,
        lines: Array.from({ length: 100 }, (_, i) => entry(i)),
        dropped: 0,
        ...change,
      },
    });

  function opened() {
    const desk = deskWith(cniGone);
    desk.keys('2', 'o', 'j', 'L');
    return desk;
  }

  it('is asked for by the workload, followed, and closed with the pane', () => {
    const desk = opened();
    expect(desk.screen()).toContain('asking for the log');
    publish(desk, log());
    expect(desk.screen()).toContain('Pod kube-system/cilium-operator-7 · operator (1 of 2)');
    expect(desk.screen()).toContain('line 99');
    expect(desk.screen()).toContain('following · 100 lines');
    desk.keys('esc');
    expect(desk.screen()).toContain('[Objects]');
    expect(desk.effects).toEqual([
      { kind: 'follow-log', ref: about, container: null, previous: false },
      { kind: 'close-log' },
    ]);
    expect(desk.state().podLog).toBeNull();
  });

  it('counts new lines while it is paused, and stays where it is read though old lines fall out', () => {
    const desk = opened();
    publish(desk, log());
    desk.keys('k', 'k', 'k');
    const top = (): string => /line (\d+)/.exec(desk.screen())?.[1] ?? '';
    const before = top();
    publish(desk, log({ lines: Array.from({ length: 100 }, (_, i) => entry(i + 40)), dropped: 40 }));
    expect(top()).toBe(before);
    expect(desk.screen()).toContain('+ 40 new lines');
    expect(desk.screen()).toContain('oldest 40 dropped');
    desk.keys('s');
    expect(desk.screen()).toContain('line 139');
    expect(desk.screen()).not.toContain('new line');
  });

  it('turns to the next container, the previous run, and hides the times', () => {
    const desk = opened();
    publish(desk, log());
    desk.keys('tab');
    publish(desk, log({ container: field('proxy') }));
    desk.keys('p');
    expect(desk.effects.slice(1)).toEqual([
      { kind: 'follow-log', ref: pod, container: 'proxy', previous: false },
      { kind: 'follow-log', ref: pod, container: 'proxy', previous: true },
    ]);
    publish(desk, log({ lines: [entry(5)], previous: true }));
    expect(desk.screen()).toContain('previous run');
    expect(desk.screen()).toMatch(/\d\d:\d\d:\d\d line 5/);
    desk.keys('t');
    expect(desk.screen()).toMatch(/│ line 5/);
  });

  it('finds text, goes from match to match round the end, and shows only what matches', () => {
    const desk = opened();
    publish(desk, log());
    desk.keys('/', '1', '5', 'enter');
    expect(desk.screen()).toContain('line 15');
    desk.keys('n');
    expect(desk.screen()).toContain('line 15');
    desk.keys('&');
    expect(desk.screen()).toContain('1 matching lines');
    expect(desk.screen()).not.toContain('line 16');
    desk.keys('esc');
    expect(desk.screen()).toContain('line 16');
  });

  it('says why there is none', () => {
    const desk = opened();
    publish(
      desk,
      log({ state: 'failed', message: field('These credentials may not get pods/log.'), lines: [] }),
    );
    expect(desk.screen()).toContain('These credentials may not get pods/log.');
    const nodes = deskWith(cniGone);
    nodes.keys('1', 'o', 'L');
    expect(nodes.screen()).toContain('Node k8s-1 runs no containers: no logs');
    expect(nodes.effects).toEqual([]);
  });

  it('does not search in it for what the list was filtered by, and has the filter back afterwards', () => {
    const desk = deskWith(cniGone);
    desk.keys('2', 'o', '/', 'o', 'p', 'e', 'r', 'enter', 'L');
    expect(desk.state().view.filter).toBe('');
    desk.keys('esc');
    expect(desk.state().view.filter).toBe('oper');
  });
});

describe('the history', () => {
  const story = [linked, healthy].reduce(
    (state, diagnosis, i) => receive(state, { model: modelOf({ ...diagnosis, at: NOW + i * 60_000 }) }),
    calm,
  );

  it('shows what was concluded at a moment', () => {
    const desk = deskWith(story);
    desk.keys('h');
    const at = desk
      .screen()
      .split('\n')
      .filter(row => /\d\d:\d\d {2}\w+ /.test(row))
      .findIndex(row => row.includes('CNI down'));
    expect(at).toBeGreaterThan(0);
    desk.keys(...Array.from({ length: at }, () => 'j'));
    expect(desk.screen()).toMatch(/▸\d\d:\d\d {2}CNI down/);
    expect(desk.screen()).toContain('root cause then: DaemonSet kube-system/cilium');
    desk.wait(4 * 3_600_000);
    desk.keys('enter');
    for (const part of [
      / as it was \d\d:\d\d:05, 4h ago /,
      /ROOT CAUSE {2}CNI · DaemonSet kube-system\/cilium does not exist/,
      /deleted outside Helm and Flux/,
      /2 CNI ─+ ✗ down/,
      /k8s-1 k8s-2 k8s-3: no agent/,
      /CNI +[─ ]+✗/,
      /\d\d:\d\d:05 ▼/,
    ])
      expect(desk.screen()).toMatch(part);
    desk.keys('esc');
    expect(desk.screen()).toContain('all eight layers healthy');
    expect(desk.screen()).toContain('[History]');
  });

  it('opens the log of a run, reads back what an earlier day wrote, and tells several runs apart', () => {
    const old: Run = {
      ...running,
      id: 'old',
      state: 'failed',
      endedAt: NOW - 1000,
      exitCode: 1,
      lines: [],
      failure: field('the chart could not be had'),
    };
    const fresh: Run = { ...running, id: 'new', state: 'succeeded', endedAt: NOW, exitCode: 0 };
    const desk = deskWith({ ...calm, runs: { ...calm.runs, past: [fresh, old] } });
    desk.keys('h', 'enter');
    expect(desk.screen()).toContain('run 2 of 2');
    expect(desk.screen()).toContain('succeeded in 0:48, exit 0');
    desk.keys('[');
    expect(desk.screen()).toContain('the chart could not be had · began');
    expect(desk.screen()).toContain('its output is being read back');
    expect(desk.effects).toEqual([{ kind: 'read-run', id: 'old' }]);
    publish(desk, state => ({ ...state, runs: { ...state.runs, opened: { ...old, lines: running.lines } } }));
    expect(desk.screen()).toContain('Happy Helming!');
    desk.keys('[');
    expect(desk.screen()).toContain('this is the oldest run kept');
  });
});

describe('the log of a run', () => {
  it('marks stderr only where both streams occur, and heads each step', () => {
    const command = `$ helmfile ${running.plan.steps[1]?.kind === 'tool' ? running.plan.steps[1].args.join(' ') : ''}`;
    const lines = [
      { at: 0, from: 'groundup' as const, text: field(command) },
      { at: 1000, from: 'stderr' as const, text: field('Upgrading release=cilium') },
    ];
    const past = [{ ...running, state: 'succeeded' as const, endedAt: NOW, lines }];
    const desk = deskWith({ ...calm, runs: { ...calm.runs, past } });
    desk.keys('l');
    expect(desk.screen()).toContain('0:00 2/5 $ helmfile');
    expect(desk.screen()).toContain('0:01   Upgrading');
    const mixed = [...lines, { at: 2000, from: 'stdout' as const, text: field('done') }];
    const both = deskWith({
      ...calm,
      runs: { ...calm.runs, past: [{ ...running, state: 'succeeded', endedAt: NOW, lines: mixed }] },
    });
    both.keys('l');
    expect(both.screen()).toContain('0:01 ! Upgrading');
  });
});

describe('the warnings', () => {
  it('are those of the selected layer, and all of them on demand', () => {
    const desk = deskWith(cniGone);
    desk.keys('2', 'e');
    expect(desk.screen()).toContain('BackOff ×3  Pod kube-system/cilium-operator-7');
    expect(desk.screen()).not.toContain('FailedCreatePodSandBox ×41');
    expect(desk.screen()).toContain('& also shows 1 warning about other layers');
    desk.keys('&');
    expect(desk.screen()).toContain('FailedCreatePodSandBox ×41');
    desk.keys('enter');
    expect(desk.effects.at(-1)).toMatchObject({ kind: 'read-object', ref: { kind: 'Pod' } });
  });

  it('say so when there are none', () => {
    const desk = deskWith(cniGone);
    desk.keys('7', 'e');
    expect(desk.screen()).toContain('no warnings about Applications in the last hour');
  });
});

describe('leaving what is shown in full', () => {
  it('follows the log of the run again, whatever the log before was paused at', () => {
    const desk = deskWith({ ...cniGone, runs: { ...cniGone.runs, past: [running] } });
    desk.keys('2', 'o', 'j', 'L');
    const lines = Array.from({ length: 90 }, (_, i) => ({ at: null, text: field(`line ${i}`) }));
    publish(desk, state => ({ ...state, podLog: state.podLog && { ...state.podLog, lines } }));
    desk.keys('k', 'k', 'l');
    expect(desk.state().view).toMatchObject({ follow: true, pausedAt: null, detail: null, tab: 'log' });
    expect(desk.effects.at(-1)).toEqual({ kind: 'close-log' });
  });

  it('has the list back as it was filtered when a layer is chosen', () => {
    const desk = deskWith(cniGone);
    desk.keys('1', 'o', '/', 'k', '8', 's', 'enter', 'enter', '2');
    expect(desk.state().view).toMatchObject({ detail: null, layer: 'cni', filter: 'k8s', listFilter: '' });
  });
});
