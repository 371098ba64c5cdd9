import { all, type Cluster, drop, healthyCluster, NODES, one } from '../layers/healthy-cluster.ts';
import { failKustomization } from '../layers/raw-flux.ts';
import {
  condition,
  creatingPod,
  NO_CNI,
  nodePods,
  release,
  setReady,
  warning,
} from '../layers/raw-objects.ts';
import { ago, NOW } from '../support/snapshot.ts';

const LOOKUP =
  'failed to download archive: dial tcp: lookup source-controller.flux-system.svc.cluster.local. on 10.43.0.10:53: read udp 10.42.0.7:4:  i/o timeout';
const SANDBOX =
  'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "aabbccddeeff00112233445566778899": plugin type="cilium-cni" failed (add): unable to connect to Cilium agent: failed to create cilium agent client after 30.000000 seconds timeout: Get "http://localhost/v1/config": dial unix /var/run/cilium/cilium.sock: connect: no such file or directory';

function noisy(): Cluster {
  const cluster = healthyCluster();
  const web = { kind: 'Pod', namespace: 'apps', name: 'web-1' };
  all(cluster, 'events').push(
    warning('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', web, {
      count: 80,
    }),
    warning('BackOff', 'Back-off restarting failed container', web, { id: 2 }),
    warning('FailedCreatePodSandBox', SANDBOX, web, { id: 3, first: 4000, last: 3000, host: 'k8s-2' }),
    warning('FailedScheduling', '0/3 nodes are available: 3 Insufficient cpu.', web, { id: 4, last: 900 }),
  );
  const agent = one(cluster, 'pods-system', 'cilium-k8s-2');
  agent.status.containerStatuses[0].restartCount = 14;
  agent.status.containerStatuses[0].lastState = {
    terminated: { reason: 'Error', exitCode: 1, finishedAt: ago(90_000) },
  };
  one(cluster, 'nodes', 'k8s-3').spec = {
    unschedulable: true,
    taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }],
  };
  one(cluster, 'kustomizations', 'monitoring').spec.suspend = true;
  return cluster;
}

function cniGone(): Cluster {
  const cluster = healthyCluster();
  drop(cluster, 'daemonsets', name => name === 'cilium');
  drop(cluster, 'pods-system', name => name.startsWith('cilium-k8s') || name.startsWith('coredns'));
  for (const one of all(cluster, 'nodes')) setReady(one, 'False', 'KubeletNotReady', NO_CNI, 238);
  const coredns = NODES.slice(0, 2).map(name =>
    creatingPod('kube-system', `coredns-new-${name}`, name, { 'k8s-app': 'kube-dns' }, 220),
  );
  all(cluster, 'pods-system').push(...coredns);
  all(cluster, 'pods-pending').push(...coredns);
  const dns = one(cluster, 'deployments-system', 'coredns');
  dns.status.readyReplicas = 0;
  dns.status.availableReplicas = 0;
  dns.status.conditions[0] = condition('Available', 'False', { reason: 'MinimumReplicasUnavailable' }, 210);
  emptyEndpoints(cluster);
  for (const name of NODES) {
    const about = { kind: 'Pod', namespace: 'kube-system', name: `coredns-new-${name}` };
    all(cluster, 'events').push(warning('FailedCreatePodSandBox', SANDBOX, about, { host: name, count: 14 }));
    cluster.byNode.set(name, { ...nodePods(), readyOnPodNetwork: 0 });
  }
  fluxCutOff(cluster, 360);
  failKustomization(one(cluster, 'kustomizations', 'cluster-apps'), 'ArtifactFailed', LOOKUP);
  return cluster;
}

/** The agent's configuration stays on the nodes: they say Ready, old pods run, nothing shows it but the absence. */
function cniLatent(): Cluster {
  const cluster = healthyCluster();
  drop(cluster, 'daemonsets', name => name === 'cilium');
  drop(cluster, 'pods-system', name => name.startsWith('cilium-k8s'));
  return cluster;
}

