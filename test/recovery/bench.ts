import type { ObjectRef } from '../../src/cluster/object-ref.ts';
import type { Component, Diagnosis, LayerView, Root } from '../../src/diagnosis/diagnosis.ts';
import { type Finding, type LayerId, layerIds } from '../../src/layers/layer.ts';
import type { Problem } from '../../src/layers/problems.ts';
import type { Action, Bench } from '../../src/recovery/action.ts';
import type { Workshop } from '../../src/recovery/plan.ts';
import { field } from '../../src/text/field.ts';
import { say } from '../../src/text/safe.ts';
import { type Given, NOW, snapshotOf } from '../support/snapshot.ts';

export interface BenchGiven extends Given {
  readonly layers?: Partial<Record<LayerId, Partial<LayerView>>>;
  readonly root?: Root;
  readonly components?: readonly Component[];
  readonly uid?: string | null;
  readonly workshop?: Workshop;
}

const titles = [
  'API server',
  'Nodes',
  'CNI',
  'Pod networking',
  'CoreDNS',
  'Service discovery',
  'Flux',
  'Applications',
];

/** Everything healthy, every tool there, unless said otherwise. */
export function benchOf(given: BenchGiven = {}): Bench {
  return {
    snapshot: snapshotOf(given),
    diagnosis: diagnosisOf(given),
    workshop: given.workshop ?? workshop,
    now: NOW,
  };
}

function diagnosisOf(given: BenchGiven): Diagnosis {
  return {
    at: NOW,
    cluster: {
      context: say`homelab`,
      server: say`https://10.0.0.10:6443`,
      version: say`v1.33.1`,
      uid: given.uid === null ? null : field(given.uid ?? '7f3c'),
    },
    verdict: given.root === undefined ? 'healthy' : 'down',
    root: given.root ?? null,
    otherRoots: [],
    layers: layerIds.map((id, key) => ({
      id,
      key,
      title: field(titles[key] ?? id),
      short: field(id),
      verdict: 'healthy',
      reason: null,
      summary: say`as wanted`,
      measure: null,
      findings: [],
      since: null,
      confirmedAt: NOW,
      stale: false,
      blockedBy: null,
      ...given.layers?.[id],
    })),
    components: given.components ?? [],
  };
}

export function release(name: string, namespace: string, chart: string, version: string | null = '1.0.0') {
  return {
    name: field(name),
    namespace: field(namespace),
    chart: field(chart),
    version: version === null ? null : field(version),
  };
}

export const workshop = {
  tools: {
    helmfile: { path: '/usr/local/bin/helmfile', version: say`1.1.3` },
    helm: { path: '/usr/local/bin/helm', version: say`3.18.4` },
  },
  repository: {
    root: '/home/ops/homelab',
    helmfile: say`bootstrap/helmfile.yaml`,
    taskfile: null,
    missingEnv: [],
    env: { ROOT_DIR: '/home/ops/homelab' },
    releases: [
      release('cilium', 'kube-system', 'cilium/cilium', '1.17.4'),
      release('coredns', 'kube-system', 'oci://charts.test/coredns/charts/coredns', '1.42.1'),
      release('spegel', 'kube-system', 'oci://charts.test/spegel', '0.2.0'),
      release('flux-operator', 'flux-system', 'oci://charts.test/charts/flux-operator', '0.20.0'),
      release('flux-instance', 'flux-system', 'oci://charts.test/charts/flux-instance', '0.20.0'),
    ],
  },
} as const satisfies Workshop;

export function ref(kind: string, namespace: string | null, name: string): ObjectRef {
  return { kind: field(kind), namespace: namespace === null ? null : field(namespace), name: field(name) };
}

export function rootOf(layer: LayerId, problem: Problem, object: ObjectRef | null): Root {
  return {
    layer,
    problem,
    object,
    summary: say`broken`,
    cause: null,
    confidence: 'high',
    signatures: [],
    scope: null,
    since: null,
    explains: { layers: [], apps: 0 },
    whys: [],
  };
}

export function findingOf(problem: Problem, object: ObjectRef | null): Finding {
  return {
    problem,
    severity: 'critical',
    object,
    message: say`broken`,
    signature: null,
    since: null,
    nodes: null,
    chargedTo: null,
  };
}

export function component(name: string, namespace: string, installed: string | null): Component {
  return {
    name: field(name),
    namespace: field(namespace),
    wanted: null,
    installed: installed === null ? null : field(installed),
    running: null,
    release: null,
    verdict: 'healthy',
    layer: null,
    findings: [],
  };
}

/** A Secret in which Helm keeps one revision, as its labels show it. */
export function helmSecret(
  name: string,
  namespace: string,
  version: number,
  status: string,
  secondsAgo: number,
) {
  return {
    metadata: {
      name: `sh.helm.release.v1.${name}.v${version}`,
      namespace,
      labels: {
        owner: 'helm',
        name,
        version: String(version),
        status,
        modifiedAt: String(Math.floor(NOW / 1000) - secondsAgo),
      },
    },
  };
}

/** The texts of a plan's guards, each with its state in front. */
export function guardsOf(action: Action, target: string | null, bench: Bench): readonly string[] {
  const plan = action.plan(target === null ? null : field(target), bench);
  return (plan?.guards ?? []).map(guard => `${guard.state}: ${guard.text}`);
}

export const fluxAlive = [
  'helm-controller',
  'kustomize-controller',
  'source-controller',
  'flux-operator',
].map(name => ({
  metadata: { name, namespace: 'flux-system' },
  status: { availableReplicas: 1 },
}));
