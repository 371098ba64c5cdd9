import type { Json, Stored } from '../world.ts';
import { hashName, keyOf, matches, ownerOf, podReady, splitKey } from './objects.ts';
import type { Life } from './switches.ts';
import { controlPlaneActs, workQueue } from './work-queue.ts';

const SLICES = 'discovery.k8s.io/endpointslices';

/** The EndpointSlice controller: addresses of the pods a Service selects, ready or not. */
export function startEndpointSlices(life: Life): () => void {
  const queue = workQueue(
    life,
    key => sync(life, key),
    () => controlPlaneActs(life),
  );
  const stop = life.world.subscribe(({ resource, object, old, type }) => {
    if (resource === '/services' && type !== 'DELETED') queue.add(keyOf(object), 100);
    if (resource === SLICES && type === 'DELETED') {
      const service = object.metadata.labels?.['kubernetes.io/service-name'];
      if (service) queue.add(`${object.metadata.namespace}/${service}`, 100);
    }
    if (resource !== '/pods' || (type === 'MODIFIED' && shown(object) === shown(old))) return;
    for (const service of life.world.list('/services', object.metadata.namespace)) {
      if (matches(service.spec.selector, object.metadata.labels)) queue.add(keyOf(service), 100);
    }
  });
  for (const service of life.world.list('/services')) queue.add(keyOf(service), 100);
  return () => {
    stop();
    queue.stop();
  };
}

function shown(pod: Stored | undefined): string {
  return JSON.stringify([
    pod?.status?.podIP,
    pod !== undefined && podReady(pod),
    pod?.metadata.deletionTimestamp,
    pod?.status?.phase,
  ]);
}

function sync(life: Life, key: string): void {
  const { namespace, name } = splitKey(key);
  const service = life.world.get('/services', namespace, name);
  if (!service?.spec.selector || service.metadata.deletionTimestamp) return;
  const endpoints = endpointsOf(life.world.list('/pods', namespace), service);
  const known = life.world
    .list(SLICES, namespace)
    .find(slice => slice.metadata.labels?.['kubernetes.io/service-name'] === name);
  if (known === undefined) {
    life.world.create(SLICES, sliceOf(service, endpoints));
    return;
  }
  life.world.update(SLICES, namespace, known.metadata.name, draft => {
    draft.endpoints = endpoints;
    draft.ports = portsOf(service);
  });
}

/** Endpoints for the pods of a service; a pod without an address has none. */
export function endpointsOf(pods: readonly Stored[], service: Stored): Json[] {
  return pods
    .filter(pod => matches(service.spec.selector, pod.metadata.labels) && pod.status?.podIP)
    .filter(pod => pod.status.phase !== 'Succeeded' && pod.status.phase !== 'Failed')
    .map(pod => {
      const serving = podReady(pod);
      const terminating = pod.metadata.deletionTimestamp !== undefined;
      const { name, namespace, uid } = pod.metadata;
      return {
        addresses: [pod.status.podIP],
        conditions: { ready: serving && !terminating, serving, terminating },
        nodeName: pod.spec.nodeName,
        targetRef: { kind: 'Pod', name, namespace, uid },
      };
    });
}

function portsOf(service: Stored): Json[] {
  return service.spec.ports.map((port: Json) => ({
    name: port.name ?? '',
    port: port.targetPort ?? port.port,
    protocol: port.protocol ?? 'TCP',
  }));
}

export function sliceOf(service: Stored, endpoints: Json[]): Json {
  const { name, namespace, uid } = service.metadata;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${hashName(uid, 5)}`,
      namespace,
      labels: {
        ...service.metadata.labels,
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      ownerReferences: [ownerOf(service)],
    },
    addressType: 'IPv4',
    endpoints,
    ports: portsOf(service),
  };
}
