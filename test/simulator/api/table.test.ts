import { describe, expect, it } from 'vitest';
import { humanDuration } from '../../../src/simulator/api/ages.ts';
import { jsonPathText } from '../../../src/simulator/api/json-path.ts';
import { createRegistry } from '../../../src/simulator/api/registry.ts';
import { toTable } from '../../../src/simulator/api/table.ts';
import type { Json } from '../../../src/simulator/world.ts';

const NOW = Date.UTC(2025, 5, 1, 12);
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString();

/** The row kubectl would print, as `COLUMN=cell` for the columns asked for. */
function row(key: string, object: Json, ...columns: string[]): string {
  const resource = createRegistry().byKey(key);
  if (!resource) throw new Error(`no ${key}`);
  const full = {
    kind: resource.kind,
    ...object,
    metadata: { name: 'x', creationTimestamp: ago(300), ...object.metadata },
  };
  const table = toTable(resource, 'v1', [full], {}, { include: 'None', now: NOW });
  const names: string[] = table.columnDefinitions.map((column: Json) => column.name);
  return columns.map(name => `${name}=${table.rows[0].cells[names.indexOf(name)]}`).join(' ');
}

const containers = (...names: string[]): Json[] => names.map(name => ({ name, image: `${name}:1` }));
const running = (name: string, ready = true): Json => ({
  name,
  ready,
  restartCount: 0,
  state: { running: {} },
});

describe('pods', () => {
  const print = (spec: Json, status: Json, metadata: Json = {}): string =>
    row('/pods', { metadata, spec, status }, 'Ready', 'Status', 'Restarts');

  it.each([
    ['a running one', {}, { phase: 'Running', containerStatuses: [running('a')] }, '1/1 Running 0'],
    [
      'one that waits',
      {},
      {
        phase: 'Pending',
        containerStatuses: [
          { name: 'a', restartCount: 0, state: { waiting: { reason: 'ImagePullBackOff' } } },
        ],
      },
      '0/1 ImagePullBackOff 0',
    ],
    [
      'one that crashes',
      {},
      {
        phase: 'Running',
        containerStatuses: [
          {
            name: 'a',
            restartCount: 7,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { finishedAt: ago(180), exitCode: 1 } },
          },
        ],
      },
      '0/1 CrashLoopBackOff 7 (3m ago)',
    ],
    [
      'one whose init container fails',
      { initContainers: containers('i', 'j') },
      {
        phase: 'Pending',
        initContainerStatuses: [{ name: 'i', restartCount: 2, state: { terminated: { exitCode: 3 } } }],
      },
      '0/1 Init:ExitCode:3 2',
    ],
    [
      'one between init containers',
      { initContainers: containers('i', 'j') },
      {
        phase: 'Pending',
        initContainerStatuses: [
          { name: 'i', restartCount: 0, state: { terminated: { exitCode: 0 } } },
          { name: 'j', restartCount: 0, state: { running: {} } },
        ],
      },
      '0/1 Init:1/2 0',
    ],
    [
      'one with a sidecar',
      { initContainers: [{ name: 's', image: 's', restartPolicy: 'Always' }] },
      {
        phase: 'Running',
        initContainerStatuses: [{ ...running('s'), started: true }],
        containerStatuses: [running('a')],
      },
      '2/2 Running 0',
    ],
    [
      'one that is done',
      {},
      {
        phase: 'Succeeded',
        containerStatuses: [
          { name: 'a', restartCount: 0, state: { terminated: { exitCode: 0, reason: 'Completed' } } },
        ],
      },
      '0/1 Completed 0',
    ],
    ['an evicted one', {}, { phase: 'Failed', reason: 'Evicted' }, '0/1 Evicted 0'],
  ])('prints %s', (_what, spec, status, expected) => {
    const [ready, word, ...restarts] = expected.split(' ');
    const full = { containers: containers('a'), ...spec };
    expect(print(full, status)).toBe(`Ready=${ready} Status=${word} Restarts=${restarts.join(' ')}`);
  });

  it('prints one being deleted as Terminating, or Unknown when its node is lost', () => {
    const metadata = { deletionTimestamp: ago(1) };
    const spec = { containers: containers('a') };
    expect(print(spec, { phase: 'Running' }, metadata)).toContain('Status=Terminating');
    expect(print(spec, { phase: 'Running', reason: 'NodeLost' }, metadata)).toContain('Status=Unknown');
  });
});

