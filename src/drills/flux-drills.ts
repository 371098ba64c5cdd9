import type { Kustomization } from '../cluster/kinds.ts';
import type { Metadata } from '../cluster/metadata.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { isLocked } from '../layers/helm-locks.ts';
import { type HelmRelease, helmReleases } from '../layers/helm-releases.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Drill } from './drill.ts';
import { refOf } from './ref-of.ts';

/** Faults of Flux and of what it needs, the gentlest first. */
export const fluxDrills: readonly Drill[] = [
  {
    name: 'sops-key',
    title: say`a Kustomization looks for its decryption key in a Secret that is not there`,
    lesson: say`what runs goes on running; nothing new of it is applied until the key is found again. The Secret itself is neither read nor changed`,
    plan: snapshot => {
      const found = sealed(snapshot)[0];
      const key = found?.spec?.decryption?.secretRef?.name;
      if (found === undefined || key === undefined)
        return { why: say`no Kustomization decrypts with a Secret here` };
      const object = refOf('Kustomization', found.metadata);
      const at = ['spec', 'decryption', 'secretRef', 'name'];
      return {
        harms: [{ kind: 'set', object, at, from: key, to: `${key}-groundup-drill` }],
        expected: { layer: 'apps', object },
      };
    },
  },
  {
    name: 'helm-lock',
    title: say`the record of a Helm release says that an upgrade is under way, of a client that is long gone`,
    lesson: say`nothing is broken yet, but nobody can change the release. Only the label of the record is changed: helm itself, which reads inside, would still go on`,
    plan: snapshot => {
      const release = lockable(snapshot);
      if (release === undefined)
        return { why: say`no Helm record of Flux itself is seen here that no HelmRelease looks after` };
      if (!isLocked({ ...release, status: pending }, snapshot.now))
        return {
          why: say`the release ${release.name} was changed minutes ago: its lock would be taken for somebody's work`,
        };
      const record = say`sh.helm.release.v1.${release.name}.v${release.revision}`;
      const object = { kind: say`Secret`, namespace: release.namespace, name: record };
      const at = ['metadata', 'labels', 'status'];
      return {
        harms: [{ kind: 'set', object, at, from: 'deployed', to: pending }],
        expected: {
          layer: 'flux',
          object: { kind: say`Release`, namespace: release.namespace, name: release.name },
        },
      };
    },
  },
  {
    name: 'flux-cut-off',
    title: say`a network policy keeps the controllers of Flux from every name server`,
    lesson: say`DNS is fine for everybody else; policies only show in what they stop (where the CNI enforces them), so look at the youngest one around the sufferer`,
    plan: snapshot => {
      const namespace = snapshot.fluxNamespace;
      const policies = snapshot.streams['networkpolicies-flux'].items;
      const source = [...snapshot.streams.gitrepositories.items.values()].find(
        ({ spec }) => spec?.suspend !== true,
      );
      if (source === undefined) return { why: say`Flux fetches no Git repository here` };
      if (policies.has(`${namespace}/allow-egress`))
        return {
          why: say`the policy ${namespace}/allow-egress lets everything out, and policies only add to each other`,
        };
      const manifest = noNames(namespace);
      const object = { kind: say`NetworkPolicy`, namespace, name: field(manifest.metadata.name) };
      return {
        harms: [
          { kind: 'create', object, manifest },
          { kind: 'ask', object: refOf('GitRepository', source.metadata) },
        ],
        expected: { layer: 'pod-network', object },
      };
    },
  },
  {
    name: 'flux-instance-gone',
    title: say`the FluxInstance is deleted: its operator takes controllers, definitions and all objects of Flux away`,
    lesson: say`workloads stay, nothing reconciles them any more; what Git holds comes back with the instance, and what was changed or suspended by hand does not`,
    plan: snapshot => {
      const found = [...snapshot.streams.fluxinstances.items.values()][0];
      if (found === undefined) return { why: say`there is no FluxInstance here` };
      if (found.spec?.sync?.url === undefined)
        return { why: say`the FluxInstance syncs from nowhere: its objects would not come back` };
      const lost = handmade(snapshot);
      if (lost !== undefined) return { why: say`${lost} is in no Git: it would not come back` };
      const object = refOf('FluxInstance', found.metadata);
      return {
        harms: [{ kind: 'delete', object }],
        expected: { layer: 'flux', object },
        namedWithinMs: GONE_MS,
      };
    },
  },
];

const pending = say`pending-upgrade` as Safe & 'pending-upgrade';
/** The operator waits for up to five minutes until definitions are gone, and the instance is there until then. */
const GONE_MS = 420_000;

/** The API server and Git over https stay within reach, so that the controllers live on; port 53 does not. */
function noNames(namespace: Safe) {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'groundup-drill', namespace },
    spec: {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ ports: [443, 6443, 16443].map(port => ({ protocol: 'TCP', port })) }],
    },
  };
}

/** Kustomizations that decrypt, those first on which most others depend. */
function sealed(snapshot: Snapshot): readonly Kustomization[] {
  const all = [...snapshot.streams.kustomizations.items.values()];
  const leaning = ({ metadata }: Kustomization): number =>
    all.filter(({ spec }) => spec?.dependsOn?.some(one => one.name === metadata.name)).length;
  return all
    .filter(({ spec }) => spec?.suspend !== true && spec?.decryption?.secretRef?.name !== undefined)
    .toSorted((a, b) => leaning(b) - leaning(a) || (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** One of Flux's own releases: a lock on anything else is told with whoever looks after it. */
function lockable(snapshot: Snapshot): HelmRelease | undefined {
  const owned = new Set<string>(
    [...snapshot.streams.helmreleases.items.values()].map(
      ({ metadata, spec }) => spec?.releaseName ?? metadata.name,
    ),
  );
  return [...helmReleases(snapshot).values()]
    .filter(
      ({ status, name }) =>
        status === 'deployed' && /^flux-(operator|instance)$/.test(name) && !owned.has(name),
    )
    .toSorted((a, b) => (a.name < b.name ? 1 : -1))[0];
}

/** An object of Flux that nobody would make again: neither applied from Git nor made by another object. */
function handmade({ streams }: Snapshot): Safe | undefined {
  const all: readonly (readonly [string, ReadonlyMap<string, { readonly metadata: Metadata }>])[] = [
    ['Kustomization', streams.kustomizations.items],
    ['HelmRelease', streams.helmreleases.items],
    ['GitRepository', streams.gitrepositories.items],
    ['OCIRepository', streams.ocirepositories.items],
    ['HelmRepository', streams.helmrepositories.items],
    ['Bucket', streams.buckets.items],
  ];
  for (const [kind, items] of all)
    for (const [key, { metadata }] of items) {
      const labels = Object.keys(metadata.labels ?? {});
      const isMade = labels.some(label =>
        /^(kustomize\.toolkit|helm\.toolkit|fluxcd\.controlplane)/.test(label),
      );
      if (!isMade) return say`${field(kind)} ${field(key)}`;
    }
  return undefined;
}
