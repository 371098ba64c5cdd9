import { createHash } from 'node:crypto';
import type { Pod } from '../cluster/kinds.ts';
import type { ProbeStage } from '../cluster/probe-results.ts';
import { type Safe, say } from '../text/safe.ts';

export const PROBE_LABEL = 'groundup.dev/probe';
export const OWN_LABELS = { 'app.kubernetes.io/managed-by': 'groundup' } as const;
/** Selects everything that probes create. */
export const SELECTOR = `app.kubernetes.io/managed-by=groundup,${PROBE_LABEL}`;

/** What the strictest pod security asks of a pod, or of a container for itself. */
export const nobody = {
  runAsNonRoot: true,
  runAsUser: 65534,
  runAsGroup: 65534,
  seccompProfile: { type: 'RuntimeDefault' },
} as const;
/** What it asks of each container. */
export const powerless = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
} as const;

export interface PodAsk {
  readonly node: string;
  readonly namespace: string;
  readonly image: string;
  readonly script: string;
  /** Lower-case letters and digits, the same for all pods of one run. */
  readonly runId: string;
  readonly startedBy: string;
  /** Cluster time, epoch ms. */
  readonly now: number;
}

export const podName = (node: string, runId: string): string =>
  `groundup-probe-${createHash('sha256').update(node).digest('hex').slice(0, 8)}-${runId}`;

/**
 * A pod that any policy accepts and nothing depends on: no privileges, no token, no rescheduling, and an end of its own.
 * It names its node, so that the scheduler has no part in what it tells, and tolerates every taint.
 */
export function probePod({ node, namespace, image, script, runId, startedBy, now }: PodAsk) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: podName(node, runId),
      namespace,
      labels: { ...OWN_LABELS, [PROBE_LABEL]: runId },
      annotations: {
        'groundup.dev/started-by': startedBy,
        'groundup.dev/expires-at': new Date(now + 300_000).toISOString(),
      },
    },
    spec: {
      nodeName: node,
      restartPolicy: 'Never',
      tolerations: [{ operator: 'Exists' }],
      terminationGracePeriodSeconds: 0,
      activeDeadlineSeconds: 90,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      dnsPolicy: 'ClusterFirst',
      securityContext: nobody,
      containers: [
        {
          name: 'probe',
          image,
          imagePullPolicy: 'IfNotPresent',
          command: ['sh', '-c', script],
          resources: { requests: { cpu: '5m', memory: '8Mi' }, limits: { memory: '32Mi' } },
          securityContext: powerless,
        },
      ],
    },
  };
}

/** How far the pod came, and whether it will come no further. */
export interface Progress {
  readonly stage: ProbeStage;
  readonly ended: boolean;
  /** Why it cannot run though it has a network, or was turned away by the kubelet. */
  readonly hindered: Safe | null;
}

/** The container exists, but its process never began. */
export const NEVER_RAN = /^(?:StartError|ContainerCannotRun)$/;
/** Waiting reasons that do not pass by themselves in the time of a probe. */
export const STUCK =
  /^(?:ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|CreateContainer(?:Config)?Error|RunContainerError)$/;

/** Judges by what the kubelet reports, not by an exit code: an address means that the sandbox and its network stand. */
export function progressOf(pod: Pod): Progress {
  const status = pod.status ?? {};
  const state = status.containerStatuses?.[0]?.state;
  const over = status.phase === 'Succeeded' || status.phase === 'Failed';
  const { waiting, terminated } = state ?? {};
  const ran = terminated !== undefined && !NEVER_RAN.test(terminated.reason ?? '');
  if (ran && status.reason !== 'Evicted') return { stage: 'running', ended: true, hindered: null };
  if (state?.running !== undefined) return { stage: 'running', ended: over, hindered: null };
  const stage = stageWithoutContainer(pod);
  const reason = terminated ?? (STUCK.test(waiting?.reason ?? '') ? waiting : undefined);
  if (reason !== undefined) return { stage, ended: true, hindered: words(reason.reason, reason.message) };
  return { stage, ended: over, hindered: over ? words(status.reason, status.message) : null };
}

function stageWithoutContainer({ status }: Pod): ProbeStage {
  const isTrue = (type: string) => status?.conditions?.find(one => one.type === type)?.status === 'True';
  if (isTrue('PodReadyToStartContainers') || (status?.podIP ?? '') !== '') return 'sandbox';
  return status?.startTime !== undefined || isTrue('PodScheduled') ? 'scheduled' : 'created';
}

export function words(reason: Safe | undefined, message: Safe | undefined): Safe {
  const short = (message ?? '').slice(0, 300) as Safe;
  return short === '' ? (reason ?? say`for no stated reason`) : say`${reason ?? say`Failed`}: ${short}`;
}