describe('other kinds', () => {
  it.each([
    [
      '/nodes',
      {
        metadata: {
          labels: { 'node-role.kubernetes.io/control-plane': '', 'node-role.kubernetes.io/worker': '' },
        },
        spec: { unschedulable: true },
        status: {
          conditions: [{ type: 'Ready', status: 'Unknown' }],
          nodeInfo: { kubeletVersion: 'v1.33.1' },
        },
      },
      'Status=NotReady,SchedulingDisabled Roles=control-plane,worker Version=v1.33.1 External-IP=<none>',
    ],
    [
      '/services',
      {
        spec: {
          type: 'LoadBalancer',
          clusterIP: '10.43.0.1',
          ports: [{ port: 80, nodePort: 30080, protocol: 'TCP' }],
        },
      },
      'Type=LoadBalancer External-IP=<pending> Port(s)=80:30080/TCP Selector=<none>',
    ],
    [
      'apps/deployments',
      {
        spec: { replicas: 3, template: { spec: { containers: containers('a', 'b') } } },
        status: { readyReplicas: 1 },
      },
      'Ready=1/3 Up-to-date=0 Available=0 Age=5m Containers=a,b Images=a:1,b:1',
    ],
    [
      'apps/daemonsets',
      {
        spec: { template: { spec: { nodeSelector: { os: 'linux' } } } },
        status: { desiredNumberScheduled: 3, numberReady: 2 },
      },
      'Desired=3 Ready=2 Node Selector=os=linux',
    ],
    [
      'apps/replicasets',
      {
        spec: {
          replicas: 2,
          selector: { matchExpressions: [{ key: 'a', operator: 'In', values: ['x', 'y'] }] },
        },
      },
      'Desired=2 Current=0 Selector=a in (x,y)',
    ],
    [
      '/events',
      {
        type: 'Warning',
        reason: 'BackOff',
        involvedObject: { kind: 'Pod', name: 'p' },
        message: 'm ',
        lastTimestamp: ago(61),
      },
      'Last Seen=61s Type=Warning Reason=BackOff Object=pod/p Message=m Count=1',
    ],
    ['/namespaces', { status: { phase: 'Terminating' } }, 'Name=x Status=Terminating Age=5m'],
    ['/secrets', { type: 'Opaque', data: { a: '', b: '' } }, 'Type=Opaque Data=2'],
    ['/configmaps', { data: { a: '' }, binaryData: { b: '' } }, 'Data=2'],
    ['coordination.k8s.io/leases', { spec: { holderIdentity: 'n1' } }, 'Holder=n1'],
    [
      'batch/jobs',
      { spec: { completions: 2 }, status: { succeeded: 1, startTime: ago(90) } },
      'Status=Running Completions=1/2 Duration=90s',
    ],
    [
      'discovery.k8s.io/endpointslices',
      {
        addressType: 'IPv4',
        ports: [{ port: 53 }],
        endpoints: ['1', '2', '3', '4'].map(ip => ({ addresses: [ip] })),
      },
      'AddressType=IPv4 Ports=53 Endpoints=1,2,3 + 1 more...',
    ],
    [
      'apiregistration.k8s.io/apiservices',
      {
        spec: { service: { name: 'm', namespace: 'kube-system' } },
        status: { conditions: [{ type: 'Available', status: 'False', reason: 'MissingEndpoints' }] },
      },
      'Service=kube-system/m Available=False (MissingEndpoints)',
    ],
  ])('%s', (key, object, expected) => {
    const columns = [...expected.matchAll(/(?:^| )((?:Last |Node |First )?[A-Z][A-Za-z()-]*)=/g)].map(
      match => match[1] ?? '',
    );
    expect(row(key, object, ...columns)).toBe(expected);
  });
});

describe('humanDuration', () => {
  it.each([
    [0, '0s'],
    [119, '119s'],
    [120, '2m'],
    [190, '3m10s'],
    [3600, '60m'],
    [11_400, '3h10m'],
    [100_000, '27h'],
    [200_000, '2d7h'],
    [800_000, '9d'],
    [70_000_000, '2y80d'],
    [-5, '<invalid>'],
  ])('%i seconds are %s', (seconds, text) => {
    expect(humanDuration(seconds * 1000)).toBe(text);
  });
});

describe('jsonPathText', () => {
  const object = {
    metadata: { labels: { 'a.b/c': 'x' } },
    spec: { n: 0, list: ['p', 'q'] },
    status: {
      conditions: [
        { type: 'Ready', status: 'True' },
        { type: 'Stalled', status: 'False' },
      ],
    },
  };
  it.each([
    ['.spec.n', 0],
    ['.spec.list[1]', 'q'],
    ['.spec.list[*]', 'p q'],
    ['.spec.list', '["p","q"]'],
    ['.status.conditions[?(@.type=="Ready")].status', 'True'],
    [".status.conditions[?(@.type == 'Stalled')].status", 'False'],
    ['.metadata.labels.a\\.b/c', 'x'],
    [".metadata.labels['a.b/c']", 'x'],
    ['.spec.nope.deeper', undefined],
  ])('%s', (path, value) => {
    expect(jsonPathText(object, path)).toBe(value);
  });
});
