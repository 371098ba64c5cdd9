import { kinds } from '../cluster/kinds.ts';
import { list } from '../cluster/shape.ts';
import { type Safe, say } from '../text/safe.ts';
import { PROBE_NAMESPACE } from './probe-namespace.ts';
import type { Api, Asking } from './probe-options.ts';
import { OWN_LABELS, PROBE_LABEL, SELECTOR } from './probe-pod.ts';
import type { DnsPod } from './targets.ts';

/** A Service for the time of one run. */
export type FreshService =
  | { readonly ok: true; readonly address: string; readonly remove: () => Promise<void> }
  /** It could not be made; what was made of it is gone again. */
  | { readonly ok: false; readonly message: Safe };

const SERVICES = `/api/v1/namespaces/${PROBE_NAMESPACE}/services`;
const SLICES = `/apis/discovery.k8s.io/v1/namespaces/${PROBE_NAMESPACE}/endpointslices`;
const ADDRESS = /^[0-9A-Fa-f:.]{2,45}$/;

/**
 * Makes a Service without a selector, in the namespace of probes, that leads to the pods of CoreDNS by TCP. A kube-proxy that
 * hangs leaves its rules behind, so that everything old goes on working: only an address that is new tells.
 */
export async function freshService(
  asking: Asking,
  runId: string,
  pods: readonly DnsPod[],
): Promise<FreshService> {
  const { api, limits } = asking;
  const name = `groundup-probe-${runId}`;
  const labels = { ...OWN_LABELS, [PROBE_LABEL]: runId };
  const port = { name: 'dns-tcp', port: 53, protocol: 'TCP' };
  const remove = async (): Promise<void> => {
    await Promise.all([SLICES, SERVICES].map(path => removeNamed(api, path, name, limits.cleanUp)));
  };
  // Not ended by the signal: a creation that was given up could still happen, after the removal.
  const make = (path: string, body: unknown) =>
    api.request('POST', path, { body, deadlineMs: limits.request });
  const made = await make(SERVICES, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: PROBE_NAMESPACE, labels },
    spec: { ports: [port] },
  });
  const service = made.ok ? kinds.services.read(made.json) : undefined;
  const address = service?.spec?.clusterIP ?? '';
  const endpoints = pods.map(pod => ({ addresses: [pod.address], conditions: { ready: true } }));
  const led = made.ok
    ? await make(SLICES, {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          name,
          namespace: PROBE_NAMESPACE,
          labels: {
            ...labels,
            'kubernetes.io/service-name': name,
            'endpointslice.kubernetes.io/managed-by': 'groundup',
          },
          ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name, uid: service?.metadata.uid }],
        },
        addressType: pods[0]?.address.includes(':') === true ? 'IPv6' : 'IPv4',
        endpoints,
        ports: [port],
      })
    : made;
  if (led.ok && ADDRESS.test(address)) return { ok: true, address, remove };
  await remove();
  const why = led.ok ? say`it got no address` : led.message;
  return { ok: false, message: say`a new Service was not tried: ${why}` };
}

const readServices = list(kinds.services.read);

/** Removes Services of probes that an earlier process left behind; what they led to goes with them. */
export async function sweepServices(
  api: Api,
  isForgotten: (created: number | undefined) => boolean,
  deadlineMs: number,
): Promise<void> {
  const query = { labelSelector: SELECTOR, limit: 100 };
  const answer = await api.request('GET', SERVICES, { query, deadlineMs });
  const found = answer.ok ? (readServices((answer.json as { items?: unknown } | null)?.items) ?? []) : [];
  const old = found.filter(({ metadata }) => isForgotten(metadata.creationTimestamp));
  await Promise.all(old.map(({ metadata }) => removeNamed(api, SERVICES, metadata.name, deadlineMs)));
}

async function removeNamed(api: Api, path: string, name: string, deadlineMs: number): Promise<void> {
  await api.request('DELETE', `${path}/${name}`, { deadlineMs });
}
