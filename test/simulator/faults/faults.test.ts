import { expect, test } from 'vitest';
import { FAULTS, faultNamed } from '../../../src/simulator/faults/index.ts';
import type { ManualCluster } from '../controllers/manual-cluster.ts';
import { manualCluster } from '../controllers/manual-cluster.ts';
import { troubles } from '../controllers/troubles.ts';

interface Story {
  /** Simulated seconds the fault is left to play out. */
  readonly plays: number;
  /** Lines of `troubles` (a part of each) that must be there. */
  readonly troubles?: readonly string[];
  readonly warnings?: readonly RegExp[];
  readonly logs?: readonly RegExp[];
  readonly more?: (cluster: ManualCluster) => void;
  /** Simulated seconds after which all is well again. */
  readonly heals: number;
}

const KUSTOMIZATIONS = 'kustomize.toolkit.fluxcd.io/kustomizations';
const LOOKUP =
  /dial tcp: lookup source-controller\.flux-system\.svc\.cluster\.local\. on 10\.43\.0\.10:53: read udp \S+: i\/o timeout/;
const NO_SOCKET =
  /FailedCreatePodSandBox: .*plugin type="cilium-cni".*unable to connect to Cilium agent: .*cilium\.sock/;

const STORIES: Record<string, Story> = {
  'cni-gone': {
    plays: 900,
    troubles: [
      'node k8s-1 Ready=False KubeletNotReady',
      'node k8s-2 taint node.kubernetes.io/not-ready',
      'Terminating',
      'Deployment coredns 0/2',
      'GitRepository flux-system GitOperationFailed',
    ],
    warnings: [
      /NetworkNotReady: network is not ready: .*cni plugin not initialized/,
      /FailedKillPod: .*KillPodSandboxError.*failed to destroy network for sandbox.*cni plugin not initialized/,
    ],
    logs: [LOOKUP],
    more: cluster => {
      const ready = cluster.condition('/nodes', undefined, 'k8s-1', 'Ready');
      expect(ready.message).toBe(
        'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
      );
      expect(cluster.pods('flux-system', 'app', 'helm-controller')[0]?.status.phase).toBe('Running');
    },
    heals: 420,
  },
  'cni-latent': {
    plays: 120,
    troubles: ['Deployment homepage 0/1', 'ContainerCreating'],
    warnings: [NO_SOCKET],
    more: cluster => {
      expect(cluster.condition('/nodes', undefined, 'k8s-1', 'Ready').status).toBe('True');
      expect(
        cluster.pods('kube-system', 'k8s-app', 'kube-dns').every(pod => pod.status.phase === 'Running'),
      ).toBe(true);
    },
    heals: 60,
  },
  'cni-one-node': {
    plays: 120,
    troubles: ['node k8s-2 taint node.cilium.io/agent-not-ready', 'CrashLoopBackOff', 'DaemonSet cilium 2/3'],
    warnings: [NO_SOCKET, /BackOff: Back-off restarting failed container cilium-agent/],
    logs: [/can't initialize iptables table/],
    more: cluster => {
      expect(cluster.condition('/nodes', undefined, 'k8s-2', 'Ready').status).toBe('True');
      expect(troubles(cluster.world).join()).not.toContain('k8s-1');
    },
    heals: 60,
  },
  'coredns-zero': {
    plays: 900,
    troubles: ['GitRepository flux-system GitOperationFailed', 'ArtifactFailed'],
    logs: [LOOKUP],
    more: cluster =>
      expect(cluster.get('apps/deployments', 'kube-system', 'coredns').status.replicas).toBe(0),
    heals: 420,
  },
  'coredns-loop': {
    plays: 180,
    troubles: ['CrashLoopBackOff', 'Deployment coredns 0/2'],
    logs: [/\[FATAL\] plugin\/loop: Loop \(127\.0\.0\.1:\d+ -> :53\) detected for zone "\."/],
    more: cluster => {
      const condition = (type: string) =>
        cluster.condition('apps/deployments', 'kube-system', 'coredns', type);
      expect(condition('Progressing').reason).toBe('NewReplicaSetAvailable');
      expect(condition('Available').reason).toBe('MinimumReplicasUnavailable');
    },
    heals: 420,
  },
  'dns-service-gone': { plays: 900, troubles: ['GitOperationFailed'], logs: [LOOKUP], heals: 420 },
  'dns-service-ip': {
    plays: 900,
    troubles: ['service kube-dns 10.43.187.22', 'GitOperationFailed'],
    logs: [LOOKUP],
    more: cluster =>
      expect(cluster.get('apps/deployments', 'kube-system', 'coredns').status.readyReplicas).toBe(2),
    heals: 420,
  },
  'flux-gone': {
    plays: 3000,
    more: cluster => {
      const names = ['source-controller', 'kustomize-controller', 'helm-controller', 'flux-operator'];
      for (const name of names)
        expect(cluster.get('apps/deployments', 'flux-system', name).status.replicas).toBe(0);
      expect(cluster.condition(KUSTOMIZATIONS, 'flux-system', 'cluster-apps', 'Ready').status).toBe('True');
      expect(leaseAge(cluster, 'flux-system', 'kustomize-controller-leader-election')).toBeGreaterThan(2900);
    },
    heals: 300,
  },
  'flux-instance-gone': {
    plays: 120,
    troubles: [`no ${KUSTOMIZATIONS}`],
    more: cluster => {
      expect(cluster.get('apps/deployments', 'flux-system', 'source-controller')).toBeUndefined();
      expect(cluster.get('apps/deployments', 'media', 'jellyfin').status.availableReplicas).toBe(1);
    },
    heals: 600,
  },
  'controller-lease-stale': {
    plays: 1800,
    more: cluster => {
      expect(leaseAge(cluster, 'flux-system', 'kustomize-controller-leader-election')).toBeGreaterThan(1700);
      const [last] = cluster.get(KUSTOMIZATIONS, 'flux-system', 'cluster-meta').status.history;
      expect(cluster.clock.now() - Date.parse(last.lastReconciled)).toBeGreaterThan(1_700_000);
      expect(cluster.pods('flux-system', 'app', 'kustomize-controller')[0]?.status.phase).toBe('Running');
    },
    heals: 120,
  },
  'source-auth': {
    plays: 400,
    troubles: ['GitRepository flux-system GitOperationFailed'],
    logs: [/unable to list remote for 'ssh:.*ssh: handshake failed: ssh: unable to authenticate/],
    heals: 180,
  },
  'sops-key': {
    plays: 1500,
    troubles: ['Kustomization cluster-meta BuildFailed', 'Kustomization cluster-apps DependencyNotReady'],
    logs: [/cannot get sops data key: Failed to get the data key required to decrypt the SOPS file/],
    heals: 240,
  },
  'depends-on': {
    plays: 300,
    troubles: ['Kustomization immich DependencyNotReady'],
    more: cluster =>
      expect(cluster.condition(KUSTOMIZATIONS, 'flux-system', 'immich', 'Ready').message).toBe(
        "dependency 'flux-system/postgress' not found",
      ),
    heals: 300,
  },
  'helm-pending': {
    plays: 700,
    troubles: ['pod flux-system/flux-operator'],
    warnings: [
      /FailedScheduling: 0\/3 nodes are available: 3 node\(s\) didn't match Pod's node affinity\/selector/,
    ],
    more: cluster => {
      const secret = cluster.get('/secrets', 'flux-system', 'sh.helm.release.v1.flux-operator.v3');
      expect(secret.metadata.labels.status).toBe('pending-upgrade');
      const progress = cluster.condition('apps/deployments', 'flux-system', 'flux-operator', 'Progressing');
      expect(progress.reason).toBe('ProgressDeadlineExceeded');
    },
    heals: 60,
  },
  'helm-exhausted': {
    plays: 1800,
    troubles: ['HelmRelease immich RollbackSucceeded', 'Kustomization immich HealthCheckFailed'],
    warnings: [
      /Failed: Failed to pull image ".*v1\.135\.9"/,
      /UpgradeFailed: Helm upgrade failed for release media\/immich/,
    ],
    more: cluster => {
      const condition = (type: string) =>
        cluster.condition('helm.toolkit.fluxcd.io/helmreleases', 'media', 'immich', type);
      expect(condition('Stalled')).toMatchObject({
        reason: 'RetriesExceeded',
        message: 'Failed to upgrade after 3 attempt(s)',
      });
      expect(condition('Released')).toMatchObject({ status: 'False', reason: 'UpgradeFailed' });
      expect(cluster.get('apps/deployments', 'media', 'immich').status.availableReplicas).toBe(1);
    },
    heals: 420,
  },
  'webhook-deadlock': {
    plays: 120,
    troubles: ['Deployment kyverno 0/1', 'Deployment coredns 0/2'],
    warnings: [
      /ReplicaSet FailedCreate: Error creating: Internal error occurred: failed calling webhook "validate\.kyverno\.svc-fail": .*no endpoints available for service "kyverno"/,
    ],
    more: cluster =>
      expect(cluster.condition('apps/deployments', 'kube-system', 'coredns', 'ReplicaFailure').reason).toBe(
        'FailedCreate',
      ),
    heals: 300,
  },
  'node-down': {
    plays: 450,
    troubles: [
      'node k8s-2 Ready=Unknown NodeStatusUnknown',
      'node k8s-2 taint node.kubernetes.io/unreachable',
      'Terminating',
    ],
    warnings: [/NodeNotReady: Node is not ready/],
    more: cluster => {
      const ready = cluster.condition('/nodes', undefined, 'k8s-2', 'Ready');
      expect(ready.message).toBe('Kubelet stopped posting node status.');
      for (const pod of cluster.pods('flux-system', 'app.kubernetes.io/part-of', 'flux')) {
        if (!pod.metadata.deletionTimestamp) expect(pod.spec.nodeName).not.toBe('k8s-2');
      }
    },
    heals: 120,
  },
  'node-pressure': {
    plays: 120,
    troubles: [
      'node k8s-3 DiskPressure=True KubeletHasDiskPressure',
      'node k8s-3 taint node.kubernetes.io/disk-pressure',
    ],
    warnings: [
      /Evicted: The node was low on resource: ephemeral-storage/,
      /EvictionThresholdMet: Attempting to reclaim/,
    ],
    heals: 60,
  },
  'control-plane-frozen': {
    plays: 120,
    more: cluster => {
      for (const name of ['kube-controller-manager', 'kube-scheduler'])
        expect(leaseAge(cluster, 'kube-system', name)).toBeGreaterThan(110);
      expect(leaseAge(cluster, 'kube-node-lease', 'k8s-1')).toBeLessThan(15);
    },
    heals: 60,
  },
  'api-down': {
    plays: 300,
    more: cluster => {
      expect(cluster.behaviour.reach).toBe('refuse');
      expect(leaseAge(cluster, 'kube-node-lease', 'k8s-1')).toBeGreaterThan(280);
    },
    heals: 60,
  },
  'etcd-failing': {
    plays: 300,
    more: cluster => {
      expect(cluster.behaviour).toMatchObject({ writesFail: true, failingChecks: ['etcd'] });
      expect(leaseAge(cluster, 'kube-system', 'kube-scheduler')).toBeGreaterThan(280);
    },
    heals: 60,
  },
  'namespace-terminating': {
    plays: 1200,
    troubles: ['namespace observability Terminating', 'Kustomization prometheus ReconciliationFailed'],
    logs: [/unable to create new content in namespace observability because it is being terminated/],
    more: cluster => {
      const remaining = cluster.condition(
        '/namespaces',
        undefined,
        'observability',
        'NamespaceFinalizersRemaining',
      );
      expect(remaining.message).toContain('finalizer.acme.cert-manager.io in 1 resource instances');
    },
    heals: 1500,
  },
  'two-roots': {
    plays: 900,
    troubles: ['DaemonSet cilium 2/3', 'Kustomization cluster-meta BuildFailed'],
    heals: 420,
  },
};

function leaseAge(cluster: ManualCluster, namespace: string, name: string): number {
  const lease = cluster.get('coordination.k8s.io/leases', namespace, name);
  return (cluster.clock.now() - Date.parse(lease.spec.renewTime)) / 1000;
}

test('every fault has its story', () => {
  expect(FAULTS.map(fault => fault.name).sort()).toEqual(Object.keys(STORIES).sort());
});

test.each(Object.entries(STORIES))(
  '%s plays out as on a real cluster and heals by itself once undone',
  (name, story) => {
    const cluster = manualCluster();
    cluster.advance(20);
    const fault = faultNamed(name);
    fault?.apply(cluster);
    cluster.advance(story.plays);
    const found = troubles(cluster.world).join('\n');
    for (const line of story.troubles ?? []) expect(found).toContain(line);
    const warnings = cluster.warnings().join('\n');
    for (const pattern of story.warnings ?? []) expect(warnings).toMatch(pattern);
    const logs = cluster.logs().join('\n');
    for (const pattern of story.logs ?? []) expect(logs).toMatch(pattern);
    story.more?.(cluster);
    fault?.undo?.(cluster);
    cluster.advance(story.heals);
    expect(troubles(cluster.world)).toEqual([]);
    cluster.stop();
  },
);

test.each(FAULTS)('$name names its root in whole words', ({ title, expects }) => {
  expect(title).toMatch(/^(?:[A-Z]|kube|etcd).*\.$/);
  expect(expects.cause.length).toBeGreaterThan(20);
  expect(expects.objectName).not.toBe('');
});

test.each([0, 300, 450, 499, 500, 600])(
  'the CNI that is deleted %i ms after the start takes the network of every node with it',
  ms => {
    const cluster = manualCluster();
    cluster.advance(ms / 1_000);
    faultNamed('cni-gone')?.apply(cluster);
    cluster.advance(120);
    const ready = cluster.world
      .list('/nodes')
      .filter(node => cluster.condition('/nodes', undefined, node.metadata.name, 'Ready').status === 'True');
    expect(ready.map(node => node.metadata.name)).toEqual([]);
    cluster.stop();
  },
);
