import type { Json, World } from '../world.ts';
import { allocateAddress, allocateNodePort } from './cluster-ips.ts';
import type { Resource } from './resources.ts';

type Defaulter = (draft: Json, world: Pick<World, 'list'>) => void;

/**
 * Fills in what the server fills in and controllers and kubectl rely on. It does so on every write: a client that
 * sends its short manifest again must not be seen as changing the object.
 */
export function applyDefaults(
  resource: Resource,
  draft: Json,
  world: Pick<World, 'list'>,
  operation: 'CREATE' | 'UPDATE',
): void {
  if (operation === 'CREATE') CREATION[resource.key]?.(draft, world);
  DEFAULTERS[resource.key]?.(draft, world);
}

const ROLLING = { maxUnavailable: '25%', maxSurge: '25%' };

/** What is given once, when an object is created. */
const CREATION: Readonly<Record<string, Defaulter>> = {
  '/namespaces': draft => {
    draft.metadata.labels = { ...draft.metadata.labels, 'kubernetes.io/metadata.name': draft.metadata.name };
    draft.spec = { finalizers: ['kubernetes'], ...draft.spec };
    draft.status = { phase: 'Active', ...draft.status };
  },
  '/services': (draft, world) => {
    draft.spec = { ...draft.spec };
    allocateAddress(draft, world);
  },
};

const DEFAULTERS: Readonly<Record<string, Defaulter>> = {
  '/pods': draft => {
    defaultPodSpec(draft.spec);
    draft.status = { phase: 'Pending', qosClass: qosClass(draft.spec), ...draft.status };
  },
  '/services': (draft, world) => {
    draft.spec = { type: 'ClusterIP', sessionAffinity: 'None', ...draft.spec };
    for (const port of draft.spec.ports ?? []) {
      port.protocol ??= 'TCP';
      port.targetPort ??= port.port;
    }
    if (draft.spec.type === 'NodePort' || draft.spec.type === 'LoadBalancer') {
      draft.spec.externalTrafficPolicy ??= 'Cluster';
      for (const port of draft.spec.ports ?? []) port.nodePort ??= allocateNodePort(world);
    }
    if (draft.spec.type !== 'ExternalName') draft.spec.internalTrafficPolicy ??= 'Cluster';
    draft.status ??= { loadBalancer: {} };
  },
  '/secrets': draft => {
    draft.type ??= 'Opaque';
    if (!draft.stringData) return;
    draft.data ??= {};
    for (const [key, text] of Object.entries<string>(draft.stringData)) {
      draft.data[key] = Buffer.from(text).toString('base64');
    }
    delete draft.stringData;
  },
  'apps/deployments': draft => {
    const strategy = draft.spec.strategy ?? {};
    const type = strategy.type ?? 'RollingUpdate';
    draft.spec.strategy =
      type === 'RollingUpdate'
        ? { type, rollingUpdate: { ...ROLLING, ...strategy.rollingUpdate } }
        : { type };
    draft.spec.replicas ??= 1;
    draft.spec.revisionHistoryLimit ??= 10;
    draft.spec.progressDeadlineSeconds ??= 600;
    defaultTemplate(draft);
  },
  'apps/replicasets': draft => {
    draft.spec.replicas ??= 1;
    draft.status ??= { replicas: 0 };
    defaultTemplate(draft);
  },
  'apps/statefulsets': draft => {
    draft.spec.replicas ??= 1;
    draft.spec.revisionHistoryLimit ??= 10;
    draft.spec.podManagementPolicy ??= 'OrderedReady';
    draft.spec.updateStrategy ??= { type: 'RollingUpdate', rollingUpdate: { partition: 0 } };
    draft.status ??= { replicas: 0, availableReplicas: 0 };
    defaultTemplate(draft);
  },
  'apps/daemonsets': draft => {
    draft.spec.revisionHistoryLimit ??= 10;
    draft.spec.updateStrategy ??= {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
    };
    draft.status ??= {
      currentNumberScheduled: 0,
      numberMisscheduled: 0,
      desiredNumberScheduled: 0,
      numberReady: 0,
    };
    defaultTemplate(draft);
  },
  'batch/jobs': draft => {
    const { spec, metadata } = draft;
    spec.parallelism ??= 1;
    spec.completions ??= 1;
    spec.backoffLimit ??= 6;
    spec.completionMode ??= 'NonIndexed';
    spec.suspend ??= false;
    const uid = { 'batch.kubernetes.io/controller-uid': metadata.uid, 'controller-uid': metadata.uid };
    const names = { 'batch.kubernetes.io/job-name': metadata.name, 'job-name': metadata.name };
    spec.selector ??= { matchLabels: { 'batch.kubernetes.io/controller-uid': metadata.uid } };
    const labels = { ...spec.template?.metadata?.labels, ...uid, ...names };
    spec.template = { ...spec.template, metadata: { ...spec.template?.metadata, labels } };
    draft.status ??= {};
    defaultTemplate(draft);
  },
};

function defaultTemplate(draft: Json): void {
  const template = draft.spec.template;
  if (!template) return;
  template.metadata = { ...template.metadata };
  if (template.spec) defaultPodSpec(template.spec);
}

function defaultPodSpec(spec: Json): void {
  if (!spec) return;
  spec.restartPolicy ??= 'Always';
  spec.terminationGracePeriodSeconds ??= 30;
  spec.dnsPolicy ??= 'ClusterFirst';
  spec.schedulerName ??= 'default-scheduler';
  spec.securityContext ??= {};
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])])
    defaultContainer(container);
}

function defaultContainer(container: Json): void {
  const image: string = container.image ?? '';
  const tagged = /[:@][^/]*$/.test(image) && !image.endsWith(':latest');
  container.imagePullPolicy ??= tagged ? 'IfNotPresent' : 'Always';
  container.terminationMessagePath ??= '/dev/termination-log';
  container.terminationMessagePolicy ??= 'File';
  container.resources ??= {};
  for (const port of container.ports ?? []) port.protocol ??= 'TCP';
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    if (!probe) continue;
    probe.timeoutSeconds ??= 1;
    probe.periodSeconds ??= 10;
    probe.successThreshold ??= 1;
    probe.failureThreshold ??= 3;
  }
}

function qosClass(spec: Json): string {
  const resources: Json[] = (spec?.containers ?? []).map((container: Json) => container.resources ?? {});
  if (resources.every(entry => !entry.requests && !entry.limits)) return 'BestEffort';
  const guaranteed = resources.every(entry =>
    ['cpu', 'memory'].every(name => {
      const limit = entry.limits?.[name];
      return limit !== undefined && (entry.requests?.[name] ?? limit) === limit;
    }),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
