import { describe, expect, it } from 'vitest';
import { cniLayer } from '../../src/layers/cni.ts';
import { dnsLayer } from '../../src/layers/dns.ts';
import { serviceDiscoveryLayer } from '../../src/layers/service-discovery.ts';
import { say } from '../../src/text/safe.ts';
import { snapshotOf } from '../support/snapshot.ts';
import { all, type Cluster, healthyCluster, NODES, withoutCilium } from './healthy-cluster.ts';
import { daemonSet, pod, type Raw } from './raw-objects.ts';

type Told = NonNullable<Cluster['told']>;
const judge = (layer: typeof cniLayer, told: Told, change: (cluster: Cluster) => void = () => {}) => {
  const cluster = healthyCluster();
  change(cluster);
  return layer.judge(snapshotOf({ ...cluster, told }), new Map());
};

const slice = (namespace: string, service: string, nodes: readonly string[], ready = true) => ({
  metadata: { namespace, name: `${service}-x`, labels: { 'kubernetes.io/service-name': service } },
  endpoints: nodes.map(nodeName => ({ addresses: ['10.42.0.9'], conditions: { ready }, nodeName })),
});

describe('critical Services', () => {
  const told: Told = { criticalServices: [{ namespace: 'media', name: 'plex' }] };
  const withSlices = (...slices: unknown[]) =>
    judge(serviceDiscoveryLayer, told, cluster => all(cluster, 'slices-critical').push(...(slices as Raw[])));

  it('are fine with a ready endpoint on a living node', () => {
    expect(withSlices(slice('media', 'plex', ['k8s-1']))).toMatchObject({ verdict: 'healthy', findings: [] });
  });

  it.each([
    [
      'without a slice',
      [],
      'no-endpoints',
      'is critical, but has no EndpointSlice: it does not exist, or selects nothing',
    ],
    [
      'of the same name elsewhere only',
      [slice('other', 'plex', ['k8s-1'])],
      'no-endpoints',
      'is critical, but has no EndpointSlice: it does not exist, or selects nothing',
    ],
    [
      'without endpoints',
      [slice('media', 'plex', [])],
      'no-endpoints',
      'is critical, but has no ready endpoint',
    ],
    [
      'whose endpoints are not ready',
      [slice('media', 'plex', ['k8s-1'], false)],
      'no-endpoints',
      'is critical, but has no ready endpoint',
    ],
  ])('%s degrade the layer', (_, slices, problem, message) => {
    const judged = withSlices(...slices);
    expect(judged.verdict).toBe('degraded');
    expect(judged.findings).toMatchObject([
      {
        problem,
        severity: 'warning',
        message,
        object: { kind: 'Service', namespace: 'media', name: 'plex' },
      },
    ]);
  });

  it('whose endpoints are all on a silent node prove nothing', () => {
    const judged = judge(serviceDiscoveryLayer, told, cluster => {
      all(cluster, 'slices-critical').push(slice('media', 'plex', ['k8s-1']) as unknown as Raw);
      const lease = all(cluster, 'node-leases').find(one => JSON.stringify(one).includes('k8s-1'));
      Object.assign(lease as object, {
        spec: { renewTime: '2026-01-02T02:00:00Z', leaseDurationSeconds: 40 },
      });
    });
    expect(judged.findings.map(({ message }) => message)).toContain(
      'is critical, and all of its 1 endpoints are on silent nodes',
    );
  });

  it('that cannot be read make the layer unknown, never green', () => {
    const cluster = healthyCluster();
    const refused = { state: 'failed', reason: 'rbac', message: say`may not list` } as const;
    const snapshot = snapshotOf({ ...cluster, told, freshness: { 'slices-critical': refused } });
    expect(serviceDiscoveryLayer.judge(snapshot, new Map()).verdict).toBe('unknown');
  });
});

describe('a CNI that was pointed at', () => {
  const labels = { app: 'acme-net' };
  const told: Told = { cni: { namespace: 'net', selector: labels } };
  const install = (cluster: Cluster): void => {
    withoutCilium(cluster);
    all(cluster, 'daemonsets').push(daemonSet('net', 'acme-agent', labels, 'x/acme:1'));
    all(cluster, 'pods-cni').push(...NODES.map(node => pod('net', `acme-${node}`, node, labels, true)));
  };

  it('is judged though nobody knows its name', () => {
    expect(judge(cniLayer, told, install)).toMatchObject({ measure: { ready: 3, wanted: 3 } });
    expect(judge(cniLayer, told, install).summary).toContain('acme-agent');
    expect(judge(cniLayer, {}, install).summary).not.toContain('acme-agent');
  });

  it('is down when its agents are gone', () => {
    const judged = judge(cniLayer, told, withoutCilium);
    expect(judged.verdict).toBe('down');
    expect(judged.findings[0]).toMatchObject({
      problem: 'missing',
      object: { kind: 'DaemonSet', namespace: 'net' },
    });
  });
});

describe('DNS that was pointed at', () => {
  const moved = (cluster: Cluster): void => {
    const move = (from: 'deployments-system' | 'pods-system', to: 'deployments-dns' | 'pods-dns'): void => {
      const mine = all(cluster, from).filter(one => JSON.stringify(one).includes('coredns'));
      cluster.objects[from] = all(cluster, from).filter(one => !mine.includes(one));
      all(cluster, to).push(...mine.map(renamed));
    };
    move('deployments-system', 'deployments-dns');
    move('pods-system', 'pods-dns');
    cluster.objects['services-system'] = all(cluster, 'services-system').map(renamed);
    cluster.objects['slices-system'] = all(cluster, 'slices-system').map(renamed);
  };
  const renamed = (raw: Raw): Raw => JSON.parse(JSON.stringify(raw).replaceAll('kube-system', 'dns')) as Raw;
  const told: Told = { dns: { namespace: 'dns', selector: null } };

  it('is found there, with its Service', () => {
    expect(judge(dnsLayer, told, moved)).toMatchObject({ verdict: 'healthy' });
    expect(judge(serviceDiscoveryLayer, told, moved)).toMatchObject({ verdict: 'healthy', findings: [] });
    expect(judge(dnsLayer, {}, moved).verdict).toBe('down');
  });

  it('is missed there when it is gone', () => {
    const gone = judge(dnsLayer, told, cluster => {
      moved(cluster);
      cluster.objects['deployments-dns'] = [];
      cluster.objects['pods-dns'] = [];
    });
    expect(gone).toMatchObject({
      verdict: 'down',
      findings: [{ problem: 'missing', object: { namespace: 'dns' } }],
    });
  });
});
