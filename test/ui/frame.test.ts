import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AppState, initialState, tabs } from '../../src/store/app-state.ts';
import { askedLog, askedReading, detailOf } from '../../src/store/looking.ts';
import { field } from '../../src/text/field.ts';
import { width } from '../../src/text/width.ts';
import { frame } from '../../src/ui/frame.ts';
import { plain, type Row } from '../../src/ui/row.ts';
import { type Tone, textProps } from '../../src/ui/theme.ts';
import { armed, calm, cniGone, mode, NOW, plan, ref, repairing, running } from './fixtures/story.ts';

const draw = (state: AppState, columns: number, rows: number, ascii = false): readonly string[] =>
  frame(state, { columns, rows, look: { colour: false, ascii }, now: NOW, turn: 0 }).rows.map(plain);
const text = (...args: Parameters<typeof draw>): string => draw(...args).join('\n');
const withView = (state: AppState, view: Partial<AppState['view']>): AppState => ({
  ...state,
  view: { ...state.view, ...view },
});

describe('with the clock off', () => {
  const at = (state: AppState, now: number): string =>
    frame(state, { columns: 120, rows: 40, look: { colour: false, ascii: false }, now, turn: 0 })
      .rows.map(plain)
      .join('\n');

  it('the passing of time alone changes nothing, so that a quiet screen writes nothing', () => {
    const still: AppState = {
      ...calm,
      mode: { ...mode, clock: false },
      world: { ...calm.world, heardAt: NOW + 3_600_000 },
    };
    expect(at(still, NOW + 3_600_000)).toBe(at(still, NOW));
    expect(at({ ...still, mode }, NOW + 3_600_000)).not.toBe(at({ ...still, mode }, NOW));
  });

  it('an API that cannot be reached is told with the time it began, which does not move', () => {
    const { model } = cniGone.world;
    if (model === null) throw new Error('the fixture has a model');
    const failure = { reason: 'refused', message: field('it refuses'), since: NOW - 42_000 } as const;
    const api = { ...model.snapshot.api, reach: 'unreached', failure } as const;
    const gone: AppState = {
      ...cniGone,
      world: { ...cniGone.world, model: { ...model, snapshot: { ...model.snapshot, api } } },
    };
    const still: AppState = { ...gone, mode: { ...mode, clock: false } };
    expect(at(gone, NOW)).toContain('API unreachable 42s');
    expect(at(still, NOW)).toMatch(/API unreachable since \d\d:\d\d /);
    expect(at(still, NOW + 5_000)).toBe(at(still, NOW));
  });
});

describe('120x40 with the CNI gone', () => {
  const lines = draw(cniGone, 120, 40);

  it('says first what is wrong and which key repairs it', () => {
    expect(lines[0]).toMatch(
      /^ groundup {3}homelab · https:\/\/10\.0\.0\.10:6443 · v1\.33\.1 +live +read-only $/,
    );
    expect(lines[1]).toMatch(
      /^ ✗ ROOT CAUSE {2}CNI · DaemonSet kube-system\/cilium does not exist, though Helm says/,
    );
    expect(lines[2]).toContain(
      'deleted outside Helm and Flux, 4m12s ago · explains 5 layers and 14 applications',
    );
    expect(lines[3]).toMatch(
      /^ {3}F {2}repair {3}helmfile --file bootstrap\/helmfile\.yaml --selector name=cilium sync/,
    );
    expect(lines[3]).toContain('then 4 more steps');
  });

  it('shows every layer in order with glyph, word and measure', () => {
    const at = (part: string): number => lines.findIndex(row => row.includes(part));
    const order = [
      '0 API server',
      '1 Nodes',
      '2 CNI',
      '3 Pod networking',
      '4 CoreDNS',
      '5 Service discovery',
      '6 Flux',
      '7 Appl',
    ];
    expect(order.map(at)).toEqual(order.map(at).toSorted((a, b) => a - b));
    expect(lines[at('0 API server')]).toContain('● healthy 21d ╮');
    expect(lines[at('1 Nodes')]).toContain('↑ waits for 2 ╮');
    expect(lines[at('2 CNI')]).toContain('╭▸2 CNI ─────────────────────────── ✗ down 4m12s ╮');
    expect(lines[at('3 Pod')]).toContain('✗ down ↑2 ╮');
    expect(lines[at('5 Service')]).toContain('↑ blocked by 2 ╮');
    expect(lines[at('6 Flux')]).toContain('? unknown ↑2 ╮');
  });

  it('opens the root cause by itself and lists its findings worst first', () => {
    const at = lines.findIndex(row => row.includes('▸2 CNI'));
    expect(lines.slice(at + 1, at + 6).map(row => row.slice(0, 29).trimEnd())).toEqual([
      '│ Cilium agents 0/3 · operato',
      '│ ✗ DaemonSet cilium: missing',
      '│ ✗ k8s-1 k8s-2 k8s-3: no age',
      '│ ▲ cilium-operator: 3 restar',
      '│   config left in place: old',
    ]);
  });

  it('asks and answers why, with evidence, and marks what is inferred', () => {
    const all = lines.join('\n');
    expect(all).toContain('1  Why are 14 of 16 applications not ready?');
    expect(all).toContain('│ plugin type="cilium-cni" failed');
    expect(all).toContain('6  Who removed it?');
    expect(all).toContain('(inferred)');
  });

  it('names the keys that work now at the bottom', () => {
    expect(lines[39]?.trimEnd()).toBe(
      ' 0-7 layer   Enter open   F repair   a remedies   u unlock   Tab pane   + zoom   / filter   : command   ? help   q quit',
    );
  });
});

