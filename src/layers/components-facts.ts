import type { LayerId } from './layer.ts';

/** What is known of the components that bootstraps install, by the last part of the chart's name. */
export interface ComponentFacts {
  readonly layer: LayerId | null;
  /** Where it usually lives, for when nothing says it. */
  readonly namespace: string;
  /** Names of the DaemonSets and Deployments that make it up. */
  readonly workloads: readonly string[];
  /** The chart carries the version of the program, so that both can be compared. */
  readonly chartIsProgram: boolean;
}

const flux = { layer: 'flux', namespace: 'flux-system' } as const;

/** In the order in which they are installed. */
export const bootstrapComponents: Readonly<Record<string, ComponentFacts>> = {
  cilium: {
    layer: 'cni',
    namespace: 'kube-system',
    workloads: ['cilium', 'cilium-operator', 'cilium-envoy'],
    chartIsProgram: true,
  },
  coredns: { layer: 'dns', namespace: 'kube-system', workloads: ['coredns'], chartIsProgram: false },
  spegel: { layer: null, namespace: 'kube-system', workloads: ['spegel'], chartIsProgram: true },
  'cert-manager': {
    layer: null,
    namespace: 'cert-manager',
    workloads: ['cert-manager', 'cert-manager-webhook', 'cert-manager-cainjector'],
    chartIsProgram: true,
  },
  'flux-operator': { ...flux, workloads: ['flux-operator'], chartIsProgram: true },
  'flux-instance': { ...flux, workloads: [], chartIsProgram: false },
};

const unknownFacts: ComponentFacts = { layer: null, namespace: '', workloads: [], chartIsProgram: false };

/** Facts by the chart's name, as in `oci://host/charts/cilium`, else by the release's; charts keep their names, releases may not. */
export function factsOf(release: string, chart: string | null): ComponentFacts {
  const last = chart?.split('/').at(-1) ?? '';
  return lookUp(last) ?? lookUp(release) ?? unknownFacts;
}

function lookUp(name: string): ComponentFacts | undefined {
  return Object.hasOwn(bootstrapComponents, name) ? bootstrapComponents[name] : undefined;
}
