import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { dnsCycles, servedHere } from '../../src/layers/dns-cycle.ts';
import { snapshotOf } from '../support/snapshot.ts';
import { all, type Cluster, healthyCluster, one } from './healthy-cluster.ts';
import { type Raw, warning } from './raw-objects.ts';

const pihole = (extra: Raw = {}): Raw => ({
  metadata: { namespace: 'network', name: 'pihole' },
  spec: { type: 'LoadBalancer', ports: [{ port: 53, protocol: 'UDP' }] },
  status: { loadBalancer: { ingress: [{ ip: '192.168.1.53' }] } },
  ...extra,
});
const pull = (server: string, end = 'server misbehaving', extra: Raw = {}): Raw =>
  warning(
    'Failed',
    `Failed to pull image "x.example/a:1": dial tcp: lookup x.example on ${server}:53: ${end}`,
    { kind: 'Pod', namespace: 'apps', name: 'web' },
    { host: 'k8s-1', ...extra },
  );
const cluster = (change: (cluster: Cluster) => void): Cluster => {
  const made = healthyCluster();
  all(made, 'services-exposed').push(pihole());
  change(made);
  return made;
};

describe('a circle of names', () => {
  test.each([
    ['server misbehaving', '192.168.1.53'],
    ['no such host', '192.168.1.53'],
    ['read udp 10.0.0.11:4711->192.168.1.53:53: i/o timeout', '192.168.1.53'],
  ])('is found when a pull ends in "%s" from a Service of this cluster', (end, server) => {
    const given = cluster(made => all(made, 'events').push(pull(server, end)));
    const [found] = dnsCycles(snapshotOf(given));
    expect(found).toMatchObject({ problem: 'dns-cycle', signature: 'S83', object: { name: 'pihole' } });
    expect(found?.message).toMatch(/^k8s-1: asks 192\.168\.1\.53 for x\.example/);
  });

  test.each([
    ['another server', (made: Cluster) => all(made, 'events').push(pull('192.168.1.1'))],
    [
      'an old complaint',
      (made: Cluster) => all(made, 'events').push(pull('192.168.1.53', undefined, { last: 900 })),
    ],
    ['no complaint', () => undefined],
  ])('is not found with %s', (_what, change) => {
    expect(dnsCycles(snapshotOf(cluster(made => void change(made))))).toEqual([]);
  });

  test('is found when a node itself is the server', () => {
    const given = cluster(made => {
      one(made, 'nodes', 'k8s-2').status.addresses = [{ type: 'InternalIP', address: '10.0.0.12' }];
      all(made, 'events').push(pull('10.0.0.12'));
    });
    expect(dnsCycles(snapshotOf(given))[0]?.object).toMatchObject({ kind: 'Node', name: 'k8s-2' });
    expect(servedHere(snapshotOf(given), '10.0.0.13')).toBeNull();
  });

  test('is told of the workstation too, for certain or as a guess', () => {
    const unreached = (reason: 'refused' | 'dns', message: string) => {
      const failure = { reason, message: message as never, since: 1 };
      return diagnose(snapshotOf({ ...cluster(() => undefined), api: { reach: 'unreached', failure } })).root;
    };
    expect(unreached('refused', 'dial tcp: lookup k8s.home on 192.168.1.53:53: no such host')?.cause).toBe(
      'the name server 192.168.1.53 is Service network/pihole of this very cluster',
    );
    expect(unreached('dns', 'getaddrinfo ENOTFOUND k8s.home')?.cause).toBe(
      'perhaps the name server is Service network/pihole of this very cluster',
    );
    expect(unreached('refused', 'connect ECONNREFUSED')?.cause).toBeNull();
  });
});
