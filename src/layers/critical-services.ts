import type { EndpointSlice } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import type { StreamId } from '../cluster/streams.ts';
import { say } from '../text/safe.ts';
import { finding, named } from './judgement.ts';
import type { Finding } from './layer.ts';
import { nodeStates } from './node-state.ts';

/** The stream that the verdict rests on besides, when the user named critical Services. */
export function criticalStreams({ told }: Snapshot): readonly StreamId[] {
  return (told?.criticalServices.length ?? 0) > 0 ? ['slices-critical'] : [];
}

/**
 * Services that the user calls critical and that nobody answers for. Their endpoints tell it all: without a single slice
 * the Service is gone or selects nothing, and an endpoint on a silent node proves nothing.
 */
export function criticalFindings(snapshot: Snapshot): readonly Finding[] {
  const slices = Map.groupBy(snapshot.streams['slices-critical'].items.values(), ownerOf);
  return (snapshot.told?.criticalServices ?? []).flatMap(({ namespace, name }) => {
    const object = named('Service', namespace, name);
    const own = slices.get(`${namespace}/${name}`);
    const warn = (problem: Finding['problem'], message: Finding['message']): Finding[] => [
      finding({ problem, severity: 'warning', object, message }),
    ];
    if (own === undefined)
      return warn(
        'no-endpoints',
        say`is critical, but has no EndpointSlice: it does not exist, or selects nothing`,
      );
    const ready = own.flatMap(slice => slice.endpoints ?? []).filter(one => one.conditions?.ready !== false);
    if (ready.length === 0) return warn('no-endpoints', say`is critical, but has no ready endpoint`);
    const states = nodeStates(snapshot);
    const isSilent = (node: string | undefined): boolean =>
      node !== undefined && states.get(node)?.alive === false;
    return ready.every(({ nodeName }) => isSilent(nodeName))
      ? warn('endpoints-lag', say`is critical, and all of its ${ready.length} endpoints are on silent nodes`)
      : [];
  });
}

function ownerOf({ metadata }: EndpointSlice): string {
  return `${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name']}`;
}
