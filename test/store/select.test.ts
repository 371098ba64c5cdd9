import { describe, expect, it } from 'vitest';
import { type AppState, initialState } from '../../src/store/app-state.ts';
import { banner } from '../../src/store/select/banner.ts';
import { selectedLayer } from '../../src/store/select/chosen.ts';
import { argvLine } from '../../src/store/select/command-line.ts';
import { eventRows } from '../../src/store/select/events.ts';
import { findObject } from '../../src/store/select/find-object.ts';
import { link } from '../../src/store/select/link.ts';
import { objectRows } from '../../src/store/select/objects.ts';
import { whyNoneOffered } from '../../src/store/select/remedies.ts';
import { receive } from '../../src/store/updates.ts';
import { field } from '../../src/text/field.ts';
import { ago, snapshotOf } from '../support/snapshot.ts';
import { broken, calm, cniGone, mode, modelOf, NOW, ref, running } from '../ui/fixtures/story.ts';

const at = (state: AppState, layer: AppState['view']['layer'], filter = ''): AppState => ({
  ...state,
  view: { ...state.view, layer, filter },
});

const seeing = (given: Parameters<typeof snapshotOf>[0]): AppState =>
  receive(initialState(mode), { model: { ...modelOf(broken), snapshot: snapshotOf(given) } });

describe('what is selected', () => {
  it('follows the root cause until a layer is chosen', () => {
    expect(selectedLayer(cniGone)).toBe('cni');
    expect(selectedLayer(at(cniGone, 'dns'))).toBe('dns');
    expect(selectedLayer(calm)).toBe('api');
  });
});

describe('the connection', () => {
  const silent = { state: 'silent', message: field('x'), since: NOW - 42_000, reason: 'silent' } as const;

  it.each([
    ['connecting', 'connecting', { reach: 'connecting', lastReplyAt: null }],
    ['live', 'live', { lastReplyAt: NOW - 5000 }],
    ['silent', 'silent when no reply came for longer than a heartbeat', { lastReplyAt: NOW - 15_001 }],
    ['unreachable', 'unreachable', { reach: 'unreached', failure: silent }],
    ['refused', 'refused', { failure: { ...silent, reason: 'unauthorized' } }],
  ] as const)('is %s: %s', (kind, _, api) => {
    expect(link(seeing({ api }), NOW).kind).toBe(kind);
  });

  it('counts by the clock of the cluster, not by ours', () => {
    const state = seeing({ api: { lastReplyAt: NOW, clockSkew: -3_600_000 } });
    expect(link(state, NOW + 3_600_000).kind).toBe('live');
  });
});

describe('the banner', () => {
  it('belongs to a run while it is active and until its end is seen', () => {
    const during = receive(cniGone, { run: running });
    expect(banner(during).kind).toBe('running');
    const after = receive(during, { run: { ...running, state: 'failed', endedAt: NOW } });
    expect(banner(after).kind).toBe('ended');
    expect(banner({ ...after, runs: { ...after.runs, acknowledged: true } }).kind).toBe('root');
  });

  it('never says that all is well when a layer cannot be judged', () => {
    const diagnosis = { ...broken, root: null, verdict: 'unknown' as const };
    expect(banner(receive(calm, { model: modelOf(diagnosis) })).kind).toBe('unclear');
  });
});

describe('warnings', () => {
  const warning = (name: string, message: string, count: number, seconds: number) => ({
    metadata: { name: `${name}.${seconds}`, namespace: 'apps' },
    type: 'Warning',
    reason: 'FailedCreatePodSandBox',
    message,
    count,
    lastTimestamp: ago(seconds),
    involvedObject: { kind: 'Pod', namespace: 'apps', name },
  });
  const state = seeing({
    objects: {
      events: [
        warning('a', 'sandbox 0a1b2c3d4e failed', 3, 60),
        warning('b', 'sandbox 9f8e7d6c5b failed', 4, 5),
        {
          ...warning('n', 'disk is full', 1, 1),
          involvedObject: { kind: 'Node', name: 'k8s-1' },
          reason: 'NodeHasDiskPressure',
        },
      ],
    },
  });

  it('folds those that say the same, counts them and keeps the newest', () => {
    const rows = eventRows(at(state, 'pod-network'));
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({ count: 7, objects: 2, mine: true, ref: { name: 'b' } });
  });

  it('puts those of the selected layer first and keeps the others', () => {
    expect(eventRows(at(state, 'nodes')).map(row => row.ref.kind)).toEqual(['Node', 'Pod']);
  });

  it('passes the filter', () => {
    expect(eventRows(at(state, 'nodes', 'DISK'))).toHaveLength(1);
  });
});

