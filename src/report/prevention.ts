import type { Root } from '../diagnosis/diagnosis.ts';

interface Advice {
  readonly fits: (root: Root) => boolean;
  readonly text: string;
}

const has = (root: Root, words: RegExp): boolean => words.test(`${root.summary} ${root.cause ?? ''}`);
const isOf = (root: Root, ...problems: readonly Root['problem'][]): boolean =>
  problems.includes(root.problem);

/** What would have kept it from happening, or from lasting: the first that fits comes first. */
const table: readonly Advice[] = [
  {
    fits: root =>
      isOf(root, 'missing', 'scaled-to-zero', 'instance-missing') && has(root, /prune|Kustomization/i),
    text: 'Keep what the cluster stands on out of reach of pruning: annotate it with kustomize.toolkit.fluxcd.io/prune: disabled, or manage it by the helmfile alone.',
  },
  {
    fits: root =>
      isOf(root, 'missing', 'scaled-to-zero') &&
      ['cni', 'dns', 'flux', 'service-discovery'].includes(root.layer),
    text: 'Take the right to delete or scale workloads in kube-system and flux-system from everyday accounts, or guard it with an admission policy.',
  },
  {
    fits: root => isOf(root, 'crashing', 'dns-cycle') && root.layer === 'dns',
    text: 'Test a change of the Corefile before it is applied, and point CoreDNS at resolvers outside of the cluster so that it cannot ask itself.',
  },
  {
    fits: root => isOf(root, 'missing', 'scaled-to-zero', 'agent-missing', 'crashing', 'no-endpoints'),
    text: 'Let a check run regularly (groundup check from a timer or a CronJob) and alert when CNI, CoreDNS or Flux have no ready replica.',
  },
  {
    fits: root => isOf(root, 'missing', 'instance-missing', 'scaled-to-zero'),
    text: 'After maintenance compare the cluster with the bootstrap repository: every release of the helmfile must be installed and running (groundup check shows it by component).',
  },
  {
    fits: root =>
      isOf(root, 'single-point') || (root.layer === 'dns' && isOf(root, 'not-ready', 'not-scheduled')),
    text: 'Run CoreDNS with at least two replicas on different nodes and give it a PodDisruptionBudget.',
  },
  {
    fits: root => isOf(root, 'wrong-address', 'wrong-selector', 'wrong-ports', 'no-endpoints'),
    text: 'Keep the Service kube-dns in the values of one release only, with the address that the kubelets hand out.',
  },
  {
    fits: root => isOf(root, 'release-pending', 'release-failed', 'retries-exhausted'),
    text: 'Let no Helm operation be cut off half-way: run syncs from something that outlives the terminal, with a timeout longer than the slowest rollout, and let Flux retry a failed upgrade (spec.upgrade.remediation).',
  },
  {
    fits: root => isOf(root, 'webhook-blocks'),
    text: 'Exempt kube-system and flux-system from admission webhooks, and run the webhook with more than one replica.',
  },
  {
    fits: root => isOf(root, 'certificate-expiring', 'unauthorized'),
    text: 'Renew certificates and credentials well before they expire, and alert thirty days ahead.',
  },
  {
    fits: root => isOf(root, 'source-failed', 'decryption-failed'),
    text: 'Watch the age of the credentials and keys that Flux uses (deploy key, SOPS key), and keep a tested copy outside of the cluster.',
  },
  {
    fits: root => isOf(root, 'build-failed', 'apply-failed', 'dependency-missing', 'health-check-failed'),
    text: 'Build and validate the manifests in a pull request (flux build, kubectl apply --dry-run=server) before they reach the branch that Flux follows.',
  },
  {
    fits: root => isOf(root, 'namespace-terminating', 'stuck'),
    text: 'Before a namespace or a CRD is deleted, remove what has finalizers while its controller still runs.',
  },
  {
    fits: root => isOf(root, 'pressure', 'image-pull'),
    text: 'Alert on disk and memory of the nodes before the kubelet evicts, and keep the images of the bootstrap components in a mirror that the nodes reach without the cluster.',
  },
  {
    fits: root => isOf(root, 'node-not-ready', 'node-silent', 'node-missing'),
    text: 'Size the cluster so that it stands without one node, and alert on a node that is silent for longer than two minutes.',
  },
  {
    fits: root => isOf(root, 'unreachable', 'writes-fail', 'overloaded', 'check-failed'),
    text: 'Run the API server behind an address that survives one member, alert on /readyz and on the free space and latency of etcd, and practise restoring its snapshot.',
  },
  {
    fits: root => isOf(root, 'policy-blocks'),
    text: 'Test network policies for DNS and the API server in every namespace before they are enforced.',
  },
  {
    fits: root => isOf(root, 'lease-stale'),
    text: 'Alert on leases of the control plane that are no longer renewed: their owners keep saying Ready.',
  },
];

const ALWAYS =
  'Practise this recovery on a cluster that may break, and keep the bootstrap files in version control.';

/** Advice for what was found broken, each sentence once, the most fitting first; none when nothing was. */
export function prevention(roots: readonly Root[]): readonly string[] {
  if (roots.length === 0) return [];
  const fitting = roots.flatMap(root => table.filter(({ fits }) => fits(root)).map(({ text }) => text));
  return [...new Set([...fitting, ALWAYS])];
}
