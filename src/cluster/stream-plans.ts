import { type StreamId, type StreamPlan, streams } from './streams.ts';
import { dnsNamespace, selectorText, type Told } from './told.ts';

/** What a stream looks at on this cluster, given what the user told of it; null when there is nothing to look at. */
export function planOf(id: StreamId, told: Told | undefined): StreamPlan | null {
  const plan: StreamPlan = streams[id];
  if (told === undefined) return onlyWhenTold.has(id) ? null : plan;
  const namespace = dnsNamespace({ told });
  switch (id) {
    case 'services-system':
    case 'slices-system':
    case 'config-coredns':
      return { ...plan, namespace };
    case 'pods-dns':
    case 'deployments-dns':
      return namespace === 'kube-system' ? null : { ...plan, namespace };
    case 'slices-critical':
      return told.criticalServices.length === 0 ? null : { ...plan, labels: ofServices(told) };
    case 'pods-cni':
      return told.cni === null || told.cni.namespace === 'kube-system'
        ? plan
        : {
            kind: plan.kind,
            namespace: told.cni.namespace,
            ...(told.cni.selector === null ? {} : { labels: selectorText(told.cni.selector) }),
          };
    default:
      return plan;
  }
}

const onlyWhenTold: ReadonlySet<StreamId> = new Set(['pods-dns', 'deployments-dns', 'slices-critical']);

function ofServices({ criticalServices }: Told): string {
  const names = [...new Set(criticalServices.map(({ name }) => name))].sort();
  return `kubernetes.io/service-name in (${names.join(',')})`;
}
