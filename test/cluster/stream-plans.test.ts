import { describe, expect, it } from 'vitest';
import { planOf } from '../../src/cluster/stream-plans.ts';
import { streamIds, streams } from '../../src/cluster/streams.ts';
import type { Told } from '../../src/cluster/told.ts';

const nothing: Told = { cni: null, dns: null, flux: null, criticalServices: [] };
const opened = (told: Told | undefined) => streamIds.filter(id => planOf(id, told) !== null);

describe('what is watched', () => {
  it('is the same with nothing told and without a configuration, and three streams less than there could be', () => {
    expect(opened(nothing)).toEqual(opened(undefined));
    expect(streamIds.filter(id => !opened(nothing).includes(id))).toEqual([
      'pods-dns',
      'deployments-dns',
      'slices-critical',
    ]);
    for (const id of opened(nothing)) expect(planOf(id, nothing)).toEqual(planOf(id, undefined));
    expect(planOf('services-system', undefined)).toEqual(streams['services-system']);
  });

  it('holds the endpoints of critical Services by one selector', () => {
    const criticalServices = [
      { namespace: 'media', name: 'plex' },
      { namespace: 'ingress', name: 'nginx' },
      { namespace: 'other', name: 'plex' },
    ];
    expect(planOf('slices-critical', { ...nothing, criticalServices })).toEqual({
      kind: 'endpointslices',
      labels: 'kubernetes.io/service-name in (nginx,plex)',
    });
  });

  it('follows DNS to where it was told to be', () => {
    const told: Told = { ...nothing, dns: { namespace: 'dns', selector: null } };
    for (const id of [
      'services-system',
      'slices-system',
      'config-coredns',
      'pods-dns',
      'deployments-dns',
    ] as const)
      expect(planOf(id, told)?.namespace).toBe('dns');
    expect(planOf('pods-system', told)?.namespace).toBe('kube-system');
  });

  it('follows the CNI to where it was told to be, unless its pods are seen there anyway', () => {
    const at = (namespace: string) =>
      planOf('pods-cni', { ...nothing, cni: { namespace, selector: { app: 'agent', tier: 'node' } } });
    expect(at('net')).toEqual({ kind: 'pods', namespace: 'net', labels: 'app=agent,tier=node' });
    expect(at('kube-system')).toEqual(streams['pods-cni']);
  });
});
