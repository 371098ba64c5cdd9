import type { EndpointSlice, Pod, Service } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { dnsNamespace } from '../cluster/told.ts';
import { type Safe, say } from '../text/safe.ts';
import { criticalFindings, criticalStreams } from './critical-services.ts';
import { dnsWorkload } from './dns-workload.ts';
import { finding, judgement, named, ref } from './judgement.ts';
import type { Finding, Judgement, Layer } from './layer.ts';
import { isPodReady, podsMatching } from './pods.ts';
import { withProbes } from './probed.ts';
import { dnsAddress, dnsService } from './service-discovery-address.ts';
import { isAbsent, trustOf, unreadable } from './stream-trust.ts';

/** The Service through which pods reach CoreDNS, and the one through which they reach the API server. */
export const serviceDiscoveryLayer: Layer = {
  id: 'service-discovery',
  key: 5,
  title: 'Service discovery',
  short: 'SvcDisc',
  standsOn: 'dns',
  watches: [
    'services-system',
    'slices-system',
    'service-kubernetes',
    'slices-kubernetes',
    'slices-critical',
    'deployments-system',
    'pods-system',
  ],
  judge: snapshot => withProbes('service-discovery', snapshot, judge(snapshot)),
};

/** Endpoints follow their pods within moments; a pod that is ready for less is not counted as lacking. */
const LAG_GRACE = 15_000;

function judge(snapshot: Snapshot): Judgement {
  if (isAbsent(snapshot, 'slices-system')) return withoutSlices();
  const service = dnsService(snapshot);
  const dns = dnsWorkload(snapshot);
  const slices = [...snapshot.streams['slices-system'].items.values()];
  const counted = service === undefined ? { ready: 0, proven: 0 } : endpoints(snapshot, slices, service);
  const wanted = Math.max(dns.report.wanted, counted.ready);
  const findings = [
    ...(service === undefined ? [missingService(snapshot)] : serviceFindings(snapshot, service, counted)),
    ...kubernetesFindings(snapshot),
    ...criticalFindings(snapshot),
  ];
  const isDown = findings.some(one => one.severity === 'critical');
  const isWeak = findings.some(one => one.severity === 'warning');
  return judgement({
    trust: trustOf(snapshot, [
      'services-system',
      'slices-system',
      'service-kubernetes',
      'slices-kubernetes',
      ...criticalStreams(snapshot),
    ]),
    verdict: isDown ? 'down' : isWeak ? 'degraded' : 'healthy',
    summary: summary(service, counted.ready, wanted),
    measure: { ready: counted.ready, wanted },
    findings: [...findings, ...unreadable(snapshot, ['deployments-system', 'pods-system'])],
  });
}

/** API servers before 1.21 keep the backends of Services elsewhere: that none are seen here says nothing. */
function withoutSlices(): Judgement {
  return judgement({
    verdict: 'unknown',
    reason: 'not-configured',
    summary: say`this API server does not serve EndpointSlices (discovery.k8s.io/v1)`,
    trust: { state: 'live', confirmedAt: null },
  });
}

function summary(service: Service | undefined, ready: number, wanted: number): Safe {
  if (service === undefined) return say`Service kube-dns missing`;
  const address = service.spec?.clusterIP ?? say`without address`;
  const count = ready < wanted ? say`${ready} of ${wanted}` : say`${ready}/${wanted}`;
  return say`${service.metadata.name} ${address} · ${count} endpoints`;
}

interface Counted {
  /** Endpoints that their slices call ready; nothing said counts as ready. */
  readonly ready: number;
  /** Those of them whose pod is ready on a living node. */
  readonly proven: number;
}

/** Counts each backend once, though a dual-stack Service has a slice for each family. */
function endpoints(snapshot: Snapshot, slices: readonly EndpointSlice[], service: Service): Counted {
  const name = service.metadata.name;
  const pods = snapshot.streams[dnsPods(snapshot)].items;
  const known = snapshot.streams[dnsPods(snapshot)].freshness.state === 'live';
  const seen = new Map<string, boolean>();
  for (const slice of slices) {
    if (slice.metadata.labels?.['kubernetes.io/service-name'] !== name) continue;
    for (const endpoint of slice.endpoints ?? []) {
      if (endpoint.conditions?.ready === false) continue;
      const target = endpoint.targetRef;
      const pod = target?.kind === 'Pod' ? pods.get(`${dnsNamespace(snapshot)}/${target.name}`) : undefined;
      const proven = !known || target?.kind !== 'Pod' || (pod !== undefined && isPodReady(snapshot, pod));
      seen.set(target?.name ?? endpoint.addresses?.[0] ?? `${slice.metadata.name}/${seen.size}`, proven);
    }
  }
  return { ready: seen.size, proven: [...seen.values()].filter(Boolean).length };
}

