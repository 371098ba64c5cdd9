/** Where a component is, when discovery does not find it. */
export interface Whereabouts {
  readonly namespace: string;
  /** Labels of its pods; null: whatever is in the namespace, as discovery would choose. */
  readonly selector: Readonly<Record<string, string>> | null;
}

export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

/** What the user told of the cluster, because it cannot be seen. */
export interface Told {
  readonly cni: Whereabouts | null;
  readonly dns: Whereabouts | null;
  readonly flux: { readonly namespace: string } | null;
  /** Services that must have ready endpoints, beyond `kubernetes` and DNS. */
  readonly criticalServices: readonly ServiceName[];
}

/** Where CoreDNS is: told, or where every installer puts it. */
export function dnsNamespace({ told }: { readonly told?: Told }): string {
  return told?.dns?.namespace ?? 'kube-system';
}

/** Labels as a selector of the API: `app=x,tier=y`. */
export function selectorText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}