function cniOneNode(): Cluster {
  const cluster = healthyCluster();
  const agent = one(cluster, 'pods-system', 'cilium-k8s-2');
  agent.status.conditions[1] = condition('Ready', 'False', { reason: 'ContainersNotReady' }, 400);
  agent.status.containerStatuses[0] = {
    name: 'main',
    ready: false,
    restartCount: 6,
    state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s' } },
    lastState: {
      terminated: {
        reason: 'Error',
        exitCode: 1,
        message: 'level=fatal msg="cannot load module"',
        finishedAt: ago(60),
      },
    },
  };
  one(cluster, 'daemonsets', 'cilium').status.numberReady = 2;
  const about = { kind: 'Pod', namespace: 'apps', name: 'web-2' };
  all(cluster, 'pods-pending').push(creatingPod('apps', 'web-2', 'k8s-2', {}, 300));
  all(cluster, 'events').push(warning('FailedCreatePodSandBox', SANDBOX, about, { host: 'k8s-2', count: 9 }));
  return cluster;
}

/** The kubelet of k8s-2 stopped: its lease is old, and its pods go on saying Running. */
function nodeDown(): Cluster {
  const cluster = healthyCluster();
  setReady(
    one(cluster, 'nodes', 'k8s-2'),
    'Unknown',
    'NodeStatusUnknown',
    'Kubelet stopped posting node status.',
    140,
  );
  one(cluster, 'node-leases', 'k8s-2').spec.renewTime = ago(190);
  return cluster;
}

function nodePressure(): Cluster {
  const cluster = healthyCluster();
  const conditions = one(cluster, 'nodes', 'k8s-3').status.conditions;
  conditions[1] = condition(
    'DiskPressure',
    'True',
    { reason: 'KubeletHasDiskPressure', message: 'kubelet has disk pressure' },
    700,
  );
  return cluster;
}

function controlPlaneFrozen(): Cluster {
  const cluster = healthyCluster();
  for (const lease of all(cluster, 'system-leases')) lease.spec.renewTime = ago(250);
  return cluster;
}

/** Neither nodes nor control loops can renew anything, though reading works. */
function writesFail(): Cluster {
  const cluster = healthyCluster();
  for (const id of ['system-leases', 'node-leases'] as const) {
    for (const lease of all(cluster, id)) lease.spec.renewTime = ago(250);
  }
  return cluster;
}

function apiDown(): Cluster {
  const cluster = healthyCluster();
  const failure = {
    reason: 'refused',
    message: 'connect ECONNREFUSED 10.0.0.10:6443' as never,
    since: NOW - 70_000,
  } as const;
  return { ...cluster, api: { reach: 'unreached', failure, lastReplyAt: NOW - 72_000 } } as Cluster;
}

function etcdFailing(): Cluster {
  return { ...healthyCluster(), api: { readyz: { passed: 30, failed: ['etcd' as never] } } } as Cluster;
}

/** A policy webhook without a backend refuses the very pods without which its backend cannot start. */
function webhookDeadlock(): Cluster {
  const cluster = healthyCluster();
  drop(cluster, 'pods-system', name => name.startsWith('cilium-k8s'));
  Object.assign(one(cluster, 'daemonsets', 'cilium').status, {
    currentNumberScheduled: 0,
    numberReady: 0,
    numberAvailable: 0,
  });
  for (const one of all(cluster, 'nodes')) setReady(one, 'False', 'KubeletNotReady', NO_CNI, 238);
  all(cluster, 'validating-webhooks').push({
    metadata: { name: 'kyverno-resource-validating-webhook-cfg' },
    webhooks: [
      {
        name: 'validate.kyverno.svc-fail',
        failurePolicy: 'Fail',
        clientConfig: { service: { namespace: 'kyverno', name: 'kyverno-svc', port: 443 } },
      },
    ],
  });
  const about = { kind: 'DaemonSet', namespace: 'kube-system', name: 'cilium' };
  const message =
    'Error creating: Internal error occurred: failed calling webhook "validate.kyverno.svc-fail": failed to call webhook: Post "https://kyverno-svc.kyverno.svc:443/validate/fail?timeout=10s": no endpoints available for service "kyverno-svc"';
  all(cluster, 'events').push(warning('FailedCreate', message, about, { component: 'daemonset-controller' }));
  return cluster;
}

/** One machine is off, and somebody committed secrets for another key. */
function twoRoots(): Cluster {
  const cluster = nodeDown();
  failKustomization(
    one(cluster, 'kustomizations', 'monitoring'),
    'BuildFailed',
    'cannot get sops data key: Failed to get the data key required to decrypt the SOPS file. no identity matched any of the recipients',
  );
  return cluster;
}

function releaseGone(): Cluster {
  const cluster = cniGone();
  drop(cluster, 'helm-releases', name => name.includes('.cilium.'));
  return cluster;
}

