import { object } from './metadata.ts';
import { condition, conditions, reference } from './reader-parts.ts';
import { dictionary, flag, list, number, scalar, shape, text, time } from './shape.ts';
import { shared } from './shared.ts';

/** What groundup keeps of each kind. A field that no rule reads is not kept: memory and privacy. */

const labels = shared(dictionary(text));

const containerState = shared(
  shape({
    waiting: shape({ reason: text, message: text }),
    running: shape({ startedAt: time }),
    terminated: shape({ reason: text, message: text, exitCode: number, finishedAt: time }),
  }),
);
const containerStatuses = list(
  shape({
    name: text,
    ready: flag,
    restartCount: number,
    image: text,
    state: containerState,
    lastState: containerState,
  }),
);
const containers = shared(
  list(
    shape({
      name: text,
      image: text,
      ports: list(shape({ name: text, containerPort: number, protocol: text })),
    }),
  ),
);
const selector = shape({ matchLabels: labels });
const template = shape({
  metadata: shape({ labels, annotations: labels }),
  spec: shape({ containers, hostNetwork: flag }),
});

export const node = object({
  spec: shape({
    unschedulable: flag,
    taints: list(shape({ key: text, value: text, effect: text, timeAdded: time })),
  }),
  status: shape({
    conditions: list(
      shape({
        type: text,
        status: text,
        reason: text,
        message: text,
        lastTransitionTime: time,
      }),
      // `False` of the others is the good news of every node at every time. Of its network it also tells which CNI was there.
      ({ type, status }) => type === 'Ready' || type === 'NetworkUnavailable' || status !== 'False',
    ),
    addresses: list(shape({ type: text, address: text })),
    nodeInfo: shared(shape({ kubeletVersion: text })),
  }),
});
export const lease = object({
  spec: shape({
    holderIdentity: text,
    renewTime: time,
    acquireTime: time,
    leaseDurationSeconds: number,
    leaseTransitions: number,
  }),
});
export const pod = object({
  spec: shape({ nodeName: text, hostNetwork: flag, containers, initContainers: containers }),
  status: shape({
    phase: text,
    reason: text,
    message: text,
    podIP: text,
    startTime: time,
    // Nobody asks whether these two were passed; the others tell how far a pod came that is not ready.
    conditions: list(
      condition,
      ({ type, status }) => status !== 'True' || (type !== 'Initialized' && type !== 'ContainersReady'),
    ),
    containerStatuses,
    initContainerStatuses: containerStatuses,
  }),
});
export const daemonSet = object({
  spec: shape({ selector, template }),
  status: shape({
    observedGeneration: number,
    desiredNumberScheduled: number,
    currentNumberScheduled: number,
    updatedNumberScheduled: number,
    numberReady: number,
    numberAvailable: number,
    numberUnavailable: number,
    numberMisscheduled: number,
    conditions,
  }),
});
export const deployment = object({
  spec: shape({ replicas: number, paused: flag, selector, template, progressDeadlineSeconds: number }),
  status: shape({
    observedGeneration: number,
    replicas: number,
    updatedReplicas: number,
    readyReplicas: number,
    availableReplicas: number,
    unavailableReplicas: number,
    conditions,
  }),
});
export const service = object({
  spec: shape({
    type: text,
    clusterIP: text,
    clusterIPs: list(text),
    selector: labels,
    ports: list(shape({ name: text, port: number, protocol: text, targetPort: scalar })),
    externalIPs: list(text),
    loadBalancerIP: text,
  }),
  status: shape({ loadBalancer: shape({ ingress: list(shape({ ip: text })) }) }),
});
export const endpointSlice = object({
  addressType: text,
  endpoints: list(
    shape({
      addresses: list(text),
      conditions: shape({ ready: flag, serving: flag, terminating: flag }),
      nodeName: text,
      targetRef: reference,
    }),
  ),
  ports: list(shape({ name: text, port: number, protocol: text })),
});
export const event = object({
  type: text,
  reason: text,
  message: text,
  count: number,
  firstTimestamp: time,
  lastTimestamp: time,
  eventTime: time,
  involvedObject: reference,
  source: shape({ component: text, host: text }),
  reportingComponent: text,
  series: shape({ count: number, lastObservedTime: time }),
});
export const namespace = object({ status: shape({ phase: text, conditions }) });
export const configMap = object({ data: dictionary(text) });
/** Read as metadata only: values of Secrets never reach this process. */
export const metadataOnly = object({});
export const apiService = object({
  spec: shape({ service: reference, group: text, version: text }),
  status: shape({ conditions }),
});
export const webhookConfiguration = object({
  webhooks: list(
    shape({
      name: text,
      failurePolicy: text,
      timeoutSeconds: number,
      clientConfig: shape({ url: text, service: shape({ namespace: text, name: text, port: number }) }),
      rules: list(shape({ apiGroups: list(text), resources: list(text), operations: list(text) })),
      namespaceSelector: shape({
        matchLabels: labels,
        matchExpressions: list(shape({ key: text, operator: text, values: list(text) })),
      }),
    }),
  ),
});

export const tigeraStatus = object({ status: shape({ conditions }) });