function missingService(snapshot: Snapshot): Finding {
  const isRke2 = dnsWorkload(snapshot).ref.name.startsWith('rke2-');
  const name = isRke2 ? 'rke2-coredns-rke2-coredns' : 'kube-dns';
  const address = dnsAddress(snapshot);
  const message =
    address === null ? say`does not exist` : say`does not exist; pods ask ${address} and get no answer`;
  return finding({
    problem: 'missing',
    severity: 'critical',
    object: named('Service', dnsNamespace(snapshot), name),
    message,
  });
}

function serviceFindings(snapshot: Snapshot, service: Service, counted: Counted): readonly Finding[] {
  const object = ref('Service', service.metadata);
  const found: Finding[] = [];
  const add = (problem: Finding['problem'], severity: Finding['severity'], message: Safe) =>
    found.push(finding({ problem, severity, object, message }));
  const expected = dnsAddress(snapshot);
  const addresses =
    service.spec?.clusterIPs ?? (service.spec?.clusterIP === undefined ? [] : [service.spec.clusterIP]);
  if (expected !== null && addresses.length > 0 && !addresses.includes(expected)) {
    const actual = addresses[0] ?? say`none`;
    add('wrong-address', 'critical', say`has address ${actual}, but pods are told to ask ${expected}`);
  }
  const ports = service.spec?.ports ?? [];
  const has = (protocol: string) => ports.some(p => p.port === 53 && (p.protocol ?? 'TCP') === protocol);
  if (!has('UDP')) add('wrong-ports', 'critical', say`has no port 53/UDP`);
  if (!has('TCP')) add('wrong-ports', 'warning', say`has no port 53/TCP: long answers fail`);
  const pods = dnsWorkload(snapshot).pods;
  if (selectsNothing(snapshot, service, pods)) {
    add('wrong-selector', 'critical', say`selects none of the ${pods.length} CoreDNS pods`);
  } else if (counted.ready === 0) {
    add('no-endpoints', 'critical', say`has no ready endpoint`);
  } else if (counted.proven === 0) {
    add('endpoints-lag', 'critical', say`lists ${counted.ready} endpoints, none of whose pods is ready`);
  } else {
    const settled = pods.filter(pod => isPodReady(snapshot, pod) && isSettled(snapshot, pod)).length;
    if (counted.ready < settled) {
      add(
        'endpoints-lag',
        'warning',
        say`lists ${counted.ready} endpoints for ${settled} ready CoreDNS pods`,
      );
    }
  }
  return found;
}

/** The watch that knows CoreDNS's pods. */
function dnsPods(snapshot: Snapshot): 'pods-system' | 'pods-dns' {
  return dnsNamespace(snapshot) === 'kube-system' ? 'pods-system' : 'pods-dns';
}

function isSettled(snapshot: Snapshot, pod: Pod): boolean {
  const since = pod.status?.conditions?.find(c => c.type === 'Ready')?.lastTransitionTime;
  return since === undefined || snapshot.now - since > LAG_GRACE;
}

/** A Service without a selector has its endpoints written by somebody else: nothing to compare. */
function selectsNothing(snapshot: Snapshot, service: Service, pods: readonly Pod[]): boolean {
  const selector = service.spec?.selector;
  if (selector === undefined || Object.keys(selector).length === 0 || pods.length === 0) return false;
  return podsMatching(snapshot, dnsNamespace(snapshot), selector).length === 0;
}

/** Without `default/kubernetes` no pod finds the API server. */
function kubernetesFindings(snapshot: Snapshot): readonly Finding[] {
  const object = named('Service', 'default', 'kubernetes');
  if (snapshot.streams['service-kubernetes'].items.size === 0) {
    const message = say`does not exist: pods cannot find the API server`;
    return [finding({ problem: 'missing', severity: 'critical', object, message })];
  }
  const slices = [...snapshot.streams['slices-kubernetes'].items.values()];
  const ready = slices.flatMap(slice => slice.endpoints ?? []).filter(e => e.conditions?.ready !== false);
  if (ready.length > 0) return [];
  const message = say`has no ready endpoint: pods cannot reach the API server`;
  return [finding({ problem: 'no-endpoints', severity: 'critical', object, message })];
}