describe('80x24 with the CNI gone', () => {
  const lines = draw(cniGone, 80, 24);

  it('shows root cause, command, all eight layers and the keys', () => {
    expect(lines[0]).toMatch(/^ homelab · v1\.33\.1 +live {2}read-only $/);
    expect(lines[1]).toContain(
      '✗ ROOT CAUSE  CNI · DaemonSet kube-system/cilium does not exist, though Helm',
    );
    expect(lines[2]).toMatch(/^ +says release cilium rev 7 is deployed +$/);
    expect(lines[3]).toContain('F  helmfile --file bootstrap/helmfile.yaml --selector name=cilium sync');
    expect(lines[5]).toMatch(/^ 0 API server +● healthy +1\/1 ready/);
    expect(lines[7]).toMatch(/^▌2 CNI +✗ down +Cilium agents 0\/3 · operator 1\/1 +4m $/);
    expect(lines[12]).toMatch(/^ 7 Applications +↑ blocked 2 +14 of 16 failing/);
    expect(lines[23]).toMatch(/0-7 layer {2}F repair {2}a remedies {2}u unlock .*\? help {2}q quit/);
  });

  it('shows the whole chain of causes', () => {
    for (const n of [1, 2, 3, 4, 5, 6]) expect(lines.some(row => row.startsWith(`│ ${n} W`))).toBe(true);
  });
});

describe('40x12', () => {
  it('shows the tower only', () => {
    const lines = draw(cniGone, 40, 12).map(row => row.trimEnd());
    expect(lines[0]).toBe('✗ CNI: DaemonSet cilium does not exist,…');
    expect(lines.slice(1, 9)).toEqual([
      '0 ● API      1/1',
      '1 ↑ Nodes    0/3 ↑2',
      '2 ✗ CNI      0/3',
      '3 ✗ Pods     ↑2',
      '4 ✗ DNS      0/2 ↑2',
      '5 ↑ SvcDisc  0/2 ↑2',
      '6 ? Flux     6m ↑2',
      '7 ↑ Apps     2/16 ↑2',
    ]);
    expect(lines[11]).toMatch(/F repair .*q quit +live$/);
  });

  it('shrinks to one line below that', () => {
    const lines = draw(cniGone, 20, 5);
    expect(lines[0]).toBe('✗ CNI: cilium does …');
    expect(lines.slice(1).join('').trim()).toBe('');
  });
});

