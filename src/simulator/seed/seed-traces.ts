import { eventObject } from '../controllers/events.ts';
import { stamp } from '../controllers/objects.ts';
import { podObject } from '../controllers/workload-pods.ts';
import type { Behaviour, Json, Stored } from '../world.ts';
import { backdate, type Seeding } from './running.ts';

const MINUTE = 60_000;

/** What every healthy cluster has lying about: a finished Job, an old Warning, old restarts, a few log lines. */
export function seedTraces(seeding: Seeding, behaviour: Behaviour): void {
  const { world, now } = seeding;
  finishedJob(seeding);
  const grafana = world
    .list('/pods', 'observability')
    .find(pod => pod.metadata.labels?.['app.kubernetes.io/name'] === 'grafana');
  if (grafana) {
    const text = {
      type: 'Warning' as const,
      reason: 'Unhealthy',
      message: 'Readiness probe failed: Get "http://10.42.1.21:3000/healthz": context deadline exceeded',
      component: 'kubelet',
      host: 'k8s-1',
    };
    world.create(
      '/events',
      eventObject(grafana, text, {
        namespace: 'observability',
        eventName: `${grafana.metadata.name}.17f2a9`,
        now: stamp(now - 52 * MINUTE),
      }),
    );
  }
  for (const pod of world.list('/pods')) {
    const labels = pod.metadata.labels ?? {};
    const say = (container: string, ...lines: string[]): void => {
      behaviour.logs.set(
        `${pod.metadata.namespace}/${pod.metadata.name}/${container}`,
        lines.map(line => `${new Date(now - 20 * MINUTE).toISOString()} ${line}`),
      );
    };
    if (labels['k8s-app'] === 'kube-dns')
      say(
        'coredns',
        '.:53',
        '[INFO] plugin/reload: Running configuration SHA512 = 591cf328cccc12bc490481273e738df5',
        'CoreDNS-1.12.1',
        'linux/amd64, go1.24.1, 707c7c1',
      );
    if (labels['k8s-app'] === 'cilium')
      say(
        'cilium-agent',
        `time="${new Date(now - 20 * MINUTE).toISOString()}" level=info msg="regenerating all endpoints" reason="periodic endpoint regeneration" subsys=endpoint-manager`,
      );
    if (labels['app.kubernetes.io/part-of'] === 'flux')
      say(
        'manager',
        `{"level":"info","ts":"${new Date(now - 20 * MINUTE).toISOString()}","msg":"Starting workers","controller":"${labels.app?.replace('-controller', '')}","worker count":4}`,
      );
  }
}

const BACKUP: Json = {
  restartPolicy: 'Never',
  containers: [{ name: 'backup', image: 'docker.io/bitnami/postgresql:17.5.0', command: ['pg_dumpall'] }],
};

function finishedJob(seeding: Seeding): void {
  const done = stamp(seeding.now - 26 * 60 * MINUTE);
  const metadata = { name: 'postgres-backup-29134080', namespace: 'database' };
  const complete = {
    type: 'Complete',
    status: 'True',
    reason: 'CompletionsReached',
    message: 'Reached expected number of succeeded pods',
    lastTransitionTime: done,
    lastProbeTime: done,
  };
  const template = { metadata: { labels: { app: 'postgres-backup' } }, spec: BACKUP };
  const job = seeding.world.create('batch/jobs', {
    ...backdate(seeding, { apiVersion: 'batch/v1', kind: 'Job', metadata }, 1.1),
    spec: { backoffLimit: 2, completions: 1, parallelism: 1, template },
    status: { startTime: done, completionTime: done, succeeded: 1, ready: 0, conditions: [complete] },
  });
  finishedPod(seeding, job, done);
}

function finishedPod(seeding: Seeding, job: Stored, done: string): void {
  const pod = podObject(job, `${job.metadata.name}-x7k2p`, {
    labels: { app: 'postgres-backup', 'job-name': job.metadata.name },
    spec: { ...BACKUP, nodeName: 'k8s-2' },
  });
  const condition = (type: string, status: string): Json => ({
    type,
    status,
    ...(status === 'False' ? { reason: 'PodCompleted' } : {}),
    lastProbeTime: null,
    lastTransitionTime: done,
  });
  const [{ name, image }] = BACKUP.containers;
  const state = { terminated: { exitCode: 0, reason: 'Completed', startedAt: done, finishedAt: done } };
  const stopped = { ready: false, started: false, restartCount: 0, lastState: {}, state };
  seeding.world.create('/pods', {
    ...backdate(seeding, pod, 1.1),
    status: {
      phase: 'Succeeded',
      hostIP: '10.0.0.12',
      podIP: '10.42.1.9',
      startTime: done,
      conditions: [
        condition('PodReadyToStartContainers', 'False'),
        condition('Initialized', 'True'),
        condition('Ready', 'False'),
        condition('ContainersReady', 'False'),
        condition('PodScheduled', 'True'),
      ],
      containerStatuses: [{ name, image, imageID: '', ...stopped }],
    },
  });
}
