import type { Node, Pod } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { dnsNamespace } from '../cluster/told.ts';
import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';

/** Whom to ask about what; everything in it is fit to stand in a shell command. */
export interface Targets {
  readonly dnsPods: readonly DnsPod[];
  /** Address of the Service of CoreDNS. */
  readonly dnsService: string | null;
  /** Address of the Service `default/kubernetes`. */
  readonly apiService: string | null;
  readonly domain: string;
  /** False when the domain is only assumed: then NXDOMAIN for a name in it is no fault. */
  readonly domainKnown: boolean;
}

export interface DnsPod {
  readonly namespace: Safe;
  readonly name: Safe;
  readonly node: Safe | null;
  readonly address: string;
}

/** More would only take longer: three speak for all. */
const MOST_DNS_PODS = 3;
const MOST_NODES = 20;
const ADDRESS = /^[0-9A-Fa-f:.]{2,45}$/;
const NAME = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,62}\.)*[A-Za-z0-9.-]{0,63}$/;

export function targetsIn(snapshot: Snapshot): Targets {
  const domain = corefileDomain(snapshot);
  return {
    dnsPods: dnsPods(snapshot),
    dnsService: dnsServiceAddress(snapshot),
    apiService: addressOf(snapshot.streams['service-kubernetes'].items.get('default/kubernetes')),
    domain: domain ?? 'cluster.local',
    domainKnown: domain !== null,
  };
}

/** True for a name that may stand in a command and in a DNS question. */
export function isDnsName(name: string): boolean {
  return NAME.test(name);
}

/** Linux nodes whose kubelet speaks and that are not cordoned. One without a CNI is among them: that is what is asked. */
export function nodesToProbe(snapshot: Snapshot): readonly Safe[] {
  return [...snapshot.streams.nodes.items.values()]
    .filter(takesPods)
    .map(node => node.metadata.name)
    .sort()
    .slice(0, MOST_NODES);
}

function takesPods({ metadata, spec, status }: Node): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'Unknown';
  const isWindows = metadata.labels?.['kubernetes.io/os'] === 'windows';
  return ready !== 'Unknown' && spec?.unschedulable !== true && !isWindows;
}

/** Running pods of CoreDNS, spread over nodes. */
function dnsPods(snapshot: Snapshot): readonly DnsPod[] {
  const running = [
    ...snapshot.streams[dnsNamespace(snapshot) === 'kube-system' ? 'pods-system' : 'pods-dns'].items.values(),
  ]
    .filter(pod => isDnsPod(pod, snapshot.told?.dns?.selector ?? null))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .flatMap(pod => {
      const address = pod.status?.podIP ?? '';
      if (pod.status?.phase !== 'Running' || !ADDRESS.test(address)) return [];
      return [
        {
          namespace: field(dnsNamespace(snapshot)),
          name: pod.metadata.name,
          node: pod.spec?.nodeName ?? null,
          address,
        },
      ];
    });
  const seen = new Set<string | null>();
  const first = running.filter(({ node }) => !seen.has(node) && seen.add(node));
  return [...first, ...running.filter(pod => !first.includes(pod))].slice(0, MOST_DNS_PODS);
}

function isDnsPod({ metadata, spec }: Pod, told: Readonly<Record<string, string>> | null): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  if (told !== null) return Object.entries(told).every(([name, value]) => metadata.labels?.[name] === value);
  const label = metadata.labels?.['k8s-app'];
  const isNamed = label === 'kube-dns' || label === 'coredns';
  const runs = spec?.containers?.some(({ image }) => /(?:^|[/-])coredns(?:[:@]|$)/.test(image ?? ''));
  return runs === true || (isNamed && !metadata.name.includes('autoscaler'));
}

function dnsServiceAddress(snapshot: Snapshot): string | null {
  const services = [...snapshot.streams['services-system'].items.values()].filter(
    ({ metadata, spec }) =>
      spec?.ports?.some(({ port }) => port === 53) === true &&
      metadata.labels?.['k8s-app'] !== 'node-local-dns' &&
      metadata.name !== 'kube-dns-upstream',
  );
  const byLabel = services.find(({ metadata }) =>
    /^(?:kube-dns|coredns)$/.test(metadata.labels?.['k8s-app'] ?? ''),
  );
  return addressOf(services.find(({ metadata }) => metadata.name === 'kube-dns') ?? byLabel);
}

function addressOf(service: { readonly spec?: { readonly clusterIP?: string } } | undefined): string | null {
  const address = service?.spec?.clusterIP ?? '';
  return ADDRESS.test(address) ? address : null;
}

/** The zone that the kubernetes plugin of CoreDNS serves. */
function corefileDomain(snapshot: Snapshot): string | null {
  for (const { data } of snapshot.streams['config-coredns'].items.values()) {
    const zone = /(?:^|↵)\s{0,40}kubernetes\s{1,40}([A-Za-z0-9.-]{1,253})/.exec(data?.Corefile ?? '')?.[1];
    if (zone !== undefined && !zone.endsWith('.arpa') && isDnsName(zone)) return zone.replace(/\.$/, '');
  }
  return null;
}
