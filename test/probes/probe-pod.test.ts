import { describe, expect, it } from 'vitest';
import { kinds, type Pod } from '../../src/cluster/kinds.ts';
import { commonImage } from '../../src/probes/probe-image.ts';
import { probePod, progressOf } from '../../src/probes/probe-pod.ts';

function pod(status: object): Pod {
  const read = kinds.pods.read({ metadata: { name: 'p' }, status });
  if (read === undefined) throw new Error('not a pod');
  return read;
}

const at = '2026-01-02T03:04:05Z';
const container = (state: object) => ({ containerStatuses: [{ name: 'probe', state }] });
const waiting = (reason: string, message = '') => container({ waiting: { reason, message } });

describe('how far a pod came', () => {
  it.each([
    ['nothing but an object', {}, 'created', false, null],
    [
      'a kubelet took it up',
      { phase: 'Pending', startTime: at, ...waiting('ContainerCreating') },
      'scheduled',
      false,
      null,
    ],
    ['it has an address', { phase: 'Pending', startTime: at, podIP: '10.0.0.1' }, 'sandbox', false, null],
    [
      'its sandbox is said to stand',
      {
        phase: 'Pending',
        startTime: at,
        conditions: [{ type: 'PodReadyToStartContainers', status: 'True' }],
      },
      'sandbox',
      false,
      null,
    ],
    [
      'its image cannot be pulled',
      {
        phase: 'Pending',
        startTime: at,
        podIP: '10.0.0.1',
        ...waiting('ImagePullBackOff', 'Back-off pulling image "x"'),
      },
      'sandbox',
      true,
      'ImagePullBackOff: Back-off pulling image "x"',
    ],
    [
      'it runs',
      { phase: 'Running', podIP: '10.0.0.1', ...container({ running: { startedAt: at } }) },
      'running',
      false,
      null,
    ],
    [
      'it is done',
      { phase: 'Succeeded', podIP: '10.0.0.1', ...container({ terminated: { exitCode: 0 } }) },
      'running',
      true,
      null,
    ],
    [
      'it failed after it ran',
      { phase: 'Failed', ...container({ terminated: { exitCode: 1, reason: 'Error' } }) },
      'running',
      true,
      null,
    ],
    [
      'its image has no shell',
      {
        phase: 'Failed',
        podIP: '10.0.0.1',
        ...container({
          terminated: { exitCode: 128, reason: 'StartError', message: 'exec: "sh": not found' },
        }),
      },
      'sandbox',
      true,
      'StartError: exec: "sh": not found',
    ],
    [
      'the kubelet turned it away',
      { phase: 'Failed', reason: 'OutOfpods', message: 'too many' },
      'created',
      true,
      'OutOfpods: too many',
    ],
  ])('%s', (_what, status, stage, ended, hindered) => {
    expect(progressOf(pod(status))).toEqual({ stage, ended, hindered });
  });
});

describe('the probe pod', () => {
  const made = probePod({
    node: 'k8s-1',
    namespace: 'groundup-probe',
    image: 'busybox:1.36',
    script: 'true',
    runId: 'abc123',
    startedBy: 'me@desk',
    now: Date.parse(at),
  });

  it('asks for no privilege, so that the strictest policy accepts it', () => {
    expect(made.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    });
    expect(JSON.stringify(made)).not.toMatch(/hostNetwork|privileged|priorityClassName|hostPath/);
  });

  it('leaves the scheduler out, tolerates every taint, and ends by itself', () => {
    expect(made.spec).toMatchObject({
      nodeName: 'k8s-1',
      tolerations: [{ operator: 'Exists' }],
      restartPolicy: 'Never',
      activeDeadlineSeconds: 90,
      terminationGracePeriodSeconds: 0,
    });
  });

  it('says whose it is and until when', () => {
    expect(made.metadata).toEqual({
      name: expect.stringMatching(/^groundup-probe-[0-9a-f]{8}-abc123$/),
      namespace: 'groundup-probe',
      labels: { 'app.kubernetes.io/managed-by': 'groundup', 'groundup.dev/probe': 'abc123' },
      annotations: {
        'groundup.dev/started-by': 'me@desk',
        'groundup.dev/expires-at': '2026-01-02T03:09:05.000Z',
      },
    });
  });
});

describe('the image of a probe', () => {
  const flux = 'ghcr.io/fluxcd/source-controller:v1.6.0';

  it.each([
    [
      [
        ['docker.io/library/busybox:1.36', flux],
        [flux, 'docker.io/library/busybox:1.36'],
      ],
      'docker.io/library/busybox:1.36',
    ],
    [[['docker.io/library/busybox:1.36', flux], [flux]], flux],
    [
      [['docker.io/library/busybox@sha256:00', 'docker.io/library/busybox:1.36']],
      'docker.io/library/busybox:1.36',
    ],
    [[['docker.io/library/alpine@sha256:00']], 'docker.io/library/alpine@sha256:00'],
    [[['ghcr.io/fluxcd/source-controller:v1.6.0-distroless', 'example.org/notbusybox:1']], null],
    [[[]], null],
    [[], null],
  ])('of nodes with %j is %s', (nodes, image) => {
    expect(commonImage(nodes.map(names => new Set(names)))).toBe(image);
  });
});
