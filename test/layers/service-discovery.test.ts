import { describe, expect, it } from 'vitest';
import { serviceDiscoveryLayer } from '../../src/layers/service-discovery.ts';
import { ago, type Given, snapshotOf } from '../support/snapshot.ts';
import { deployment, nodeLeases, nodes, readyPod } from './made.ts';

const labels = { 'k8s-app': 'kube-dns' };
const ports = [
  { name: 'dns', port: 53, protocol: 'UDP' },
  { name: 'dns-tcp', port: 53, protocol: 'TCP' },
];
const service = (spec: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}) => ({
  metadata: { name: 'kube-dns', namespace: 'kube-system', labels, ...metadata },
  spec: { clusterIP: '10.43.0.10', clusterIPs: ['10.43.0.10'], selector: labels, ports, ...spec },
});
const kubernetes = (clusterIP: string) => ({
  metadata: { name: 'kubernetes', namespace: 'default' },
  spec: { clusterIP, ports: [{ name: 'https', port: 443 }] },
});
const endpoint = (pod: string, ready: boolean | null) => ({
  addresses: [`10.42.0.${pod.length}`],
  conditions: ready === null ? {} : { ready },
  targetRef: { kind: 'Pod', namespace: 'kube-system', name: pod },
});
const slice = (name: string, endpoints: unknown[], of = 'kube-dns') => ({
  metadata: { name, namespace: 'kube-system', labels: { 'kubernetes.io/service-name': of } },
  addressType: 'IPv4',
  endpoints,
});
const apiSlice = {
  metadata: {
    name: 'kubernetes',
    namespace: 'default',
    labels: { 'kubernetes.io/service-name': 'kubernetes' },
  },
  endpoints: [{ addresses: ['10.0.0.10'], conditions: { ready: true } }],
};

const healthy = {
  nodes: nodes('k8s-1', 'k8s-2'),
  'node-leases': nodeLeases('k8s-1', 'k8s-2'),
  'deployments-system': [
    deployment('kube-system', 'coredns', { replicas: 2, podLabels: labels, image: 'x/coredns:1.12' }),
  ],
  'pods-system': [
    readyPod('kube-system', 'coredns-a', 'k8s-1', labels),
    readyPod('kube-system', 'coredns-b', 'k8s-2', labels),
  ],
  'services-system': [service()],
  'slices-system': [slice('kube-dns-x', [endpoint('coredns-a', true), endpoint('coredns-b', null)])],
  'service-kubernetes': [kubernetes('10.43.0.1')],
  'slices-kubernetes': [apiSlice],
};
const judge = (objects: Given['objects'] = {}) =>
  serviceDiscoveryLayer.judge(snapshotOf({ objects: { ...healthy, ...objects } }), new Map());
const told = (objects: Given['objects']) =>
  judge(objects).findings.map(({ problem, severity, object }) => `${severity} ${problem} ${object?.name}`);

