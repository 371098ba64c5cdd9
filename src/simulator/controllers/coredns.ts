import { DNS_ADDRESS } from '../seed/charts/coredns.ts';
import type { Json, Stored } from '../world.ts';
import { podReady } from './objects.ts';
import type { Life } from './switches.ts';

/** How a query to an address on port 53 ends. */
export type DnsReply = 'answer' | 'timeout';

/** Whether a pod that asks the resolver kubelets hand out gets answers. */
export function dnsWorks(life: Life): boolean {
  return askDns(life, DNS_ADDRESS) === 'answer';
}

/** The same for pods of a namespace: its network policies may let no query out. */
export function namesResolve(life: Life, namespace: string): boolean {
  return dnsWorks(life) && mayAsk(life, namespace);
}

/** Policies only add to each other: one that lets port 53 out is enough, and without any of them all is let out. */
function mayAsk(life: Life, namespace: string): boolean {
  const closing = life.world
    .list('networking.k8s.io/networkpolicies', namespace)
    .filter(({ spec }) => spec.policyTypes?.includes('Egress') && !spec.podSelector?.matchLabels);
  const lets = (rule: Json): boolean =>
    rule.ports === undefined ||
    rule.ports.some((one: Json) => one.protocol === 'UDP' && (one.port ?? 53) === 53);
  return closing.length === 0 || closing.some(({ spec }) => (spec.egress ?? []).some(lets));
}

/** What a query to a service or pod address gets. Cilium drops packets to a service without backends: silence too. */
export function askDns(life: Life, address: string): DnsReply {
  const service = life.world.list('/services').find(one => one.spec?.clusterIP === address);
  if (service === undefined) {
    const pod = dnsPods(life).find(one => one.status?.podIP === address);
    return pod !== undefined && answers(life, pod) ? 'answer' : 'timeout';
  }
  const ports: Json[] = service.spec.ports ?? [];
  if (!ports.some(port => port.port === 53 && port.protocol === 'UDP')) return 'timeout';
  const pods = dnsPods(life);
  const alive = readyBackends(life, service).some(ip =>
    pods.some(pod => pod.status?.podIP === ip && answers(life, pod)),
  );
  return alive ? 'answer' : 'timeout';
}

/** Whether CoreDNS takes a connection to port 53 of a service or pod address. */
export function answersTcp(life: Life, address: string): boolean {
  const service = life.world.list('/services').find(one => one.spec?.clusterIP === address);
  const ports: Json[] = service?.spec.ports ?? [{ port: 53, protocol: 'TCP' }];
  if (!ports.some(({ port, protocol = 'TCP' }) => port === 53 && protocol === 'TCP')) return false;
  const backends = service === undefined ? [address] : readyBackends(life, service);
  return dnsPods(life).some(pod => backends.includes(pod.status?.podIP) && answers(life, pod));
}

/** Addresses of the ready endpoints of a service. */
export function readyBackends(life: Life, service: Stored): string[] {
  return life.world
    .list('discovery.k8s.io/endpointslices', service.metadata.namespace)
    .filter(slice => slice.metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name)
    .flatMap(slice => (slice.endpoints ?? []) as Json[])
    .filter(endpoint => endpoint.conditions?.ready !== false)
    .flatMap(endpoint => endpoint.addresses as string[]);
}

function dnsPods(life: Life): readonly Stored[] {
  return life.world
    .list('/pods', 'kube-system')
    .filter(pod => pod.metadata.labels?.['k8s-app'] === 'kube-dns');
}

function answers(life: Life, pod: Stored): boolean {
  return (
    pod.status?.containerStatuses?.[0]?.state?.running !== undefined &&
    !life.switches.deadNodes.has(pod.spec.nodeName) &&
    !life.switches.hungPods.has(pod.metadata.uid)
  );
}

/** The error of a Go program in a pod whose lookup got no answer. */
export function lookupError(host: string, from: string): string {
  const port =
    32_768 +
    (Number.parseInt(
      Buffer.from(host + from)
        .toString('hex')
        .slice(-4),
      16,
    ) %
      28_000);
  return `dial tcp: lookup ${host} on ${DNS_ADDRESS}:53: read udp ${from}:${port}->${DNS_ADDRESS}:53: i/o timeout`;
}

/** Answers `/ready` on 8181 and `/health` on 8080 of CoreDNS pods through the API server's pod proxy. */
export function startDnsProxy(life: Life): () => void {
  const before = life.behaviour.podProxy;
  life.behaviour.podProxy = (namespace, name, port, path) => {
    const pod = life.world.get('/pods', namespace, name);
    if (pod === undefined || !dnsPods(life).some(one => one.metadata.name === name))
      return before(namespace, name, port, path);
    if (!answers(life, pod)) return undefined;
    if (port === 8181)
      return podReady(pod) ? { status: 200, body: 'OK' } : { status: 503, body: 'kubernetes' };
    if (port === 8080) return { status: 200, body: 'OK' };
    return port === 9153
      ? {
          status: 200,
          body: `coredns_dns_requests_total{server="dns://:53"} 41231\ncoredns_panics_total 0\n`,
        }
      : undefined;
  };
  return () => {
    life.behaviour.podProxy = before;
  };
}
