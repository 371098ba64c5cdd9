import { documentsText } from './document.ts';

/** How a pod on the host's network reaches the API server without the cluster's network. */
export const nodeLocals = {
  'control-plane': {
    server: 'https://127.0.0.1:6443',
    on: 'the control planes, where the API server itself listens',
  },
  kubeprism: { server: 'https://127.0.0.1:7445', on: 'any node of Talos, by KubePrism' },
} as const;
export type NodeLocal = keyof typeof nodeLocals;

export interface CronjobAsk {
  readonly image: string;
  readonly namespace: string;
  readonly account: string;
  /** In the words of cron. */
  readonly schedule: string;
  readonly nodeLocal: NodeLocal;
}

const labels = { 'app.kubernetes.io/name': 'groundup', 'app.kubernetes.io/managed-by': 'groundup' };
const account = '/var/run/secrets/kubernetes.io/serviceaccount';
const NAME = 'groundup-check';

/**
 * A check from inside that survives what it watches: the host's network and name servers, every taint tolerated, and an
 * API address that needs neither CNI nor kube-proxy nor CoreDNS. A Job that fails is an incident.
 */
export function cronjobText(ask: CronjobAsk): string {
  const { server, on } = nodeLocals[ask.nodeLocal];
  const head = [
    'groundup: a check from inside the cluster that survives what it watches',
    `It runs on ${on}, and asks ${server}.`,
    `Its service account comes from: groundup manifests rbac observer logs --namespace ${ask.namespace}`,
    `Whom to tell stands in config.yaml of the Secret ${ask.namespace}/groundup-config, which may be absent.`,
    'It dies with its node: keep a check outside as well (groundup manifests systemd).',
    ...(ask.namespace === 'kube-system' ? [] : [privileged(ask.namespace)]),
  ].join('\n');
  return documentsText(head, [{ object: kubeconfigOf(ask, server) }, cronJob(ask)]);
}

/** Where pod security is enforced, only kube-system is sure to admit the host's network. */
function privileged(namespace: string): string {
  return `Pods on the host network must be admitted: kubectl label namespace ${namespace} pod-security.kubernetes.io/enforce=privileged`;
}

/** Certificates of API servers name `kubernetes.default.svc`, but not always 127.0.0.1. */
function kubeconfigOf({ namespace }: CronjobAsk, server: string) {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'in-cluster',
    contexts: [{ name: 'in-cluster', context: { cluster: 'here', user: 'account' } }],
    clusters: [
      {
        name: 'here',
        cluster: {
          server,
          'certificate-authority': `${account}/ca.crt`,
          'tls-server-name': 'kubernetes.default.svc',
        },
      },
    ],
    users: [{ name: 'account', user: { tokenFile: `${account}/token` } }],
  };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: NAME, namespace, labels },
    data: { kubeconfig: `${JSON.stringify(config, null, 2)}\n` },
  };
}

function cronJob(ask: CronjobAsk) {
  return {
    object: {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: NAME, namespace: ask.namespace, labels },
      spec: {
        schedule: ask.schedule,
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: 120,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 3,
        jobTemplate: {
          spec: {
            // A verdict is an answer, not a hiccup: it is not asked again until the next turn.
            backoffLimit: 0,
            activeDeadlineSeconds: 120,
            ttlSecondsAfterFinished: 3600,
            template: { metadata: { labels }, spec: podSpec(ask) },
          },
        },
      },
    },
  };
}

function podSpec({ image, account: name, namespace, nodeLocal }: CronjobAsk) {
  return {
    serviceAccountName: name,
    restartPolicy: 'Never',
    hostNetwork: true,
    dnsPolicy: 'Default',
    enableServiceLinks: false,
    ...(namespace === 'kube-system' ? { priorityClassName: 'system-cluster-critical' } : {}),
    tolerations: [{ operator: 'Exists' }],
    ...(nodeLocal === 'control-plane' ? { affinity: onControlPlanes } : {}),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65_534,
      runAsGroup: 65_534,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name: 'check',
        image,
        imagePullPolicy: 'IfNotPresent',
        args: ['check', '--notify', '--timeout', '30s'],
        env: [
          { name: 'KUBECONFIG', value: '/etc/groundup/kubeconfig' },
          { name: 'XDG_CONFIG_HOME', value: '/config' },
          { name: 'XDG_STATE_HOME', value: '/state' },
          { name: 'HOME', value: '/state' },
        ],
        resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        volumeMounts: [
          { name: 'kubeconfig', mountPath: '/etc/groundup', readOnly: true },
          { name: 'config', mountPath: '/config/groundup', readOnly: true },
          { name: 'state', mountPath: '/state' },
        ],
      },
    ],
    volumes: [
      { name: 'kubeconfig', configMap: { name: NAME } },
      { name: 'config', secret: { secretName: 'groundup-config', optional: true, defaultMode: 0o444 } },
      { name: 'state', emptyDir: {} },
    ],
  };
}

const onControlPlanes = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        { matchExpressions: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' }] },
      ],
    },
  },
};