describe('the other moments', () => {
  it('gives the banner to a running action, with its command and how to stop it', () => {
    const lines = draw(repairing, 120, 40);
    expect(lines[0]).toContain('ARMED 8:21');
    expect(lines[1]).toMatch(
      /REPAIRING {2}step 1 of 5 · sync cilium · 0:48 of about 2 min +X stop after this step/,
    );
    expect(lines[2]).toContain('next  sync coredns ▸ sync spegel');
    expect(lines.join('\n')).toContain('[Log]');
    expect(lines.join('\n')).toContain('0:06   Release "cilium" has been upgraded. Happy Helming!');
    expect(lines.join('\n')).toContain('0:05 ! coalesce.go:237');
    expect(lines.join('\n')).toContain('following · 6 lines · saved in runs/01JD3K');
    expect(lines[39]).toMatch(/^ X stop .*s follow .*y copy/);
  });

  it.each([
    ['succeeded', '● REPAIRED'],
    ['failed', '✗ FAILED'],
    ['unknown', '? OUTCOME UNKNOWN'],
    ['cancelled', '▲ STOPPED'],
  ] as const)('says how a run ended: %s', (state, words) => {
    const run = { ...running, state, endedAt: NOW };
    const ended = { ...repairing, runs: { ...repairing.runs, current: run } };
    expect(text(ended, 120, 40)).toContain(words);
    const seen = { ...ended, runs: { ...ended.runs, acknowledged: true } };
    expect(text(seen, 120, 40)).toContain('ROOT CAUSE');
  });

  it('is quiet when all is well', () => {
    const lines = draw(calm, 120, 40);
    expect(lines[1]?.trimEnd()).toBe(' ● all eight layers healthy for 3h · 6 components as wanted');
    expect(lines[2]?.trim()).toBe('');
    expect(lines[3]).toContain('╭▸0 API server ─────────────────────────── ● 21d ╮');
    expect(lines.join('\n')).not.toContain('healthy 21d');
  });

  it('never shows a stale layer as it was', () => {
    const model = calm.world.model;
    if (model === null) throw new Error('the fixture has a model');
    const layers = model.diagnosis.layers.map(view =>
      view.id === 'dns' ? { ...view, stale: true, confirmedAt: NOW - 23_000 } : view,
    );
    const stale = {
      ...calm,
      world: { ...calm.world, model: { ...model, diagnosis: { ...model.diagnosis, layers } } },
    };
    expect(text(stale, 120, 40)).toMatch(/4 CoreDNS ─+ \? was healthy 23s ago/);
  });

  it.each([
    ['silent', 'no news 23s', { heardAt: NOW - 23_000 }],
    ['live', 'live', { heardAt: NOW - 3_000 }],
  ])('says in the header that the connection is %s', (_, words, world) => {
    expect(draw({ ...calm, world: { ...calm.world, ...world } }, 120, 40)[0]).toContain(words);
  });

  it('shows the confirmation with cluster, commands, effect, time, success, guards and the word', () => {
    const asked: AppState = {
      ...armed,
      dialog: { kind: 'confirm', plan, blockedBy: null, typed: 'cil', openedAt: NOW },
    };
    for (const [columns, rows] of [
      [120, 40],
      [80, 24],
    ] as const) {
      const all = text(asked, columns, rows);
      expect(all).toContain('Confirm · danger 3 of 4');
      expect(all).toContain('armed 9:12');
      expect(all).toContain('cluster    homelab · https://10.0.0.10:6443 · kube-system 7f3c91aa');
      expect(all).toContain('1. helmfile --file bootstrap/helmfile.yaml --selector');
      expect(all).toContain('▲ the version in Git is 1.17.6  ✓ nodes answer');
      expect(all).toContain('Type  cilium  to run it:  cil▏');
    }
    expect(text(asked, 120, 40)).toMatch(/success +agents 3\/3 and nodes 3\/3 Ready for 30 s/);
    expect(text(asked, 120, 40)).toMatch(/takes +1-4 min/);
  });

  it('begins a new line after a guard that needs several', () => {
    const long = field(`the hooks of the helmfile ${'and more of them '.repeat(8)}use the current context`);
    const guards = [
      { state: 'warning' as const, text: long },
      { state: 'passed' as const, text: field('nodes answer') },
    ];
    const asked: AppState = {
      ...armed,
      dialog: { kind: 'confirm', plan: { ...plan, guards }, blockedBy: null, typed: '', openedAt: NOW },
    };
    expect(text(asked, 120, 40)).toMatch(/current context +│[^\n]*\n[^\n]*│ +✓ nodes answer/);
  });

  it('says that a question it cannot show cannot be answered', () => {
    const asked: AppState = {
      ...armed,
      dialog: { kind: 'confirm', plan, blockedBy: null, typed: '', openedAt: NOW },
    };
    const at = (columns: number, rows: number): boolean | undefined =>
      frame(asked, { columns, rows, look: { colour: false, ascii: false }, now: NOW, turn: 0 }).isReadable;
    expect(at(120, 40)).toBe(true);
    expect(at(80, 24)).toBe(true);
    expect(at(40, 12)).toBe(false);
    expect(at(20, 4)).toBe(false);
  });

  it('shows an object with its conditions, and all of it as YAML', () => {
    const detail = detailOf(ref('Node', null, 'k8s-1'), 'facts', null);
    expect(text(withView(cniGone, { detail }), 120, 40)).toMatch(/Ready=False KubeletNotReady +3m58s/);
    const yaml = text(withView(cniGone, { detail: { ...detail, show: 'yaml' as const } }), 120, 40);
    expect(yaml).toContain('creationTimestamp: 2025-12-12T03:04:05.000Z');
    expect(yaml).toContain('- type: Ready');
  });
});

