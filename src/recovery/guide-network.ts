import type { Problem } from '../layers/problems.ts';
import { type Safe, say } from '../text/safe.ts';
import { always, type Guide, onNode, words } from './guide.ts';

/** What must be decided by people around network, names and load: who wrote a rule, and which resolver the machines shall ask. */
export const networkGuides: Partial<Record<Problem, readonly Guide[]>> = {
  'policy-blocks': [
    {
      title: say`let the policy allow DNS and the traffic of the controllers again, in Git where it comes from`,
      rank: 8,
      commands: ({ object }) => {
        const where = object?.namespace ?? say`NAMESPACE`;
        const one = object?.kind === 'NetworkPolicy' ? [object.name] : [];
        return [
          [say`kubectl`, say`--namespace`, where, say`get`, say`networkpolicies`, ...one, say`--output=yaml`],
          words('git grep -n -e NetworkPolicy -e CiliumNetworkPolicy'),
          words('flux tree kustomization NAME --namespace flux-system'),
        ];
      },
    },
  ],
  'dns-cycle': [
    {
      title: say`give the nodes a resolver outside of this cluster, then let the pods pull again`,
      rank: 8,
      commands: ({ nodes }) => {
        const node: Safe = nodes?.[0] ?? say`NODE`;
        return [
          [say`talosctl`, say`-n`, node, say`get`, say`resolvers`],
          [say`talosctl`, say`-n`, node, say`edit`, say`machineconfig`],
          [say`ssh`, node, say`resolvectl`, say`status`],
          [say`ssh`, node, say`sudo`, say`resolvectl`, say`dns`, say`INTERFACE`, say`ADDRESS`],
        ];
      },
    },
  ],
  'service-routing': [
    {
      title: say`look at what routes Services on the node, kube-proxy or the CNI's agent, and restart it`,
      commands: onNode(
        'kubectl --namespace kube-system get pods --output=wide --field-selector spec.nodeName=NODE',
        'ssh NODE systemctl status kube-proxy k3s k3s-agent',
        'ssh NODE sudo systemctl restart kube-proxy',
      ),
    },
  ],
  overloaded: [
    {
      title: say`find who asks so much, and stop it; the server recovers by itself`,
      rank: 8,
      commands: always(
        'kubectl get --raw /debug/api_priority_and_fairness/dump_priority_levels',
        'kubectl get --raw /debug/api_priority_and_fairness/dump_requests',
        'kubectl get flowschemas,prioritylevelconfigurations',
        'kubectl top pods --all-namespaces --sort-by=cpu',
      ),
    },
  ],
};