function releasePending(): Cluster {
  const cluster = releaseGone();
  all(cluster, 'helm-releases').push(release('kube-system', 'cilium', 8, 'pending-upgrade'));
  return cluster;
}

/** A commit took the CNI away: both Kustomizations on the way down said so, and Helm's record went with it. */
function fluxPruned(): Cluster {
  const cluster = releaseGone();
  const said = (name: string, message: string, kind = 'Kustomization') => ({
    ...warning('Progressing', message, { kind, namespace: 'flux-system', name }, { last: 250 }),
    type: 'Normal',
    source: { component: 'kustomize-controller' },
  });
  all(cluster, 'events-pruned').push(
    said('cluster-apps', 'Kustomization/flux-system/cilium deleted\nNamespace/old deleted'),
    said('cilium', 'HelmRelease/kube-system/cilium deleted'),
  );
  all(cluster, 'events-uninstalled').push(said('cilium', 'Helm uninstall succeeded', 'HelmRelease'));
  const agent = { kind: 'Pod', namespace: 'kube-system', name: 'cilium-x7k2d' };
  all(cluster, 'events-system').push(
    warning('Killing', 'Stopping container cilium-agent', agent, { last: 245 }),
    warning('SuccessfulDelete', 'Deleted pod: cilium-x7k2d', agent, {
      last: 245,
      component: 'daemonset-controller',
    }),
  );
  return cluster;
}

/** CoreDNS and its image: the nodes ask a name server in this cluster, which asks CoreDNS. */
function dnsCycle(): Cluster {
  const cluster = healthyCluster();
  all(cluster, 'services-exposed').push({
    metadata: { namespace: 'network', name: 'pihole' },
    spec: { type: 'LoadBalancer', ports: [{ port: 53, protocol: 'UDP' }] },
    status: { loadBalancer: { ingress: [{ ip: '192.168.1.53' }] } },
  });
  const lookup = 'dial tcp: lookup registry.example on 192.168.1.53:53: server misbehaving';
  for (const name of ['k8s-1', 'k8s-2']) {
    const pod = one(cluster, 'pods-system', `coredns-${name}`);
    pod.status.conditions[1] = condition('Ready', 'False', { reason: 'ContainersNotReady' }, 400);
    pod.status.containerStatuses[0].state = { waiting: { reason: 'ErrImagePull', message: lookup } };
    all(cluster, 'events').push(
      warning(
        'Failed',
        `Failed to pull image: ${lookup}`,
        { kind: 'Pod', namespace: 'kube-system', name: `coredns-${name}` },
        { host: name },
      ),
    );
  }
  emptyEndpoints(cluster);
  return cluster;
}

/** Everything works, except that the controllers of Flux get no answers. */
function policyCut(): Cluster {
  const cluster = healthyCluster();
  all(cluster, 'networkpolicies-flux').push(
    { metadata: { namespace: 'flux-system', name: 'deny-all', creationTimestamp: ago(400) } },
    { metadata: { namespace: 'flux-system', name: 'older', creationTimestamp: ago(90_000) } },
    { metadata: { namespace: 'flux-system', name: 'allow-egress', creationTimestamp: ago(380) } },
  );
  failKustomization(
    one(cluster, 'kustomizations', 'cluster-apps'),
    'ArtifactFailed',
    LOOKUP.replace('  ', ' '),
  );
  return cluster;
}

/** Breaks a healthy cluster in one way each; the pictures are those of real clusters. */
export const scenarios = {
  healthy: healthyCluster,
  noisy,
  cniGone,
  cniLatent,
  cniOneNode,
  nodeDown,
  nodePressure,
  controlPlaneFrozen,
  writesFail,
  apiDown,
  etcdFailing,
  webhookDeadlock,
  twoRoots,
  releaseGone,
  releasePending,
  fluxPruned,
  dnsCycle,
  policyCut,
} satisfies Readonly<Record<string, () => Cluster>>;

export type ScenarioName = keyof typeof scenarios;

function emptyEndpoints(cluster: Cluster): void {
  one(cluster, 'slices-system', 'kube-dns-abc').endpoints = [];
}

/** Controllers that are cut off go on saying Ready, but renew nothing. */
function fluxCutOff(cluster: Cluster, seconds: number): void {
  for (const lease of all(cluster, 'flux-leases')) lease.spec.renewTime = ago(seconds);
}