const overlays: readonly AppState['view']['overlay'][] = [
  null,
  { kind: 'help', scroll: 3 },
  { kind: 'palette', text: 'r', index: 1 },
  { kind: 'contexts', index: 0 },
  { kind: 'remedies', remedies: [], title: cniGone.mode.context, index: 0 },
];
const about = ref('Pod', 'kube-system', 'coredns-1');
const wide = field('日本語のログ '.repeat(20));
const reading: AppState = {
  ...cniGone,
  reading: {
    ...askedReading(about, NOW),
    state: 'read',
    yaml: [field('kind: Pod'), wide],
    events: [{ reason: field('BackOff'), message: wide, count: 3, last: NOW, isWarning: true }],
  },
  podLog: askedLog(about, {
    state: 'open',
    pod: about,
    lines: Array.from({ length: 90 }, (_, i) => ({
      at: NOW + i,
      text: i % 3 === 0 ? wide : field(`line ${i}`),
    })),
    dropped: 7,
  }),
};
const details: readonly AppState['view']['detail'][] = [
  null,
  detailOf(about, 'facts', null),
  detailOf(about, 'yaml', null),
  { ...detailOf(about, 'log', null), scroll: 30 },
];
const states: readonly AppState[] = [
  cniGone,
  reading,
  calm,
  repairing,
  initialState(mode),
  { ...armed, dialog: { kind: 'confirm', plan, blockedBy: null, typed: 'cil', openedAt: NOW } },
  { ...armed, dialog: { kind: 'quit', openedAt: NOW } },
];

describe('at any size', () => {
  const anything = fc.record({
    columns: fc.integer({ min: 20, max: 250 }),
    rows: fc.integer({ min: 5, max: 80 }),
    state: fc.constantFrom(...states),
    tab: fc.constantFrom(...tabs),
    overlay: fc.constantFrom(...overlays),
    focus: fc.constantFrom('tower' as const, 'side' as const),
    zoom: fc.boolean(),
    expanded: fc.boolean(),
    ascii: fc.boolean(),
    detail: fc.constantFrom(...details),
    asOf: fc.constantFrom(null, NOW, NOW - 60_000),
    axis: fc.integer({ min: 0, max: 3 }),
    believed: fc.boolean(),
    text: fc.record({
      wrap: fc.boolean(),
      times: fc.boolean(),
      x: fc.integer({ min: 0, max: 60 }),
      only: fc.boolean(),
    }),
    filter: fc.constantFrom('', 'line', 'nothing holds this'),
    follow: fc.boolean(),
  });

  it('fills the screen exactly, no line wider and none missing', () => {
    fc.assert(
      fc.property(anything, ({ columns, rows, state, ascii, ...view }) => {
        const lines = draw(withView(state, view), columns, rows, ascii);
        expect(lines).toHaveLength(rows);
        for (const row of lines) expect(width(row), row).toBe(columns);
      }),
      { numRuns: 200 },
    );
  });

  it('uses printable ASCII only where the terminal can show no more', () => {
    fc.assert(
      fc.property(anything, ({ columns, rows, state, ascii: _, ...view }) => {
        expect(text(withView(state, view), columns, rows, true)).toMatch(/^[ -~\n]*$/);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the theme', () => {
  const tones: readonly Tone[] = ['plain', 'dim', 'ok', 'warn', 'bad', 'unknown', 'key', 'strong'];

  it('gives no colour and no weight at all without colour', () => {
    for (const tone of tones) expect(textProps(tone, { colour: false, ascii: false })).toEqual({});
  });

  it('never paints a background', () => {
    for (const tone of tones)
      expect(textProps(tone, { colour: true, ascii: false })).not.toHaveProperty('backgroundColor');
  });

  it('shows each verdict by glyph and word, not by colour alone', () => {
    const rows = frame(cniGone, {
      columns: 120,
      rows: 40,
      look: { colour: true, ascii: false },
      now: NOW,
      turn: 0,
    }).rows;
    const red = rows.flatMap((row: Row) =>
      row.filter(piece => piece.tone === 'bad').map(piece => piece.text.trim()),
    );
    expect(red.some(text => text.includes('✗ down'))).toBe(true);
  });
});
