import { describe, expect, it } from 'vitest';
import { kinds, type Pod } from '../../src/cluster/kinds.ts';
import { appended, askedLog, type PodLine } from '../../src/store/looking.ts';
import { linksOf, objectFacts } from '../../src/store/select/object-facts.ts';
import { containersOf, containerToRead, worstFirst } from '../../src/store/select/pod-order.ts';
import { field } from '../../src/text/field.ts';
import { ago } from '../support/snapshot.ts';
import { calm, NOW, ref } from '../ui/fixtures/story.ts';

const lines = (from: number, count: number): PodLine[] =>
  Array.from({ length: count }, (_, i) => ({ at: null, text: field(`line ${from + i}`) }));

interface Given {
  readonly containers?: readonly object[];
  readonly init?: readonly object[];
  readonly phase?: string;
}

function pod(name: string, { containers = [], init = [], phase = 'Running' }: Given): Pod {
  const read = kinds.pods.read({
    metadata: {
      name,
      namespace: 'media',
      ownerReferences: [{ kind: 'ReplicaSet', name: 'immich-6c', controller: true }],
      creationTimestamp: ago(7200),
    },
    spec: {
      nodeName: 'k8s-2',
      containers: [{ name: 'app' }, { name: 'sidecar' }],
      initContainers: init.length === 0 ? [] : [{ name: 'migrate' }],
    },
    status: { phase, containerStatuses: containers, initContainerStatuses: init, podIP: '10.42.1.7' },
  });
  if (read === undefined) throw new Error('the fixture is a pod');
  return read;
}

const well = { name: 'app', ready: true, restartCount: 0, state: { running: { startedAt: ago(3600) } } };
const crashing = {
  name: 'sidecar',
  ready: false,
  restartCount: 7,
  image: 'ghcr.io/example/sidecar:1.2',
  state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } },
  lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: ago(90) } },
};

describe('the kept lines of a log', () => {
  it('stay within their bound, and what falls out is counted', () => {
    const log = appended(appended(askedLog(ref('Pod', 'a', 'b')), lines(0, 1_500)), lines(1_500, 1_000));
    expect(log.lines).toHaveLength(2_000);
    expect(log.dropped).toBe(500);
    expect(log.lines[0]?.text).toBe('line 500');
  });

  it('are the same value when nothing came', () => {
    const log = askedLog(ref('Pod', 'a', 'b'));
    expect(appended(log, [])).toBe(log);
  });
});

describe('which log to read', () => {
  it('is that of the pod that crashes, then of one that is not ready, then of one that restarted', () => {
    const pods = [
      pod('healthy', { containers: [well] }),
      pod('restarted', { containers: [{ ...well, restartCount: 3 }] }),
      pod('done', { containers: [], phase: 'Succeeded' }),
      pod('starting', { containers: [{ ...well, ready: false }] }),
      pod('crashing', { containers: [well, crashing] }),
    ];
    expect(worstFirst(pods).map(({ metadata }) => metadata.name)).toEqual([
      'crashing',
      'starting',
      'restarted',
      'healthy',
      'done',
    ]);
  });

  it.each([
    ['the first container of a healthy pod', { containers: [well] }, 'app'],
    ['the container that crashes', { containers: [well, crashing] }, 'sidecar'],
    [
      'an init container that failed',
      {
        init: [{ name: 'migrate', state: { terminated: { exitCode: 1 } } }],
        containers: [{ ...well, ready: false }],
      },
      'migrate',
    ],
    [
      'not an init container that is done',
      {
        init: [{ name: 'migrate', ready: true, state: { terminated: { exitCode: 0 } } }],
        containers: [crashing],
      },
      'sidecar',
    ],
  ] as const)('is that of %s', (_, given, container) => {
    expect(containerToRead(pod('p', given))).toBe(container);
  });

  it('offers the main containers before those that prepare them', () => {
    const init = [{ name: 'migrate', ready: true, state: {} }];
    expect(containersOf(pod('p', { init }))).toEqual(['app', 'sidecar', 'migrate']);
  });
});

describe('the facts of an object', () => {
  const about = ref('Pod', 'media', 'immich-1');
  const object = pod('immich-1', { containers: [well, crashing] });
  const reading = {
    ref: about,
    state: 'read' as const,
    message: null,
    at: NOW,
    kind: 'pods' as const,
    object,
    yaml: [],
    cut: 0,
    events: [
      {
        reason: field('BackOff'),
        message: field('restarting'),
        count: 9,
        last: NOW - 5_000,
        isWarning: true,
      },
    ],
    eventsMessage: null,
    pods: [],
    podsMessage: null,
  };

  it('tell each container with its state, restarts, image and how it ended before', () => {
    const told = objectFacts({ ...calm, reading }, about).map(({ text, note }) =>
      `${text} ${note ?? ''}`.trim(),
    );
    expect(told).toEqual([
      'created',
      'owned by ReplicaSet immich-6c',
      'on node k8s-2 address 10.42.1.7',
      'Containers',
      'app: running',
      'sidecar: CrashLoopBackOff, 7 restarts ghcr.io/example/sidecar:1.2',
      'back-off 5m0s restarting failed container',
      'before: OOMKilled, exit 137',
      'Events',
      'BackOff ×9',
      'restarting',
    ]);
  });

  it('lead to the owner and the node', () => {
    expect(linksOf(objectFacts({ ...calm, reading }, about))).toEqual([
      ref('ReplicaSet', 'media', 'immich-6c'),
      ref('Node', null, 'k8s-2'),
    ]);
  });

  it('are the sentence of the refusal where the object cannot be read', () => {
    const message = field('These credentials may not get pods in the namespace media.');
    const refused = { ...reading, state: 'failed' as const, message, object: null, events: [] };
    expect(objectFacts({ ...calm, reading: refused }, about).map(({ text }) => text)).toEqual([message]);
  });

  it('say that the answer is awaited, and never show the answer about another object', () => {
    const other = ref('Pod', 'media', 'immich-2');
    expect(objectFacts({ ...calm, reading }, other).map(({ text }) => text)).toEqual([
      'asking the API server for it',
    ]);
  });
});