describe('objects', () => {
  const node = (name: string, status: string) => ({
    metadata: { name },
    status: { conditions: [{ type: 'Ready', status }] },
  });
  const kustomization = (name: string, suspend: boolean, status: string) => ({
    metadata: { name, namespace: 'flux-system' },
    spec: { suspend },
    status: { conditions: [{ type: 'Ready', status, reason: 'BuildFailed', message: 'no such file' }] },
  });
  const state = seeing({
    objects: {
      nodes: [node('k8s-1', 'True'), node('k8s-2', 'False')],
      kustomizations: [
        kustomization('a', false, 'True'),
        kustomization('b', false, 'False'),
        kustomization('c', true, 'False'),
      ],
      'pods-pending': [
        {
          metadata: { name: 'p', namespace: 'apps' },
          spec: { containers: [{ name: 'c' }] },
          status: {
            phase: 'Pending',
            containerStatuses: [
              { name: 'c', ready: false, state: { waiting: { reason: 'ImagePullBackOff' } } },
            ],
          },
        },
      ],
      'slices-system': [
        {
          metadata: { name: 'kube-dns-x', namespace: 'kube-system' },
          endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: false } }],
        },
      ],
    },
  });

  it('lists those of the layer, troubled ones first', () => {
    expect(objectRows(at(state, 'nodes')).map(row => [row.ref.name, row.word, row.tone])).toEqual([
      ['k8s-2', 'NotReady', 'bad'],
      ['k8s-1', 'Ready', 'ok'],
    ]);
  });

  it('tells failed from suspended', () => {
    expect(objectRows(at(state, 'apps')).map(row => [row.ref.name, row.word])).toEqual([
      ['b', 'BuildFailed'],
      ['a', 'Ready'],
      ['c', 'suspended'],
    ]);
  });

  it('says what a pod waits for and how many endpoints are ready', () => {
    expect(objectRows(at(state, 'pod-network'))[0]).toMatchObject({
      word: 'ImagePullBackOff 0/1',
      tone: 'bad',
    });
    expect(objectRows(at(state, 'service-discovery'))[0]).toMatchObject({ word: '0/1 ready', tone: 'bad' });
  });

  it('finds an object by its name whichever watch has it', () => {
    const snapshot = state.world.model?.snapshot;
    if (snapshot === undefined) throw new Error('the fixture has a snapshot');
    expect(findObject(snapshot, ref('Kustomization', 'flux-system', 'b'))?.kind).toBe('kustomizations');
    expect(findObject(snapshot, ref('Kustomization', 'flux-system', 'z'))).toBeNull();
  });
});

describe('a command line', () => {
  it('quotes what a shell would take apart', () => {
    const argv = ['kubectl', 'get', 'pods', '-l', "app=it's me", ''].map(part => field(part));
    expect(argvLine(argv)).toBe(`kubectl get pods -l 'app=it'\\''s me' ''`);
  });
});

it('says of the past only what was offered then, and of now that no remedy is known', () => {
  const { model } = cniGone.world;
  if (model === null) throw new Error('no model');
  const looked: AppState = {
    ...cniGone,
    world: { ...cniGone.world, model: { ...model, forKey: () => [] } },
  };
  expect(whyNoneOffered(looked)).toBe('no remedy is known for this cause');
  expect(whyNoneOffered({ ...looked, view: { ...looked.view, asOf: NOW } })).toBe(
    'no remedy was offered then',
  );
});
