import { createManualClock } from '../../../src/simulator/api/clock.ts';
import { type SimulatedCluster, startCluster } from '../../../src/simulator/controllers/start-cluster.ts';
import type { Json, Stored } from '../../../src/simulator/world.ts';

export const START = Date.UTC(2026, 5, 1, 12);

/** A healthy cluster whose time moves only with `advance(seconds)`, with the questions tests ask of it. */
export interface ManualCluster extends SimulatedCluster {
  advance(seconds: number): void;
  get(resource: string, namespace: string | undefined, name: string): Json;
  condition(resource: string, namespace: string | undefined, name: string, type: string): Json;
  /** Pods of a namespace by one label. */
  pods(namespace: string, key: string, value: string): readonly Stored[];
  /** `reason: message` of every Warning since the start. */
  warnings(): string[];
  /** Everything containers said, one line a line. */
  logs(): string[];
}

export function manualCluster(): ManualCluster {
  const clock = createManualClock(START);
  const cluster = startCluster({ speed: 1, clock });
  const { world, behaviour } = cluster;
  const get = (resource: string, namespace: string | undefined, name: string): Json =>
    world.get(resource, namespace, name);
  return {
    ...cluster,
    advance: seconds => clock.advance(seconds * 1000),
    get,
    condition: (resource, namespace, name, type) =>
      get(resource, namespace, name)?.status?.conditions?.find((one: Json) => one.type === type),
    pods: (namespace, key, value) =>
      world.list('/pods', namespace).filter(pod => pod.metadata.labels?.[key] === value),
    warnings: () =>
      world
        .list('/events')
        .filter(event => event.type === 'Warning' && Date.parse(event.firstTimestamp) >= START)
        .map(event => `${event.involvedObject.kind} ${event.reason}: ${event.message}`),
    logs: () => [...behaviour.logs.values()].flat(),
  };
}
