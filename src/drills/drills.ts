import type { DaemonSet, Deployment, Pod } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { knownPods } from '../layers/pods.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Drill, Harm } from './drill.ts';
import { fluxDrills } from './flux-drills.ts';
import { refOf as ref } from './ref-of.ts';

/** Every drill there is, the gentlest first. */
export const drills: readonly Drill[] = [
  {
    name: 'api-blackhole',
    title: say`groundup is cut off from the API server, which goes on for everybody else`,
    lesson: say`what was seen last is old news: nothing above the API server is called healthy while nobody can look; connections are taken and never answered, as behind a firewall or with a server that hangs`,
    cutsOff: true,
    plan: ({ api }) =>
      api.reach === 'reached'
        ? { harms: [], expected: { layer: 'api', object: null, problem: 'unreachable', blinds: true } }
        : { why: say`the API server is not reached now` },
  },
  {
    name: 'cordon-all',
    title: say`every node is cordoned`,
    lesson: say`running pods go on and nothing is down, yet nothing new is scheduled; cordons are a note, not a fault`,
    plan: snapshot => {
      const open = [...snapshot.streams.nodes.items.values()].filter(
        node => node.spec?.unschedulable !== true,
      );
      if (open.length === 0) return { why: say`no node is open` };
      const harms = open.map(({ metadata }): Harm => ({ kind: 'cordon', object: ref('Node', metadata) }));
      return { harms, expected: { layer: null, object: null, noteIn: 'nodes' } };
    },
  },
  {
    name: 'dns-gone',
    title: say`CoreDNS is scaled to zero`,
    lesson: say`GitOps stays green for a while and can fetch nothing; the repair is one scale, not a sync`,
    plan: snapshot => {
      const found = coredns(snapshot);
      if (found === undefined) return { why: say`there is no CoreDNS Deployment in kube-system` };
      const object = ref('Deployment', found.metadata);
      return { harms: [scaled(found)], expected: { layer: 'dns', object } };
    },
  },
  {
    name: 'dns-service-gone',
    title: say`the Service of CoreDNS is deleted`,
    lesson: say`pods of CoreDNS are fine and nobody finds them; a new Service must have the old address`,
    plan: snapshot => {
      const found = snapshot.streams['services-system'].items.get('kube-system/kube-dns');
      if (found === undefined) return { why: say`there is no Service kube-system/kube-dns` };
      const object = ref('Service', found.metadata);
      return { harms: [{ kind: 'delete', object }], expected: { layer: 'service-discovery', object } };
    },
  },
  {
    name: 'flux-gone',
    title: say`the operator and all controllers of Flux are scaled to zero`,
    lesson: say`everything that Flux manages still says Ready: old news; bring the operator back first`,
    plan: snapshot => {
      const all = [...snapshot.streams['deployments-flux'].items.values()].filter(isRunning);
      if (all.length === 0) return { why: say`no Deployment of Flux runs in ${snapshot.fluxNamespace}` };
      // The operator would bring the others back at once.
      const harms = all.toSorted((a, b) => rank(a) - rank(b)).map(scaled);
      return { harms, expected: { layer: 'flux', object: null } };
    },
  },
  ...fluxDrills,
  {
    name: 'agent-gone',
    title: say`one agent of the CNI is deleted, and a quota lets no new pod into its namespace`,
    lesson: say`old pods on that node go on and new ones get no network; the node is named, and the quota is why its agent does not come back`,
    plan: snapshot => {
      const set = [...snapshot.streams.daemonsets.items.values()].find(isCni);
      const { namespace = say``, name } = set?.metadata ?? { name: say`` };
      const agent = agentsOf(snapshot, name)[0];
      if (set === undefined || agent === undefined)
        return { why: say`no agent of a known CNI runs as a pod of a DaemonSet here` };
      const quota = {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'groundup-drill', namespace },
        spec: { hard: { pods: '0' } },
      };
      const made = { kind: say`ResourceQuota`, namespace, name: field(quota.metadata.name) };
      return {
        harms: [
          { kind: 'create', object: made, manifest: quota },
          { kind: 'kill', object: ref('Pod', agent.metadata) },
        ],
        expected: { layer: 'cni', object: ref('DaemonSet', set.metadata) },
      };
    },
  },
  {
    name: 'cni-gone',
    title: say`the DaemonSet of the CNI is deleted`,
    lesson: say`nodes stay Ready and old pods work, but no new pod gets a network; DNS and Flux follow later`,
    plan: snapshot => {
      const found = [...snapshot.streams.daemonsets.items.values()].find(isCni);
      if (found === undefined)
        return { why: say`no DaemonSet of a known CNI is here (inside of the k3s process it has none)` };
      const object = ref('DaemonSet', found.metadata);
      return { harms: [{ kind: 'delete', object }], expected: { layer: 'cni', object } };
    },
  },
];

function scaled(deployment: Deployment): Harm {
  return {
    kind: 'scale-to-zero',
    object: ref('Deployment', deployment.metadata),
    replicas: deployment.spec?.replicas ?? 1,
  };
}

function isRunning(deployment: Deployment): boolean {
  return (deployment.spec?.replicas ?? 1) > 0;
}

function rank({ metadata }: Deployment): number {
  return metadata.name === 'flux-operator' ? 0 : 1;
}

function coredns(snapshot: Snapshot): Deployment | undefined {
  return [...snapshot.streams['deployments-system'].items.values()].find(
    one =>
      isRunning(one) &&
      (one.metadata.labels?.['k8s-app'] === 'kube-dns' || /(^|-)coredns$/.test(one.metadata.name)),
  );
}

function isCni({ metadata }: DaemonSet): boolean {
  return /^(cilium|calico-node|canal|kube-flannel-ds|kube-router)$/.test(metadata.name);
}

/** Agents that work, in order of their nodes from the last: control planes tend to come first. */
function agentsOf(snapshot: Snapshot, daemonSet: Safe): readonly Pod[] {
  const node = (pod: Pod): string => pod.spec?.nodeName ?? '';
  return knownPods(snapshot)
    .filter(({ metadata }) =>
      metadata.ownerReferences?.some(owner => owner.kind === 'DaemonSet' && owner.name === daemonSet),
    )
    .filter(pod => node(pod) !== '')
    .toSorted((a, b) => (node(a) < node(b) ? 1 : -1));
}
