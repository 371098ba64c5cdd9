import { describe, expect, it } from 'vitest';
import { kinds } from '../../src/cluster/kinds.ts';

const condition = (type: string, status: string) => ({ type, status, reason: 'Why' });

describe('what is kept of conditions', () => {
  it('of a node: its troubles, and which network it had', () => {
    const status = {
      conditions: [
        condition('MemoryPressure', 'False'),
        condition('DiskPressure', 'True'),
        { ...condition('NetworkUnavailable', 'False'), reason: 'CiliumIsUp' },
        condition('Ready', 'True'),
      ],
    };
    const kept = kinds.nodes.read({ metadata: { name: 'a' }, status })?.status?.conditions;
    expect(kept?.map(({ type, reason }) => `${type} ${reason}`)).toEqual([
      'DiskPressure Why',
      'NetworkUnavailable CiliumIsUp',
      'Ready Why',
    ]);
  });

  it('of a pod: how far it came', () => {
    const status = {
      conditions: [
        condition('PodScheduled', 'True'),
        condition('PodReadyToStartContainers', 'True'),
        condition('Initialized', 'True'),
        condition('ContainersReady', 'False'),
        condition('Ready', 'False'),
      ],
    };
    const kept = kinds.pods.read({ metadata: { name: 'a' }, status })?.status?.conditions;
    expect(kept?.map(({ type }) => type)).toEqual([
      'PodScheduled',
      'PodReadyToStartContainers',
      'ContainersReady',
      'Ready',
    ]);
  });
});