describe('service discovery', () => {
  it('is healthy when the Service has its address and an endpoint for each pod', () => {
    expect(judge()).toMatchObject({
      verdict: 'healthy',
      summary: 'kube-dns 10.43.0.10 · 2/2 endpoints',
      measure: { ready: 2, wanted: 2 },
      findings: [],
    });
  });

  it('is down without the DNS Service, and names the address that nobody answers', () => {
    const judged = judge({ 'services-system': [], 'slices-system': [] });
    expect(judged).toMatchObject({ verdict: 'down', summary: 'Service kube-dns missing' });
    expect(judged.findings).toMatchObject([
      { problem: 'missing', object: { kind: 'Service', namespace: 'kube-system', name: 'kube-dns' } },
    ]);
    expect(judged.findings[0]?.message).toContain('10.43.0.10');
  });

  it.each([
    ['k3s, RKE2', '10.43.0.1', '10.43.0.10'],
    ['kubeadm, Talos', '10.96.0.1', '10.96.0.10'],
    ['a range that starts elsewhere', '10.43.128.1', '10.43.128.10'],
    ['IPv6', 'fd00:10:43::1', 'fd00:10:43::a'],
  ])('accepts the tenth address of the range (%s)', (_, api, dns) => {
    const objects = {
      'service-kubernetes': [kubernetes(api)],
      'services-system': [service({ clusterIP: dns, clusterIPs: [dns] })],
    };
    expect(judge(objects).verdict).toBe('healthy');
  });

  it('is down when the Service came back under another address', () => {
    const judged = judge({
      'services-system': [service({ clusterIP: '10.43.77.3', clusterIPs: ['10.43.77.3'] })],
    });
    expect(judged.verdict).toBe('down');
    expect(judged.findings).toMatchObject([{ problem: 'wrong-address', severity: 'critical' }]);
    expect(judged.findings[0]?.message).toBe('has address 10.43.77.3, but pods are told to ask 10.43.0.10');
  });

  it('does not guess the address when the API server has not the first of the range', () => {
    expect(judge({ 'service-kubernetes': [kubernetes('10.43.0.77')] }).verdict).toBe('healthy');
  });

  it('finds the Service of RKE2 and of the plain chart, and not a metrics Service', () => {
    const metrics = service(
      { clusterIP: 'None', clusterIPs: ['None'], ports: [{ name: 'metrics', port: 9153 }] },
      { name: 'a-metrics' },
    );
    const rke2 = service({}, { name: 'rke2-coredns-rke2-coredns' });
    const objects = {
      'services-system': [metrics, rke2],
      'slices-system': [
        slice('s', [endpoint('coredns-a', true), endpoint('coredns-b', true)], 'rke2-coredns-rke2-coredns'),
      ],
    };
    expect(judge(objects)).toMatchObject({
      verdict: 'healthy',
      summary: 'rke2-coredns-rke2-coredns 10.43.0.10 · 2/2 endpoints',
    });
  });

  it.each([
    ['no UDP', [ports[1]], 'critical wrong-ports kube-dns', 'down'],
    ['no TCP', [ports[0]], 'warning wrong-ports kube-dns', 'degraded'],
  ])('needs port 53 for both protocols: %s', (_, given, line, verdict) => {
    const objects = { 'services-system': [service({ ports: given })] };
    expect(told(objects)).toEqual([line]);
    expect(judge(objects).verdict).toBe(verdict);
  });

  it('is down when the Service selects none of the pods', () => {
    const objects = {
      'services-system': [service({ selector: { 'k8s-app': 'coredns' } })],
      'slices-system': [],
    };
    expect(told(objects)).toEqual(['critical wrong-selector kube-dns']);
  });

  it('is down without a ready endpoint', () => {
    const objects = {
      'slices-system': [slice('x', [endpoint('coredns-a', false), endpoint('coredns-b', false)])],
    };
    expect(told(objects)).toEqual(['critical no-endpoints kube-dns']);
    expect(judge(objects).summary).toBe('kube-dns 10.43.0.10 · 0 of 2 endpoints');
  });

  it('counts a pod once, though it stands in the slices of two families', () => {
    const both = [endpoint('coredns-a', true), endpoint('coredns-b', true)];
    expect(judge({ 'slices-system': [slice('v4', both), slice('v6', both)] }).measure).toEqual({
      ready: 2,
      wanted: 2,
    });
  });

  it('is degraded when endpoints lag behind pods, unless the pod turned ready just now', () => {
    const lagging = { 'slices-system': [slice('x', [endpoint('coredns-a', true)])] };
    expect(told(lagging)).toEqual(['warning endpoints-lag kube-dns']);
    const justReady = readyPod('kube-system', 'coredns-b', 'k8s-2', labels, {
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: ago(3) }],
    });
    expect(told({ ...lagging, 'pods-system': [healthy['pods-system'][0], justReady] })).toEqual([]);
  });

  it('does not believe endpoints whose pods are not ready', () => {
    const silent = nodeLeases('k8s-1', 'k8s-2').map(one => ({
      ...one,
      spec: { ...one.spec, renewTime: ago(400) },
    }));
    expect(told({ 'node-leases': silent })).toEqual(['critical endpoints-lag kube-dns']);
  });

  it('is down when pods cannot find the API server', () => {
    expect(told({ 'service-kubernetes': [] })).toEqual(['critical missing kubernetes']);
    expect(told({ 'slices-kubernetes': [] })).toEqual(['critical no-endpoints kubernetes']);
  });
});

it('an API server without EndpointSlices is not one without endpoints', () => {
  const objects = { 'services-system': [service()], 'service-kubernetes': [kubernetes('10.43.0.1')] };
  const snapshot = snapshotOf({ objects, freshness: { 'slices-system': { state: 'absent' } } });
  expect(serviceDiscoveryLayer.judge(snapshot, new Map())).toMatchObject({
    verdict: 'unknown',
    reason: 'not-configured',
    findings: [],
  });
});
